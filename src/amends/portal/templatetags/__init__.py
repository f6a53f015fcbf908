"""Tags and filters of the templates that a client sees."""
