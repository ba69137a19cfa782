"""Text → citations → documents: finds, normalises and resolves what budget texts cite."""
