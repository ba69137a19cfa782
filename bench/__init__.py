"""Measures of the whole: accuracy, citations, checks, endpoint, build, scale, crashes."""
