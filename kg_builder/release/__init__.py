"""Graphs → a release folder: dumps, catalogue, CSV, search index and store, complete or absent."""
