"""Reports of invented bodies in many official layouts, printed to PDF and read back: facts → PDF → report → facts."""
