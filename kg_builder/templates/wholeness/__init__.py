"""Whether the pages of a file are all the pages of one report, each once and in order."""
