"""The narrative of a report → statements with figures, projects told in prose, and remarks."""
