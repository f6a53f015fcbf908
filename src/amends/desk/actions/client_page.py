"""A page is made for one person at a client; its links are made, renewed and ended."""

from __future__ import annotations

from datetime import timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.event import record
from amends.desk.models import ClientPage, PageKind, PageLink
from amends.desk.queries.firm import the_firm
from amends.desk.queries.user import hash_of
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Person, User

TOKEN_BYTES = 32  # 256 bits of chance: nobody guesses it


@transaction.atomic
def make_page(kind: PageKind, person: Person, *, by: User | None, now: datetime, **told: Any) -> ClientPage:
    """Make a page for somebody at a client; `told` are further columns of `ClientPage`. It has no link yet."""
    require(by, Power.WORK)
    page = ClientPage.objects.create(kind=kind, client=person.client, person=person, by=by, made_at=now, **told)
    record("make_page", page, by=by, now=now, after={"kind": kind, "person_id": person.pk})
    return page


@transaction.atomic
def make_link(page: ClientPage, *, by: User | None, now: datetime) -> str:
    """Make a link to a page and return its token, which is kept nowhere; links that were made before go on working."""
    require(by, Power.WORK)
    if page.revoked_at:
        raise Refused(_("This page was ended. Make a new one."))
    token = token_urlsafe(TOKEN_BYTES)
    ends_at = now + timedelta(days=the_firm().page_days)
    PageLink.objects.create(page=page, token_hash=hash_of(token), made_at=now, ends_at=ends_at, by=by)
    record("make_page_link", page, by=by, now=now, after={"ends_at": ends_at})
    return token


@transaction.atomic
def end_page(page: ClientPage, *, by: User | None, now: datetime) -> ClientPage:
    """End a page: no link leads to it any more."""
    require(by, Power.WORK)
    page.revoked_at = now
    page.save(update_fields=["revoked_at"])
    page.links.filter(ended_at=None).update(ended_at=now)
    record("end_page", page, by=by, now=now)
    return page
