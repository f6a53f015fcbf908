"""What is asked on the page of a recovery, what was typed into it, and what it said when it was opened.

What a client saw is signed into the form: where the plan has moved since, an answer is to something else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.utils.translation import gettext as _

from amends.core.plan import Answer
from amends.core.pulse import AGREED, HANDLED, HANDLING, NEXT_ORDER, ORDER_WORDS, STATEMENTS
from amends.desk.actions.client_answer import Given, Moved, Seen
from amends.portal.templatetags.portal import five_feelings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from amends.desk.models import ClientPage
    from amends.desk.queries.client_page import Asks, Line, Recovery
    from amends.desk.queries.plan import Shown

SALT = "amends.portal.seen"
YES, NO, AGREE, CHANGE = "yes", "no", "agree", "change"
MOST_WORDS = 4000  # characters of one answer, as the fields say (judgement)
CHOSEN = {Answer.AGREED: AGREE, Answer.QUESTION: CHANGE, Answer.NO: CHANGE}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is asked: its field, what is chosen, the words beside it, and what is wrong with them."""

    name: str
    chosen: str = ""
    words: str = ""
    error: str = ""
    line: Line | None = None
    action: Shown | None = None
    was: Seen | None = None  # what it said when they opened the page


@dataclass(frozen=True, slots=True)
class Five:
    """A question whose answer is one of a few buttons in a row."""

    name: str
    question: str
    words: tuple[tuple[Any, str], ...]
    chosen: Any


def sealed(page: ClientPage, shown: Recovery) -> str:
    """Return what the page shows of the plan and of what we heard, signed."""
    plan = [[one.pk, one.what, one.who, one.by.isoformat()] for one in shown.plan]
    lines = [[line.pk, line.text] for line in shown.lines]
    return signing.dumps([page.pk, plan, lines], salt=SALT, compress=True)


def unsealed(page: ClientPage, text: str) -> tuple[dict[int, Seen], dict[int, str]]:
    """Return what they saw, by change and by line; nothing where it was not this page, or was tampered with."""
    try:
        pk, plan, lines = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        return {}, {}
    if pk != page.pk:
        return {}, {}
    return {one[0]: Seen(one[1], one[2], date.fromisoformat(one[3])) for one in plan}, dict(lines)


def given_in(page: ClientPage, shown: Recovery, posted: QueryDict) -> Given:
    """Return what was answered, of what is asked here; what was left alone is left out."""
    seen, heard = unsealed(page, posted.get("seen", ""))
    lines = {
        pk: (chosen == YES, _words(posted, f"line-{pk}") if chosen == NO else "")
        for pk in {*heard, *(line.pk for line in shown.lines)}
        if (chosen := posted.get(f"line-{pk}")) in {YES, NO}
    }
    plan: dict[int, tuple[Answer, str]] = {}
    for pk in {*seen, *(one.pk for one in shown.plan)}:
        chosen = posted.get(f"action-{pk}")
        words = _words(posted, f"action-{pk}")
        if chosen == AGREE:
            plan[pk] = (Answer.AGREED, "")
        elif chosen == CHANGE and words:
            plan[pk] = (Answer.QUESTION, words)
    mended = {YES: True, NO: False}.get(posted.get("mended", "")) if shown.asks_mended else None
    figures = {one.name: value for one in questions(shown, {}) if (value := _chosen(one, posted)) is not None}
    missing = _words(posted, "mended") if mended is False else ""
    asked = Given(seen=seen, heard=heard, mended=mended, pulse=figures, words=missing)
    return asked if shown.is_over else replace(asked, lines=lines, plan=plan)


def _words(posted: Mapping[str, str], name: str) -> str:
    return posted.get(f"{name}-words", "").strip()[:MOST_WORDS]


def _chosen(one: Five, posted: Mapping[str, str]) -> Any:
    return next((value for value, _word in one.words if str(value) == posted.get(one.name)), None)


