"""How things are written on a client's page: `{% load portal %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from amends.core.mended import FEELINGS
from amends.portal import colour, wording

if TYPE_CHECKING:
    from amends.desk.queries.client_page import Amends, Frame

register = template.Library()
register.filter("short_day", wording.day)
register.filter("long_day", wording.long_day)


@register.filter
def look_of(frame: Frame) -> str:
    """Return the firm's colour as its style sheet is named; what is none is ours."""
    bare = frame.colour.lower().removeprefix("#")
    return bare if colour.HEX.fullmatch(bare) else colour.OURS.removeprefix("#")


@register.filter
def dialled(phone: str) -> str:
    """Return a number as a phone dials it: its digits, and the plus before them."""
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")


@register.filter
def headline(text: str) -> str:
    """Return the first line of what will be different: its title."""
    return text.strip().partition("\n")[0].strip()


@register.filter
def more_of(text: str) -> str:
    """Return what stands below the first line."""
    return text.strip().partition("\n")[2].strip()


@register.filter
def named(row: Amends) -> str:
    """Say what we put right: the sums have names, what is given in kind speaks for itself."""
    return {"owed": _("What is owed to you"), "offer": _("For what it cost you")}.get(row.what, row.what)


@register.filter
def summed(row: Amends) -> str:
    """Write the sum of what we put right; nothing for what is given in kind."""
    return "" if row.sum is None else wording.money(row.sum, row.currency)


@register.simple_tag
def five_feelings() -> list[tuple[int, str]]:
    """Return the five answers of a feeling, the worst first, each with its figure."""
    return [(figure, _(word)) for figure, word in FEELINGS.items()]


@register.inclusion_tag("portal/parts/five.html")
def five(name: str, question: str, chosen: int | None = None, words: Any = None) -> dict[str, Any]:
    """Draw a question with five buttons: `name` of the field, the heading, which is chosen; `words` for another five.

    `words` are pairs of figure and word, in the order in which they are drawn; without them the five feelings.
    """
    return {"name": name, "question": question, "chosen": chosen, "words": words or five_feelings()}
