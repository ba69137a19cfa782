"""How many misprints the checks notice: one printed figure of a report changed, and the new findings counted."""
