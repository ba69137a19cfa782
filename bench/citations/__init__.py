"""Accuracy of citations against an answer file made by reading the fields of real reports."""
