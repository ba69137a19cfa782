"""Target forms of projects → fields, money and indicators, whether their cells are drawn or lost."""
