"""What becomes of hostile input: read right all the same, told in plain words, or wrong in silence."""
