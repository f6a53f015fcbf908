"""What the words of a list mean: kinds of talk, ways to end, states of an invoice (`vocabulary.toml`)."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from amends.sources.listing.folding import folded_words

LOOKED_AT = 200
"""Characters of a value in which such words are looked for."""


@cache
def _vocabulary() -> dict[str, dict[str, tuple[str, ...]]]:
    raw = tomllib.loads(files("amends.sources.listing").joinpath("vocabulary.toml").read_text("utf-8"))
    return {name: {part: tuple(words) for part, words in parts.items()} for name, parts in raw.items()}


@lru_cache(maxsize=4096)
def says(name: str, text: str) -> bool:
    """Whether a text holds one of the words that mean this, as whole words ("NCNS day 1" says "no_show")."""
    return bool(text) and _holds(_vocabulary()[name]["words"], folded_words(text[:LOOKED_AT]))


@lru_cache(maxsize=4096)
def is_just(name: str, text: str) -> bool:
    """Whether a text is one of the words that mean this, and nothing more."""
    return folded_words(text[:LOOKED_AT]) in _vocabulary()[name]["words"]


@lru_cache(maxsize=4096)
def talk_of(text: str) -> str:
    """Return the kind of talk that a text names: "voicemail", "mail", "visit", "meeting", "call", or ""."""
    words = folded_words(text[:LOOKED_AT])
    return next((kind for kind, known in _vocabulary()["talk"].items() if words and _holds(known, words)), "")


def _holds(known: tuple[str, ...], words: str) -> bool:
    within = f" {words} "
    return any(f" {word} " in within for word in known)
