"""Workbooks, Word documents, web pages and archives → pages: what a person sees, each cell with where it stands."""
