"""Text from a stranger's mail, made safe to show on a terminal or a page."""

from __future__ import annotations

import re
import unicodedata

ESCAPE_SEQUENCE = re.compile(r"\x1b\[[0-?]{0,64}[ -/]{0,8}[@-~]|[\x1b\x9b]")  # ECMA-48; the bounds keep it linear
DIRECTION = {"\u200e", "\u200f", *map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}  # can reorder text


def plain(text: str) -> str:
    """Give the text on one line: no terminal commands, no control characters, nothing that reorders what is read."""
    return " ".join("".join(map(_shown, ESCAPE_SEQUENCE.sub("", text))).split())


def shorten(text: str, width: int) -> str:
    """Cut plain text at a word, marked with an ellipsis, so that it is at most `width` characters long."""
    shown = plain(text)
    if len(shown) <= width:
        return shown
    at_word = shown[:width].rpartition(" ")[0]
    return (at_word if len(at_word) > width // 2 else shown[: width - 1]).rstrip(" ,;:") + "…"


def _shown(character: str) -> str:
    if character in DIRECTION:
        return ""
    category = unicodedata.category(character)
    if category == "Cc":
        return " " if character.isspace() else ""
    return "\ufffd" if category == "Cs" else character
