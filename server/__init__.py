"""Serves a release: SPARQL endpoint, entity pages and dumps."""
