"""What the pages about clients say of people and moments: `{% load client %}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk.queries.erased import shown_address
from amends.desk.queries.timeline import writer_of
from amends.web import sheet_words, wording

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from amends.desk.models import Person, Waiting

register = template.Library()
register.filter("clock_time", wording.clock_time)
register.filter("writer", writer_of)
register.filter("how_kept", sheet_words.how_kept)
MOST_LISTED = 5  # addresses; a circular has hundreds (judgement)


@register.filter
def on_day(moment: datetime, now: datetime) -> str:
    """Write the day of a moment, without its hour: "Wednesday, Oct 8"."""
    return wording.when(wording.local(moment).date(), now)


@register.filter
def waited(waiting: Waiting, now: datetime) -> str:
    """Write how long somebody has waited: "2 days 3 hours"."""
    return wording.span(now - waiting.asked_at)


@register.filter
def shown_name(person: Person) -> str:
    """Return what somebody is called: by name, else by address. `addresses` are fetched before."""
    addresses = [one.address for one in person.addresses.all()] if not person.name else []
    return person.name or next(iter(addresses), "") or _("Somebody")


@register.filter
def in_a_line(person: Person) -> str:
    """Return what somebody does and how they like to be reached: "Operations director. Best before 8 am."."""
    parts = [part.rstrip(".") for part in (person.title, person.best_hour, person.preferred_way) if part]
    return ". ".join(parts) + "." if parts else ""


@register.filter
def listed(addresses: Sequence[str]) -> str:
    """Return some addresses as a list in words; of many, the first and how many more."""
    addresses = [shown_address(one) for one in addresses]
    if len(addresses) <= MOST_LISTED:
        return ", ".join(addresses)
    more = len(addresses) - MOST_LISTED
    told = {"addresses": ", ".join(addresses[:MOST_LISTED]), "count": more}
    return ngettext("%(addresses)s and %(count)d more", "%(addresses)s and %(count)d more", more) % told
