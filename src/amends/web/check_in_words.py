"""How a check-in is told: with whom, which one, and what to ask."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.followup import CADENCE
from amends.desk.queries.calendar import CALL_MINUTES
from amends.desk.queries.check_in import asks_of
from amends.desk.queries.invitation import CANCEL, REQUEST, starts_at
from amends.web import wording

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import FollowUp, Outgoing, Reparation

WEEKLY = CADENCE.count(CADENCE[0])
ENDS = ".!?…”"  # of a sentence

Row = dict[str, Any]


def check_in_row(followup: FollowUp, now: datetime) -> Row:
    """Write one check-in: with whom, which one, and how the client is; late ones and planned calls say when."""
    days = (timezone.localdate(now) - followup.due_on).days
    late = wording.days_late(days) if days > 0 else ""
    named = followup.person is not None and bool(followup.person.name)
    hour = wording.clock_time(followup.call_at, is_short=True) if followup.call_at and not late else ""
    return {
        "href": reverse("followup-done", args=[followup.pk]),
        "title": followup.person if named else followup.client,
        "beside": _("at %(client)s") % {"client": followup.client} if named else "",
        "detail": followup.note or which_check_in(followup.number, followup.of),
        "state": "" if late or hour else followup.client.state,
        "note": late or hour,
        "due": late or _due(followup, now, days),
        "urgency": "late" if late else "",
    }


def _due(followup: FollowUp, now: datetime, days: int) -> str:
    if followup.call_at:
        return wording.when(followup.call_at, now)
    return wording.day(followup.due_on, now) if days else _("Today")


def today_row(followup: FollowUp, now: datetime) -> Row:
    """Write one check-in for Today, with what to ask (`queries.check_in.with_asks`)."""
    row = check_in_row(followup, now)
    about = [
        *([_("the fix")] if followup.asks_fix else []),  # type: ignore[attr-defined]  # annotated by `with_asks`
        *([_("what you put right")] if followup.asks_given else []),  # type: ignore[attr-defined]  # the same
        _("how they feel"),
    ]
    if followup.of > 1 and followup.case_id:
        told = row["detail"] if row["detail"].endswith(tuple(ENDS)) else f"{row['detail']}."
        asked = _("Ask about %(things)s.") % {"things": get_text_list(about, _("and"))}
        row["detail"] = f"{told} {asked}"
    return row


def which_check_in(number: int, of: int) -> str:
    """Say which check-in it is: the first ones by their place, later ones by their number."""
    ordinals = (_("First"), _("Second"), _("Third"), _("Fourth"))
    if of > 1 and number <= WEEKLY:
        return _("%(ordinal)s weekly check-in since you made things right") % {"ordinal": ordinals[number - 1]}
    if of > 1:
        return _("Check-in %(number)d of %(of)d since you made things right") % {"number": number, "of": of}
    return _("Time to ask whether it is still working")


def call_of(followup: FollowUp, now: datetime) -> Row:
    """Say for when the call of a check-in is planned, and how its invitation stands; empty where no hour is."""
    if followup.call_at is None:
        return {}
    letter = followup.letters.filter(method=REQUEST).order_by("-added_at", "-pk").first()
    name = (followup.person.first_name if followup.person else "") or str(followup.client)
    if letter is None:
        told = _("Nobody was invited by mail.")
    elif letter.read_at is None:
        told = _("The invitation waits until somebody reads it.")
    else:
        told = _("%(name)s was invited by mail.") % {"name": name}
    return {"when": wording.when(followup.call_at, now), "told": told, "letter": letter}


def planned(followup: FollowUp, letter: Outgoing | None, now: datetime) -> str:
    """Say what follows from planning a call."""
    when = wording.when(followup.call_at or followup.due_on, now)
    if letter is None:
        return _("Planned for %(when)s.") % {"when": when}
    if letter.method == CANCEL:
        return _("No hour is planned any more. Read this letter, so that it leaves their calendar too.")
    return _("Planned for %(when)s. Read the invitation before it goes.") % {"when": when}


def invited(letter: Outgoing, now: datetime) -> str:
    """Say which entry of a calendar goes out with a letter; empty where none does."""
    at = starts_at(letter, letter.followup) if letter.method and letter.followup else None
    if at is None:
        return ""
    if letter.method == CANCEL:
        return _("Takes out the call on %(when)s") % {"when": wording.when(at, now)}
    minutes = (letter.followup.minutes if letter.followup else None) or CALL_MINUTES
    told = ngettext("A call on %(when)s, %(count)d minute", "A call on %(when)s, %(count)d minutes", minutes)
    return told % {"when": wording.when(at, now), "count": minutes}


def what_to_ask(followup: FollowUp, now: datetime) -> list[Row]:
    """Say what to ask at a check-in: each subject, the question in words one would use, and what it is about."""
    asks = asks_of(followup)
    name = (followup.person.first_name if followup.person else "") or str(followup.client)
    rows: list[Row] = []
    if asks.fixes:
        words = _("“Is it still as we said it would be?”")
        rows.append({"title": _("The fix"), "words": words, "about": [one.what for one in asks.fixes]})
    if asks.given:
        words, about = _("“Did it reach you, and was it right?”"), [_given(one, now) for one in asks.given]
        rows.append({"title": _("What you put right"), "words": words, "about": about})
    words = _("“How do you feel about working with us today?”")
    about = [_("Then wait. %(name)s’s first word says more than the second.") % {"name": name}]
    rows.append({"title": _("How they feel"), "words": words, "about": about})
    if asks.asks_four:
        about = [_("This is a monthly one: ask the four questions of the pulse too.")]
        way = reverse("pulse-heard", args=[followup.client_id])
        href = f"{way}?person={followup.person_id}" if followup.person_id else way
        rows.append(
            {"title": _("How you do"), "words": _("“Do we do what we say we will?”"), "about": about, "href": href}
        )
    return rows


def _given(one: Reparation, now: datetime) -> str:
    """Write what was given: "$1,210 and a free week, Oct 8"."""
    sums = wording.money(one.offer, one.currency) if one.offer else ""
    what = get_text_list([part for part in (sums, one.in_kind) if part], _("and")) or _("What was owed")
    return f"{what}, {wording.day(one.given_on, now)}" if one.given_on else what
