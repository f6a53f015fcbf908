"""What each line of a mail is: the writer's own, quoted, a signature or a footer.

A mail is a list of stripped lines with a `bytearray` of marks beside it, so that one pass after another can mark lines
without copying text.
"""

from __future__ import annotations

OWN, QUOTE, SIGNATURE, FOOTER = range(4)
_RULE_CHARACTERS = frozenset("-_=*~#\u2014\u2013\u2500\u2022 ")
SHORTEST_RULE = 5  # characters; shorter rows of dashes are punctuation


def is_rule(line: str, shortest: int = SHORTEST_RULE) -> bool:
    """Whether the line is a row of at least `shortest` dashes, underscores or the like and nothing else."""
    return len(line) >= shortest and _RULE_CHARACTERS.issuperset(line)


def next_text(lines: list[str], at: int) -> int:
    """Index of the first line with text from `at` on; `len(lines)` when there is none."""
    while at < len(lines) and not lines[at]:
        at += 1
    return at
