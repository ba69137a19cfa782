"""One report printed by the programs that offices use, read back, and judged fact by fact."""
