"""What a client sees: one page at a signed link, without an account (docs/guide/client-page.md)."""
