"""How the columns of each program are called: presets are files, one for each program (`presets/*.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

from amends.sources.listing.field import FIELDS, KINDS
from amends.sources.listing.folding import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GENERIC = "generic"
NAMES = ("bullhorn", "salesforce", "jobscience", "hubspot", GENERIC)
"""In the order in which a person is offered them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What a program calls a column. `is_read`: seen in a cited source; else to be confirmed on a real export."""

    text: str
    is_read: bool


@dataclass(frozen=True, slots=True)
class Preset:
    """What one program calls the columns of its lists: kind, then field, then headings, the likeliest first."""

    key: str
    label: str
    headings: Mapping[str, Mapping[str, tuple[Heading, ...]]]
    mark: str = ""  # begins columns that this program alone has

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of list that this program is known to export, in the order of `KINDS`."""
        return tuple(kind for kind in KINDS if kind in self.headings)

    def is_confirmed(self, kind: str, field: str, column: str) -> bool:
        """Whether a source says that this column is this field; else the screen asks a person to look."""
        known = self.headings.get(kind, {}).get(field, ())
        return any(heading.is_read and folded(heading.text) == folded(column) for heading in known)


def _preset(key: str) -> Preset:
    raw = tomllib.loads(files("amends.sources.listing").joinpath("presets", f"{key}.toml").read_text("utf-8"))
    label, mark = raw.pop("label"), raw.pop("mark", "")
    kinds = {kind: MappingProxyType(dict(_headings(kind, said))) for kind, said in raw.items()}
    return Preset(key, label, MappingProxyType(kinds), mark)


def _headings(kind: str, said: Mapping[str, Mapping[str, list[str]]]) -> Iterator[tuple[str, tuple[Heading, ...]]]:
    for field in FIELDS[kind]:
        read = (Heading(text, is_read=True) for text in said.get("read", {}).get(field.key, ()))
        unsure = (Heading(text, is_read=False) for text in said.get("to_confirm", {}).get(field.key, ()))
        both = (*read, *unsure)
        if both:
            yield field.key, both


PRESETS: Mapping[str, Preset] = MappingProxyType({key: _preset(key) for key in NAMES})
"""Every program whose lists are known, by its key."""
