"""Reports → graphs: IRIs, provenance, figures that add up, what the checks compare, and what all reports share."""
