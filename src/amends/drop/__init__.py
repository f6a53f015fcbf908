"""The drop door: mail that colleagues send to the desk comes in by SMTP, and nothing ever leaves by it."""
