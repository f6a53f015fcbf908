"""Letters that carry a client's page: what is asked of them, and the link that is made when one leaves.

The token of a link stands in the mail alone. It is in no row and in no log, and what is kept of the letter shows the
line `PAGE_MARK` in its place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from amends.desk.actions.client_page import make_link
from amends.desk.actions.envelope import PAGE_MARK, has_page_mark
from amends.desk.actions.event import record
from amends.desk.models import PageKind, PageLink
from amends.desk.queries.user import hash_of
from amends.desk.rules import Power, Refused, may

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, Client, ClientPage, Outgoing, Person, User

MADE_UP = (".example", ".test", ".invalid")  # domains that nobody ever has (RFC 2606, 2)
PAGE_ENDED = gettext_noop("Its page was ended before it could be sent. Make a new page, or take the link out.")

UNASKED = gettext_noop("They said meanwhile that they are not to be asked any more, so it was not sent. Discard it.")


def is_made_up(address: str) -> bool:
    """Tell whether an address is of a domain that nobody has: mail to it reaches no stranger."""
    return address.rpartition("@")[2].casefold().rstrip(".").endswith(MADE_UP)


def require_page_of(page: ClientPage | None, client: Client, person: Person) -> None:
    """Raise Refused unless a page is for whom a letter goes to; a letter without one goes to anybody."""
    if page is None:
        return
    if page.client_id != client.pk or page.person_id != person.pk:
        told = _("This page was made for %(name)s alone. Make another for %(other)s.")
        raise Refused(told % {"name": page.person, "other": person})


def require_link_in(letter: Outgoing) -> None:
    """Raise Refused where a letter's page and the line for its link do not go together, or the page was ended."""
    is_marked = has_page_mark(letter.text)
    if letter.page is None and is_marked:
        raise Refused(_("There is a line %s, but no page that it could lead to. Take it out.") % PAGE_MARK)
    if letter.page and not is_marked:
        told = _("The line %s is missing: in its place they get the link to their page. Put it on a line of its own.")
        raise Refused(told % PAGE_MARK)
    if letter.page and letter.page.revoked_at:
        raise Refused(_("Its page was ended, so the link would lead nowhere. Make a new page."))
    if is_unasked(letter):
        raise Refused(_("%(name)s asked not to be asked any more. Discard this letter.") % {"name": letter.person})


def answers_go_to(by: User, case: Case | None) -> str:
    """Return where answers to a letter go: to who leads the recovery it belongs to, else to who wrote it."""
    lead = case.lead if case else None
    return lead.email if lead and may(lead, Power.WORK) else by.email


def lost_its_page(letter: Outgoing) -> bool:
    """Tell whether a letter waits to be sent whose link would lead nowhere: its page was ended, or is gone."""
    return letter.page.revoked_at is not None if letter.page else has_page_mark(letter.text)


def is_unasked(letter: Outgoing) -> bool:
    """Tell whether a letter would ask somebody how they feel who said since that they want no more of it."""
    page = letter.page
    return page is not None and page.kind == PageKind.PULSE and page.person.no_pulse_at is not None


def link_for(letter: Outgoing, *, now: datetime) -> str:
    """Make the link that goes out with a letter, while it is claimed for sending; return its token, or nothing."""
    return make_link(letter.page, by=None, now=now) if letter.page else ""


def end_unsent_link(token: str, *, now: datetime) -> None:
    """End a link that did not leave, because the mail server did not take the letter: the next one has its own."""
    if not token:
        return
    link = PageLink.objects.filter(token_hash=hash_of(token), ended_at=None).select_related("page").first()
    if link:
        link.ended_at = now
        link.save(update_fields=["ended_at"])
        record("end_page_link", link.page, by=None, now=now, after={"ended_at": now})
