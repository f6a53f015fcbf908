"""A paper as values: one shape, written by the print page and by the PDF alike. All of it is text, never markup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class Words:
    """What the desk or a colleague says: paragraphs, a blank line between two."""

    text: str
    kind: Literal["words"] = "words"


@dataclass(frozen=True, slots=True)
class Quote:
    """What a person said, word for word; who and when below it."""

    text: str
    told: str = ""
    kind: Literal["quote"] = "quote"


@dataclass(frozen=True, slots=True)
class Items:
    """A list, each with a box to tick: True is ticked; None has no box."""

    items: tuple[tuple[str, bool | None], ...]
    kind: Literal["items"] = "items"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; every row has as many cells as there are headings."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True, slots=True)
class Room:
    """Room to write by hand: lines."""

    lines: int
    kind: Literal["room"] = "room"


Block: TypeAlias = Words | Quote | Items | Table | Room


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a heading; without one, they follow what stands before."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. `private` says for whom it is where no client may read it; `foot` stands on each page."""

    title: str
    lead: str
    firm: str
    sections: tuple[Section, ...]
    private: str = ""
    foot: str = ""


def section(heading: str, blocks: Iterable[Block]) -> tuple[Section, ...]:
    """Return a section as one that may be left out: nothing where it has no blocks with anything in them."""
    full = tuple(block for block in blocks if not _is_empty(block))
    return (Section(heading, full),) if full else ()


def _is_empty(block: Block) -> bool:
    if isinstance(block, Words | Quote):
        return not block.text.strip()
    return (isinstance(block, Items) and not block.items) or (isinstance(block, Table) and not block.rows)


def bullets(lines: Iterable[str]) -> Items:
    """Return a list without boxes; empty lines are left out."""
    return Items(tuple((line, None) for line in lines if line.strip()))
