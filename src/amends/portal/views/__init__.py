"""The client's page, by what it is for."""
