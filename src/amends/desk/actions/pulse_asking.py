"""People at a client are asked how it is to work with us: by a letter that a person reads, never once they said no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from amends.core.case import UNDER_WAY, Status
from amends.desk.actions.client_page import make_page
from amends.desk.actions.envelope import PAGE_MARK
from amends.desk.actions.event import record
from amends.desk.actions.letter import write_letter
from amends.desk.models import ClientPage, Outgoing, PageKind, Person, Pulse
from amends.desk.queries.outbox import DRAFT
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, User


@transaction.atomic
def ask_pulse(
    person: Person, *, by: User, now: datetime, has_four: bool = False, handling_of: Case | None = None
) -> Outgoing:
    """Prepare a page that asks somebody how they feel about us, and write the letter that carries it, as a draft.

    `has_four` asks the four questions too; `handling_of` is a recovery that is over: how it was handled is asked once.
    Refused for somebody who asked not to be asked, who left, whom we have no address of, or whose letter waits already.
    """
    require(by, Power.WORK)
    person = Person.objects.select_for_update().get(pk=person.pk)
    address = _address_of(person)
    if handling_of:
        _require_over(handling_of, person)
    subject = _("How did we handle it?") if handling_of else _("How is it to work with us?")
    page = make_page(
        PageKind.PULSE,
        person,
        by=by,
        now=now,
        case=handling_of,
        title=subject,
        lead=_("Good or bad, we would rather know. It takes a minute."),
        asks_four=has_four,
        asks_handling=handling_of is not None,
    )
    text = _letter(person, by, is_over=handling_of is not None)
    return write_letter(person.client, address, subject, text, by=by, now=now, page=page, case=handling_of)


def _address_of(person: Person) -> str:
    """Return where somebody is asked; Refused where they are not to be."""
    told = {"name": str(person)}
    if person.no_pulse_at:
        told["day"] = date_format(timezone.localdate(person.no_pulse_at), _("M j, Y"))
        raise Refused(_("%(name)s asked on %(day)s not to be asked any more. Nothing was written.") % told)
    if person.left_on:
        raise Refused(_("%(name)s has left. Nothing was written.") % told)
    address = person.addresses.order_by("address").values_list("address", flat=True).first()
    if address is None:
        raise Refused(_("We have no address of %(name)s. Nothing was written.") % told)
    if Outgoing.objects.filter(DRAFT, page__kind=PageKind.PULSE, page__person=person).exists():
        raise Refused(_("A letter that asks %(name)s waits to be read already. Look into the outbox.") % told)
    return address


def _require_over(case: Case, person: Person) -> None:
    """Raise Refused unless a recovery is over, and somebody was not asked about it before."""
    if case.status in UNDER_WAY or case.status == Status.MERGED:
        raise Refused(_("This recovery is not over yet. Ask how it was handled once it is."))
    was_sent = Q(links__isnull=False) | Q(letters__isnull=False)  # a letter that was let go asked nobody
    pages = ClientPage.objects.filter(was_sent, case=case, person=person, asks_handling=True)
    if pages.exists() or Pulse.objects.filter(case=case, person=person).exclude(handling=None).exists():
        raise Refused(_("%(name)s was asked already how this was handled. It is asked once.") % {"name": person})


def _letter(person: Person, by: User, *, is_over: bool) -> str:
    """Return the letter as it is proposed."""
    asks = (
        _("What went wrong between us is behind us, we hope. Would you tell me how we handled it?")
        if is_over
        else _("Would you tell me how it is to work with us? Good or bad, I would rather know.")
    )
    told = {"name": person.first_name or _("Hello"), "asks": asks, "mark": PAGE_MARK, "writer": by.name}
    return (
        _(
            "%(name)s,\n\n%(asks)s It takes a minute and no account:\n\n%(mark)s\n\nWhat you answer is read by the"
            " people here who work with you, and by nobody else. If you would rather not be asked, say so there, and it"
            " stops.\n\n%(writer)s\n"
        )
        % told
    )


@transaction.atomic
def stop_asking(page: ClientPage, *, now: datetime) -> Person:
    """Keep that the person whose page it is asks not to be asked any more, whatever link they say it by."""
    person = Person.objects.select_for_update().get(pk=page.person_id)
    if person.no_pulse_at is None:
        person.no_pulse_at = page.unsubscribed_at = now
        person.save(update_fields=["no_pulse_at"])
        page.save(update_fields=["unsubscribed_at"])
        record("stop_asking", person, by=None, now=now, person=person, after={"no_pulse_at": now})
    return person


@transaction.atomic
def ask_again(page: ClientPage, *, now: datetime) -> Person:
    """Keep that they changed their mind: only they themselves can say so."""
    person = Person.objects.select_for_update().get(pk=page.person_id)
    if person.no_pulse_at is not None:
        before = {"no_pulse_at": person.no_pulse_at}
        person.no_pulse_at = page.unsubscribed_at = None
        person.save(update_fields=["no_pulse_at"])
        page.save(update_fields=["unsubscribed_at"])
        record("ask_again", person, by=None, now=now, person=person, before=before, after={"no_pulse_at": None})
    return person
