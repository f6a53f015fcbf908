"""Which column holds what: headings matched with what each program calls them."""

from __future__ import annotations

from collections import Counter
from functools import cache
from math import log
from typing import TYPE_CHECKING

from amends.sources.listing.field import FIELDS, KINDS, missing
from amends.sources.listing.folding import folded
from amends.sources.listing.preset import GENERIC, PRESETS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

INCOMPLETE = 0.5
"""How much a guess is worth that lacks something required, beside one that lacks nothing: judgement."""

PREFIX = "property"
"""HubSpot's connectors put it before every name: `property_dealname`."""


def match(columns: Sequence[str], preset: str, kind: str) -> dict[str, str]:
    """Return which column holds each field, by the field's key; what is not found is left out.

    The program's own headings come first, then the words that staffing programs use; a column is used once.
    """
    free: dict[str, str] = {}
    for column in columns:
        free.setdefault(_key(column), column)
    found: dict[str, str] = {}
    for name in dict.fromkeys((preset, GENERIC)):
        for field in FIELDS[kind]:
            if field.key not in found:
                hit = next((key for key in _keys(name, kind).get(field.key, ()) if key in free), None)
                if hit is not None:
                    found[field.key] = free.pop(hit)
    return found


def guess(columns: Sequence[str]) -> tuple[str, str]:
    """Return the preset and the kind that these columns fit best.

    Headings that few lists have tell more than those that many have, and a program is told by what it alone writes.
    Where nothing fits, it is a generic list of clients.
    """
    keys = {_key(column) for column in columns}
    lists = [(GENERIC, kind) for kind in KINDS]
    lists += [(preset, kind) for preset in PRESETS if preset != GENERIC for kind in PRESETS[preset].kinds]
    rated = [(_fit(columns, keys, preset, kind), preset, kind) for preset, kind in lists]
    _, preset, kind = max(rated, key=lambda one: one[0])
    return preset, kind


def _fit(columns: Sequence[str], keys: set[str], preset: str, kind: str) -> float:
    rare = _rarity()
    usual = match(columns, GENERIC, kind)
    known = {_key(column) for column in usual.values()}
    own = {key for known in _keys(preset, kind).values() for key in known} & keys - _generic_keys()
    mark = folded(PRESETS[preset].mark)
    told = sum(bool(mark) and key.startswith(mark) for key in keys)
    lacks = min(len(missing(kind, found)) for found in (usual, match(columns, preset, kind)))
    return (sum(rare[key] for key in known | own) + told) * INCOMPLETE**lacks


@cache
def _generic_keys() -> frozenset[str]:
    return frozenset(key for kind in KINDS for keys in _keys(GENERIC, kind).values() for key in keys)


@cache
def _keys(preset: str, kind: str) -> Mapping[str, tuple[str, ...]]:
    known = PRESETS[preset].headings.get(kind, {})
    return {field: tuple(dict.fromkeys(_key(one.text) for one in headings)) for field, headings in known.items()}


@cache
def _rarity() -> Mapping[str, float]:
    """Return what each heading tells: the fewer of all lists have it, the more."""
    lists = [(preset, kind) for preset in PRESETS for kind in PRESETS[preset].kinds]
    among = Counter(key for preset, kind in lists for key in {k for keys in _keys(preset, kind).values() for k in keys})
    return {key: log((1 + len(lists)) / count) for key, count in among.items()}


def _key(heading: str) -> str:
    key = folded(heading)
    return key[len(PREFIX) :] if key.startswith(PREFIX) and key != PREFIX else key
