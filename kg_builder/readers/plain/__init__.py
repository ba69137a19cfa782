"""Text whose cell borders are lost → the budget tables printed in it."""
