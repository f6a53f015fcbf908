"""What the page of a client's answers says: of each person where they stand, where that went, and all they said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.followup import LOW
from amends.core.mended import WELL
from amends.core.pulse import Reaction
from amends.desk.queries.pulse_page import said_of
from amends.web import wording
from amends.web.pulse_chart import chart

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from amends.desk.queries.pulse_page import Askable, Given, Row

WENT = {
    Reaction.FELL: gettext_lazy("Down from %(before)s since %(day)s."),
    Reaction.ROSE: gettext_lazy("Up from %(before)s since %(day)s."),
}


def rows(found: Sequence[Row], now: datetime) -> list[dict[str, Any]]:
    """Return what is shown of each person, those first who feel worst."""
    shown = [_row(row, now) for row in found]
    return sorted(shown, key=lambda row: row["figure"])


def _row(row: Row, now: datetime) -> dict[str, Any]:
    felt = row.felt
    last = felt[-1] if felt else None
    drawn = chart([(one.at, one.figure or 0) for one in felt])
    return {
        "name": row.name,
        "figure": last.figure if last and last.figure else WELL,
        "word": said_of(last.figure) if last else _("Not asked how they feel"),
        "look": _look(last),
        "told": _went(row, now),
        "chart": drawn,
        "label": label(row, now) if drawn else "",
        "low": said_of(LOW),
        "best": said_of(max(5, LOW)),
        "first_on": wording.day(felt[0].at, now) if drawn else "",
        "last_on": wording.day(felt[-1].at, now) if drawn else "",
        "answers": [_answer(one, now) for one in reversed(row.given)],
    }


def _look(last: Given | None) -> str:
    """Return the colour of a word: red only for who feels let down."""
    return "risk" if last and last.is_low else ""


def _went(row: Row, now: datetime) -> str:
    """Say where somebody's answers went, in a sentence: one alone says little, and neither does a move of one point."""
    felt = row.felt
    if not felt:
        return ""
    if len(felt) == 1:
        return _("Asked once. One answer alone says little.")
    move = row.move
    if move is Reaction.NONE:
        return _("Much as on %(day)s.") % {"day": wording.day(felt[-2].at, now)}
    before = felt[-2] if abs((felt[-2].figure or 0) - (felt[-1].figure or 0)) > 1 else felt[-3]
    told = {"before": said_of(before.figure), "day": wording.day(before.at, now)}
    return str(WENT[move]) % told


def label(row: Row, now: datetime) -> str:
    """Say what the line shows, for who cannot see it."""
    told = [
        _("%(word)s on %(day)s") % {"word": said_of(one.figure), "day": wording.day(one.at, now)} for one in row.felt
    ]
    return f"{row.name}: {', '.join(told)}."


def _answer(one: Given, now: datetime) -> dict[str, Any]:
    return {
        "day": wording.day(one.at, now),
        "where": one.where,
        "feeling": one.feeling,
        "is_low": one.is_low,
        "told": one.told,
        "words": one.words,
        "href": reverse("recovery", args=[one.case.pk]) if one.case else "",
    }


def choice(one: Askable, now: datetime) -> str:
    """Return how somebody is offered to be asked: the name, and below it when that was done last."""
    return format_html("{} <small>{}</small>", one.person.name or _("Somebody there"), asked(one, now))


def asked(one: Askable, now: datetime) -> str:
    """Say beside a name why somebody is not to be asked, or when they were asked last."""
    if one.why_not:
        return one.why_not
    if one.asked_at is None:
        return _("Not asked by letter yet.")
    told = _("Asked on %(day)s, and answered.") if one.has_answered else _("Asked on %(day)s, no answer yet.")
    return told % {"day": wording.day(one.asked_at, now)}
