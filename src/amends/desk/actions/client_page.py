"""A page is made for one person at a client; what it says is prepared, its links are made, renewed and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.case import UNDER_WAY
from amends.desk.actions.event import record, values_of
from amends.desk.models import Case, ClientPage, PageKind, PageLine, PageLink
from amends.desk.queries.firm import the_firm
from amends.desk.queries.user import hash_of
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from amends.desk.models import Heard, Person, User

TOKEN_BYTES = 32  # 256 bits of chance: nobody guesses it
TOLD = ("title", "lead", "amends_note", "shows_reparation", "asks_feeling", "asks_four", "asks_code")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of "Did we hear you right?" as it is to be: its text (empty: left out), what they said, what it was."""

    text: str
    heard: Heard | None = None
    row: PageLine | None = None


@transaction.atomic
def make_page(kind: PageKind, person: Person, *, by: User | None, now: datetime, **told: Any) -> ClientPage:
    """Make a page for somebody at a client; `told` are further columns of `ClientPage`. It has no link yet."""
    require(by, Power.WORK)
    page = ClientPage.objects.create(kind=kind, client=person.client, person=person, by=by, made_at=now, **told)
    record("make_page", page, by=by, now=now, after={"kind": kind, "person_id": person.pk})
    return page


@transaction.atomic
def prepare_page(
    case: Case, person: Person, *, by: User | None, now: datetime, lines: Sequence[Line], **told: Any
) -> ClientPage:
    """Prepare a page of a recovery for somebody: what we heard in `lines`, and `told` as in `TOLD`. It has no link yet.

    Refused before the plan is approved, once the recovery is over, for somebody who is not there, and where they have a
    page of it already.
    """
    require(by, Power.WORK)
    case.refresh_from_db(from_queryset=Case.objects.select_for_update())
    _check(case, person)
    if case.pages.filter(kind=PageKind.RECOVERY, person=person, revoked_at=None).exists():
        raise Refused(_("%(name)s has a page of this recovery already. Change that one, or end it.") % {"name": person})
    page = make_page(PageKind.RECOVERY, person, by=by, now=now, case=case, **_told(told))
    _keep_lines(page, lines)
    return page


def _check(case: Case, person: Person) -> None:
    if case.status not in UNDER_WAY:
        raise Refused(_("This recovery is over. Open it again first."))
    if case.plan_approved_at is None:
        raise Refused(_("The plan is not approved yet. Nobody outside sees it before it is."))
    if person.client_id != case.client_id or person.left_on:
        raise Refused(_("%(name)s does not work at %(client)s.") % {"name": person, "client": case.client})


def _told(told: dict[str, Any]) -> dict[str, Any]:
    """Return the texts of a page without the space around them; Refused for a page without a title."""
    found = {name: value.strip() if isinstance(value, str) else value for name, value in told.items()}
    if not found.get("title", "x"):
        raise Refused(_("Write a title: it is what they read first."))
    return found


@transaction.atomic
def change_page(
    page: ClientPage, *, by: User | None, now: datetime, lines: Sequence[Line] | None = None, **told: Any
) -> ClientPage:
    """Write a page anew; who has a link sees it so at once. A line that says something else is asked anew."""
    _locked(page, by)
    before, said = _values(page), _lines_of(page)
    for name, value in _told(told).items():
        setattr(page, name, value)
    page.save(update_fields=[*told])
    if lines is not None:
        _keep_lines(page, lines)
    after = _values(page)
    if after != before or said != _lines_of(page):
        changed = [name for name in after if after[name] != before[name]]
        old, new = ({name: values[name] for name in changed} for values in (before, after))
        record("change_page", page, by=by, now=now, before=old, after=new)
    return page


def _locked(page: ClientPage, by: User | None) -> None:
    """Lock a page, and refuse one that was ended."""
    _lock(page, by)
    if page.revoked_at:
        raise Refused(_("This page was ended. Make a new one."))


def _values(page: ClientPage) -> dict[str, Any]:
    """Return a page as the record keeps it: what its lines say is as good as the client's, and stays out of it."""
    told = values_of(page, TOLD)
    told["page_lead"] = told.pop("lead")  # "lead" is who leads
    return {**told, "lines": page.lines.count()}


def _lines_of(page: ClientPage) -> list[str]:
    return list(page.lines.values_list("text", flat=True))


def _keep_lines(page: ClientPage, lines: Sequence[Line]) -> None:
    """Keep the lines of a page in their order: what is empty goes, and what says something else has no answer."""
    kept: list[int] = []
    for line in lines:
        text = " ".join(line.text.split())
        if text:
            row = line.row or PageLine(page=page, heard=line.heard)
            if row.text != text:
                row.text, row.is_right, row.words, row.answered_at = text, None, "", None
            row.position = len(kept)
            row.save()
            kept.append(row.pk)
    page.lines.exclude(pk__in=kept).delete()


@transaction.atomic
def make_link(page: ClientPage, *, by: User | None, now: datetime) -> str:
    """Make a link to a page and return its token, which is kept nowhere; links that were made before go on working."""
    _locked(page, by)
    token = token_urlsafe(TOKEN_BYTES)
    ends_at = now + timedelta(days=the_firm().page_days)
    PageLink.objects.create(page=page, token_hash=hash_of(token), made_at=now, ends_at=ends_at, by=by)
    record("make_page_link", page, by=by, now=now, after={"ends_at": ends_at})
    return token


@transaction.atomic
def renew_links(page: ClientPage, *, by: User | None, now: datetime) -> str:
    """End every link to a page and make a new one; return its token, which is kept nowhere."""
    _locked(page, by)
    page.links.filter(ended_at=None).update(ended_at=now)
    record("end_page_links", page, by=by, now=now)
    return make_link(page, by=by, now=now)


@transaction.atomic
def end_page(page: ClientPage, *, by: User | None, now: datetime) -> ClientPage:
    """End a page: no link leads to it any more. Said twice, it stays as it was."""
    require(by, Power.WORK)
    if ClientPage.objects.filter(pk=page.pk, revoked_at=None).update(revoked_at=now):
        page.links.filter(ended_at=None).update(ended_at=now)
        record("end_page", page, by=by, now=now)
    page.refresh_from_db()
    return page


@transaction.atomic
def note_answers(page: ClientPage, *, by: User | None, now: datetime, seen: datetime | None = None) -> ClientPage:
    """Say that one has seen what somebody answered on their page, up to the answer that was `seen`."""
    _lock(page, by)
    until = min(filter(None, (seen, page.answered_at)), default=None)
    if until and (page.noted_at is None or page.noted_at < until):
        page.noted_at = until
        page.save(update_fields=["noted_at"])
        record("note_page", page, by=by, now=now, after={"noted_at": until})
    return page


def _lock(page: ClientPage, by: User | None) -> None:
    require(by, Power.WORK)
    page.refresh_from_db(from_queryset=ClientPage.objects.select_for_update())
