"""Phrase lists shipped with the package: plain text, read once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def phrases(name: str) -> dict[str, tuple[str, ...]]:
    """Sections of the list `name`, each with its phrases in order.

    A line holds one phrase or several separated by " | "; lines that begin with # are comments.
    """
    sections: dict[str, list[str]] = {}
    section = ""
    text = (files("amends.core") / "phrases" / f"{name}.txt").read_text(encoding="utf-8")
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            sections.setdefault(section, []).extend(phrase.strip() for phrase in line.split(" | "))
    return {title: tuple(lines) for title, lines in sections.items()}


def words(name: str, section: str) -> frozenset[str]:
    """Words of one section, where a line holds several."""
    return frozenset(" ".join(phrases(name)[section]).split())
