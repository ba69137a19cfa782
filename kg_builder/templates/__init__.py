"""Pages → report: tables, forms and narrative are recognised by what their heads and labels mean."""
