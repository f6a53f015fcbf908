"""One file of views for each noun; a view asks for access, reads its form, calls an action, renders."""
