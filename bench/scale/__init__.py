"""How the cost of a release grows with the number of reports."""
