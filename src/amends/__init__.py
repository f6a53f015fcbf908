"""Amends notices when a client relationship goes wrong, and helps to mend it."""

__version__ = "0.1.0"
