"""Grids of a report → budget tables: titles, heads, rows, codes and one observation per printed figure."""
