"""The labelled texts of bench/tone and those beside the checkout, each as one shape."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
CORPORA = Path(os.environ.get("AMENDS_DATA", HERE.parent.parent / "shared" / "data"))
_MARK = re.compile(r"\{(=?)(\w+):([^{}]+)\}")
Span = tuple[int, int]


@dataclass(slots=True)
class Labelled:
    """A text with its faults, `(rule, span, whether a wording shows it)`, and its parts, `(name, span)`."""

    text: str
    label: str = ""
    faults: list[tuple[str, Span, bool]] = field(default_factory=list)
    parts: list[tuple[str, Span]] = field(default_factory=list)


def own_lines(half: str) -> list[Labelled]:
    """Read `dev.txt` or `blind.txt`."""
    lines = (HERE / "tone" / f"{half}.txt").read_text(encoding="utf-8").splitlines()
    return [_unmarked(line.replace("\\n", "\n")) for line in lines if line and not line.startswith("#")]


def _unmarked(line: str) -> Labelled:
    """Take the marks out of a line and keep where they stood."""
    found = Labelled("")
    done = 0
    for mark in _MARK.finditer(line):
        found.text += line[done : mark.start()]
        span = (len(found.text), len(found.text) + len(mark[3]))
        found.text += mark[3]
        if mark[1]:
            found.parts.append((mark[2], span))
        else:
            found.faults.append((mark[2], span, True))
        done = mark.end()
    found.text += line[done:]
    return found


def public_apologies() -> Iterator[Labelled]:
    """Read the real texts beside the checkout; quotes become spans."""
    for line in (CORPORA / "apologies" / "data.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        text = row["text"]
        faults = [(one["rule"], _span(text, one["quote"]), one["how"] == "wording") for one in row["faults"]]
        parts = [(name, _span(text, quote)) for name, quotes in row["parts"].items() for quote in quotes]
        yield Labelled(text, row["label"], faults, parts)


def _span(text: str, quote: str) -> Span:
    start = text.index(quote)
    return start, start + len(quote)
