"""Somebody at a client is asked for their part of the agreement, or for a yes to its words, on a page of theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.client_page import make_page
from amends.desk.actions.envelope import PAGE_MARK
from amends.desk.actions.letter import write_letter
from amends.desk.models import ClientPage, Outgoing, PageKind, Sheet, SheetState
from amends.desk.queries.agreement import UNDER_WAY
from amends.desk.queries.outbox import DRAFT
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Person, User


@transaction.atomic
def page_of_sheet(sheet: Sheet, *, by: User | None, now: datetime) -> ClientPage:
    """Return the page on which the client fills in a sheet and confirms it; made where there is none yet.

    Refused once the sheet is over, or where whom it was started with is gone.
    """
    require(by, Power.WORK)
    sheet.refresh_from_db(from_queryset=Sheet.objects.select_for_update())
    person = sheet.person
    if sheet.state not in UNDER_WAY:
        raise Refused(_("This sheet is not under way any more."))
    if person is None or person.left_on:
        raise Refused(_("Whom it was started with is not there any more. Let it go, and start one with somebody else."))
    page = sheet.pages.filter(person=person, revoked_at=None).first()
    if page:
        return page
    title = _("What we expect of each other")
    lead = _("You say what you need, we say what we can do, and neither sees the other’s before both are there.")
    return make_page(
        PageKind.AGREEMENT, person, by=by, now=now, sheet=sheet, title=title, lead=lead, asks_feeling=False
    )


@transaction.atomic
def ask_sheet(sheet: Sheet, *, by: User, now: datetime) -> Outgoing:
    """Write the letter that brings somebody the link to their page of a sheet; a draft that waits already is that one.

    Refused for somebody whom we have no address of.
    """
    page = page_of_sheet(sheet, by=by, now=now)
    waiting = Outgoing.objects.filter(DRAFT, page=page).first()
    if waiting:
        return waiting
    person = page.person
    address = person.addresses.order_by("address").values_list("address", flat=True).first()
    if address is None:
        raise Refused(_("We have no address of %(name)s. Copy the link instead.") % {"name": person})
    is_filling = sheet.state == SheetState.FILLING
    subject = _("What you need from us") if is_filling else _("The words of what we agree")
    return write_letter(
        sheet.client, address, subject, _letter(person, by, is_filling=is_filling), by=by, now=now, page=page
    )


def _letter(person: Person, by: User, *, is_filling: bool) -> str:
    """Return the letter as it is proposed."""
    asks = (
        _(
            "I would like us to write down what we expect of each other, line by line. You say what you would like and"
            " what you can live with; we do the same; and only then do we look at both together."
        )
        if is_filling
        else _("These are the words that I would like us to agree to, line by line. Say yes, or what you would change.")
    )
    told = {"name": person.first_name or _("Hello"), "asks": asks, "mark": PAGE_MARK, "writer": by.name}
    return _("%(name)s,\n\n%(asks)s It takes a few minutes and no account:\n\n%(mark)s\n\n%(writer)s\n") % told
