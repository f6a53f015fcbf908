"""The command line: thin, and it starts fast."""
