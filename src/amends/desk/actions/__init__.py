"""The few ways the desk changes: every function writes its Event in the same transaction."""
