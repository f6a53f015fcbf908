"""The desk: what is kept about clients, and the few ways it changes."""
