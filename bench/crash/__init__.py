"""What is left when a build is stopped in the midst of its work."""
