"""Reads Chinese government budget reports and publishes them as linked data."""

__version__ = "0.1.0"
