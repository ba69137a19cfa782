"""The site: what people see of a release, in Chinese and English, and the same as data."""