def felt_in(shown: Asks, posted: QueryDict) -> Given:
    """Return what was answered where nothing but how they feel is asked."""
    figures = {one.name: value for one in questions(shown, {}) if (value := _chosen(one, posted)) is not None}
    return Given(pulse=figures, words=_words(posted, "more"))


def missing_in(shown: Recovery, posted: Mapping[str, str]) -> dict[str, str]:
    """Return what was begun and not said: who would change something says what."""
    told = {f"action-{one.pk}": _("Tell us what you’d change.") for one in shown.plan}
    return {name: why for name, why in told.items() if posted.get(name) == CHANGE and not _words(posted, name)}


def line_rows(shown: Recovery, posted: Mapping[str, str] | None) -> list[Row]:
    """Return the lines as they are asked: with what was typed, else with what they answered before."""
    return [_line_row(line, posted) for line in shown.lines]


def _line_row(line: Line, posted: Mapping[str, str] | None) -> Row:
    name = f"line-{line.pk}"
    if posted is not None:
        return Row(name, posted.get(name, ""), _words(posted, name), line=line)
    chosen = "" if line.is_right is None else YES if line.is_right else NO
    return Row(name, chosen, line.words, line=line)


def action_rows(
    shown: Recovery,
    posted: Mapping[str, str] | None = None,
    missing: Mapping[str, str] | None = None,
    moved: Mapping[int, Seen | None] | None = None,
) -> list[Row]:
    """Return the changes as they are asked; of one that has moved (`moved`) what it said before stands beside it."""
    return [_action_row(one, posted, missing or {}, (moved or {}).get(one.pk)) for one in shown.plan]


def _action_row(one: Shown, posted: Mapping[str, str] | None, missing: Mapping[str, str], was: Seen | None) -> Row:
    name = f"action-{one.pk}"
    chosen, words = CHOSEN.get(Answer(one.answer), "") if one.answer else "", one.answer_words
    if posted is not None:
        chosen, words = posted.get(name, ""), _words(posted, name)
    if was and chosen == AGREE:
        chosen = ""  # what they said yes to is something else now
    return Row(name, chosen, words, missing.get(name, ""), action=one, was=was)


def lost_words(shown: Recovery, posted: Mapping[str, str], moved: Moved | None) -> list[str]:
    """Return what they wrote to a change or a line that is not on the page any more: they may want to keep it."""
    if not moved:
        return []
    gone = [f"action-{pk}" for pk in {*moved.plan} - {one.pk for one in shown.plan}]
    gone += [f"line-{pk}" for pk in {*moved.lines} - {line.pk for line in shown.lines}]
    return [words for name in gone if (words := _words(posted, name))]


def mended_row(posted: Mapping[str, str] | None) -> Row:
    """Return the question whether it is put right."""
    told = posted or {}
    return Row("mended", told.get("mended", ""), _words(told, "mended"))


def questions(shown: Recovery | Asks, posted: Mapping[str, str] | None) -> list[Five]:
    """Return what is asked of how they feel, with what is chosen."""
    found: list[tuple[str, str, list[tuple[Any, str]]]] = []
    if shown.asks_four:
        steps: list[tuple[Any, str]] = [(figure, _(word)) for figure, word in AGREED.items()]
        found += [(name, _(statement), steps) for name, statement in STATEMENTS.items()]
        found.append(("next_order", _(NEXT_ORDER), [(str(one), _(word)) for one, word in ORDER_WORDS.items()]))
    if shown.asks_handling:
        found.append(("handling", _(HANDLING), [(figure, _(word)) for figure, word in HANDLED.items()]))
    if shown.asks_feeling:
        found.append(("feeling", _("How do you feel about working with us today?"), [*five_feelings()]))
    return [Five(name, asked, tuple(words), _before(name, words, shown, posted)) for name, asked, words in found]


def _before(name: str, words: list[tuple[Any, str]], shown: Recovery | Asks, posted: Mapping[str, str] | None) -> Any:
    if posted is None:
        return shown.pulse.get(name)
    return next((value for value, _word in words if str(value) == posted.get(name)), None)
