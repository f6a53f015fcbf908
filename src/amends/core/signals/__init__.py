"""The signals of METHOD.md rule 1: one file each, and the register that lists them."""
