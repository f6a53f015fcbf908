"""A paper as a PDF: tagged (PDF/UA-1), so that a screen reader reads it in order; set by Typst, on this machine."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import resources
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from amends.desk.rules import Refused
from amends.web.paper.shape import Table

if TYPE_CHECKING:
    from amends.web.paper.shape import Block, Paper

LETTER = frozenset({"USD", "CAD", "MXN"})  # where paper is Letter and not A4; judged by the firm's money
STANDARD: Final = "ua-1"
NARROW, WIDE = 8, 30  # letters of a column's mean content, between which widths are shared out (judgement)


def is_there() -> bool:
    """Whether PDFs can be made: the extra `pdf` is installed."""
    return find_spec("typst") is not None


def pdf_of(paper: Paper, currency: str) -> bytes:
    """Return a paper as a PDF. Refused, with what to do, where Typst is not installed."""
    if not is_there():
        raise Refused(
            _("No PDF can be made here: whoever runs this desk installs the extra “pdf”. Print the page instead.")
        )
    import typst  # noqa: PLC0415  (an extra: 30 MB that only some firms need)

    template = resources.files(__package__).joinpath("paper.typ").read_bytes()
    told = {"paper": json.dumps(_told(paper, currency))}
    try:
        made: bytes = typst.compile(template, sys_inputs=told, pdf_standards=STANDARD)
    except typst.TypstError:  # the standard wants a font for every letter, and no font here has one of these
        made = typst.compile(template, sys_inputs=told)
    return made


def _told(paper: Paper, currency: str) -> dict[str, Any]:
    sections = [{"heading": one.heading, "blocks": [_block(block) for block in one.blocks]} for one in paper.sections]
    return {
        "title": paper.title,
        "lead": paper.lead,
        "firm": paper.firm,
        "private": paper.private,
        "foot": paper.foot,
        "page": _("Page {number} of {total}"),
        "sections": sections,
        "format": "us-letter" if currency in LETTER else "a4",
        "language": (get_language() or "en").partition("-")[0],
    }


def _block(block: Block) -> dict[str, Any]:
    told = asdict(block)
    return {**told, "widths": _widths(block)} if isinstance(block, Table) else told


def _widths(table: Table) -> list[int]:
    """Share out the width by what stands in the columns, so that days stay narrow and sentences get room."""
    columns = zip(table.head, *table.rows, strict=True)
    means = [sum(map(len, column)) // len(column) for column in columns]
    return [min(max(mean, NARROW), WIDE) for mean in means]
