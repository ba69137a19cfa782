"""What assistants ask of a release: tools that answer with figures and the pages they are printed on."""
