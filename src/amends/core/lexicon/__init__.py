"""What a sentence says by precise phrases: lists of phrases in files, found in one pass (docs/method.md rule 2)."""

from __future__ import annotations

from amends.core.lexicon.lists import RULES
from amends.core.lexicon.matcher import find

__all__ = ["RULES", "find"]
