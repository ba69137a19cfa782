"""Reads Chinese government budget reports and publishes them as linked data."""
