"""Queries of strangers → answers: guarded, run in processes that can be killed, or by another SPARQL server."""
