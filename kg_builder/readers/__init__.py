"""File → pages: each reader turns one kind of file into `model.Page` values."""
