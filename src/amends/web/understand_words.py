"""What the page of Understand says: the questions, where an answer is from, what a tree of whys still lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.cause import WHOLE, Gap, Side
from amends.core.listening import Question
from amends.desk.models import Message
from amends.desk.queries.sheet import happened_at
from amends.desk.queries.theme import theme_name
from amends.web import recovery_words, wording
from amends.web.forms.understand import SIDES

if TYPE_CHECKING:
    from datetime import datetime

    from amends.core.cause import Missing
    from amends.desk.models import Case, Contribution, Heard
    from amends.desk.queries.cause import Placed, Underneath
    from amends.desk.queries.listening import Suggested
    from amends.web.forms.understand import ListenForm

Row = dict[str, Any]

HINTS = {
    Question.HAPPENED: gettext_lazy("Their words, as near as you can"),
    Question.COST: gettext_lazy("Their words, as near as you can"),
    Question.EXPECTED: gettext_lazy("Their words, as near as you can"),
    Question.ELSE: gettext_lazy("Small things often hide the real one"),
}
DEEPEST_DRAWN = 4  # steps of indentation; deeper whys stand below each other (judgement: a phone is narrow)


def asks(case: Case, now: datetime) -> dict[Question, str]:
    """Return the four questions, the first with the day on which it happened, where that is known."""
    return dict(zip(Question, recovery_words.openers(happened_at(case.client, case, now), now), strict=True))


def name_of(case: Case) -> str:
    """Return what to call whom a recovery is about."""
    return (case.person.first_name if case.person else "") or str(case.client)


def prompt(form: ListenForm, question: Question, rows: list[Heard], found: Suggested | None, now: datetime) -> Row:
    """Return one question as the page draws it: what was heard, and what is suggested and where it is from."""
    field = form[question]
    heard = [{"row": row, "words": row.words, "from": heard_from(row, now)} for row in rows]
    return {
        "name": question.value,
        "asked": field.label,
        "field": field,
        "source": form[f"from_{question}"],
        "heard": heard,
        "found": found,
        "from": source_of(found, now) if found else "",
        "is_filled": bool(found and field.value() == found.words),
    }


def source_of(found: Suggested, now: datetime) -> str:
    """Say where words are from: "From Marcus’s message, Sunday"."""
    name = found.source.person.first_name if found.source.person else ""
    day = _day(found.at, now)
    if isinstance(found.source, Message):
        told = _("From %(name)s’s message, %(day)s") if name else _("From their message, %(day)s")
    else:
        told = _("From what %(name)s said, %(day)s") if name else _("From what they said, %(day)s")
    return told % {"name": name, "day": day}


def heard_from(heard: Heard, now: datetime) -> str:
    """Say who said something, how and when, and who wrote it down."""
    name = str(heard.person) if heard.person else _("They")
    told = {"name": name, "day": _day(heard.said_at, now), "by": str(heard.by) if heard.by else ""}
    if heard.message_id:
        return _("%(name)s wrote it, %(day)s") % told
    if heard.touch:
        told["kind"] = heard.touch.get_kind_display().lower()
        said = _("%(name)s said it, %(day)s (%(kind)s). %(by)s wrote it down.")
        return (said if heard.by else _("%(name)s said it, %(day)s (%(kind)s).")) % told
    said = _("%(name)s said it, %(day)s. %(by)s wrote it down.")
    return (said if heard.by else _("%(name)s said it, %(day)s.")) % told


def _day(at: datetime, now: datetime) -> str:
    """Name a day: "today", a weekday within the last week, else the date."""
    on, today = timezone.localdate(at), timezone.localdate(now)
    if on == today:
        return _("today")
    if (today - on).days < recovery_words.DAYS_NAMED:
        return date_format(on, "l")
    return wording.day(at, now)


def saved(at: datetime | None, now: datetime) -> str:
    """Say how long ago it was saved: "Saved 2 minutes ago"; nothing where nothing was."""
    if at is None:
        return ""
    if now - at < wording.MINUTE:
        return _("Saved just now")
    return _("Saved %(long)s ago") % {"long": wording.span(now - at)}


def side_row(side: Side, rows: list[Contribution], case: Case) -> Row:
    """Return one box of the contribution map."""
    reacted = {
        Side.OURS: (_("How we took it"), case.our_reaction),
        Side.THEIRS: (_("How they took it"), case.their_reaction),
    }
    asked, told = reacted.get(side, ("", ""))
    return {"side": side, "name": SIDES[side], "rows": rows, "reacted": asked if told else "", "reaction": told}


def excess(found: Underneath) -> str:
    """Say that shares make more than a whole; nothing where they do not."""
    if not found.excess:
        return ""
    return _("Together the shares make %(sum)s %%. Look at them again: there is only one whole.") % {
        "sum": WHOLE + found.excess
    }


def cause_row(placed: Placed) -> Row:
    """Return one cause as the page draws it."""
    cause = placed.cause
    tested = {
        True: _("Removing it would have prevented this."),
        False: _("Removing it would not have prevented this."),
        None: "",
    }
    told = tested[cause.would_have_prevented]
    depth = min(placed.depth, DEEPEST_DRAWN)
    return {"cause": cause, "depth": depth, "is_end": placed.is_end, "theme": theme_name(cause.theme), "tested": told}


def lacks(missing: Missing) -> str:
    """Say one thing that the tree of whys still lacks."""
    told = {"what": " ".join(missing.why.what.split()) if missing.why else "", "name": missing.name}
    sentences = {
        Gap.NO_WHY: _("Nobody has asked why yet."),
        Gap.ONE_END: _("There is one chain of whys only. What else had to be so for this to happen?"),
        Gap.NO_PROCESS: _("No cause says how we work. What in our way of working let it happen?"),
        Gap.NAMES: _("“%(what)s” ends at %(name)s. Ask once more: why could it happen to them?"),
        Gap.UNTESTED: _("“%(what)s”: would removing it have prevented this?"),
        Gap.NOTHING_PREVENTS: _("Removing none of these would have prevented it. The real cause is still to be found."),
        Gap.NO_ESCAPE: _("Why did we not notice? Nobody has said."),
    }
    return sentences[missing.gap] % told
