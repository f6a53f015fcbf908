"""How large a list may be, whatever its format: more is a mistake or an attack, and is refused in a sentence."""

from __future__ import annotations

MOST_BYTES = 2 * 1024**3
"""No list of a staffing firm is larger: judgement."""

MOST_COLUMNS = 2_000
"""Salesforce, the widest source, has at most 800 fields of a firm's own beside its standard ones."""

MOST_CHARACTERS = 131_072
"""Characters of one value: the csv module's own bound; a cell of Excel holds 32,767."""

MOST_ROWS = 1_048_576
"""Rows of a sheet of Excel."""
