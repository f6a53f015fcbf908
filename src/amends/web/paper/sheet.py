"""The call sheet on one page: it may lie on a desk, so it holds nothing beyond what the call needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from amends.desk.queries.sheet import sheet_of
from amends.web import recovery_words, wording
from amends.web.paper.shape import Items, Paper, Quote, Room, Words, bullets, section

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, Firm, User
    from amends.desk.queries.sheet import Sheet

LINES_FOR_WORDS, LINES_FOR_PROMISE = 6, 2  # as much as one page has room for (judgement)


def call_sheet(case: Case, firm: Firm, user: User, now: datetime) -> Paper:
    """Return what to have in front of you for a call in a recovery."""
    sheet = sheet_of(case.client, now=now, case=case, person=case.person)
    told = recovery_words.of_sheet(sheet, user, now)
    promises = Items(tuple((row["what"], False) for row in told["promises"]))
    return Paper(
        _("Call %(name)s") % {"name": told["name"]},
        told["why_now"],
        firm.name,
        (
            *section("", [Words(_whom(sheet))]),
            *section(_("The last they said"), [Quote(one.words, _by(one.by, one.at, now)) for one in sheet.said]),
            *section(_("Say"), [bullets(told["say"])]),
            *section(_("Open promises"), [promises]),
            *section(_("Their words"), [Room(LINES_FOR_WORDS)]),
            *section(_("What I promised, and by when"), [Room(LINES_FOR_PROMISE)]),
        ),
        private=_("Only for the call. Tear it up after."),
        foot=firm.name,
    )


def _whom(sheet: Sheet) -> str:
    person = sheet.person
    if person is None:
        return str(sheet.client)
    parts = (person.title, str(sheet.client), person.phone, person.best_hour, person.preferred_way)
    return ", ".join(part for part in parts if part)


def _by(name: str, at: datetime, now: datetime) -> str:
    return ", ".join(part for part in (name, wording.when(at, now)) if part)
