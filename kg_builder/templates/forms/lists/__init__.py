"""Tables that list many projects with their targets → the forms of the projects."""
