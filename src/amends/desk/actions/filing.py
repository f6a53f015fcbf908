"""What we wrote to a client stands in their history: a letter that was sent is kept as a message of ours."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from amends.core.client import client_of, key_given
from amends.core.message import Address, Mail
from amends.desk.actions.envelope import our_address, our_domain
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.reading import Job, letter_of
from amends.desk.models import ClientKey
from amends.desk.queries.firm import the_firm
from amends.desk.queries.invitation import part_of

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Client, Outgoing

A_DAY = timedelta(days=1)  # around now: what we have just written is neither too old nor too new to be read


def file_letter(letter: Outgoing, *, now: datetime) -> None:
    """Keep a letter to a client as a message, the way all mail enters.

    It has the Message-ID under which it travels: the same mail, met in a folder of sent mail later, is not doubled.
    One whose words were forgotten while it was sent is not kept.
    """
    if not letter.text or letter.client is None:
        return
    firm = the_firm()
    writer = (letter.by.email if letter.by else letter.reply_to) or firm.name  # answers may go to who leads instead
    us = frozenset({*map(key_given, firm.addresses), client_of(writer)})
    job = Job((), "", us, heard_since=now - A_DAY, latest=now + A_DAY, zone=ZoneInfo(firm.zone))
    told = letter_of(_mail_of(letter, writer, now), job)
    key = _key_of(letter.client, letter.to)
    if told and key:
        told = told._replace(clients=(key,))
        if letter.case and letter.case.is_restricted:  # nobody outside of its team is told what was promised in it
            told = told._replace(promised="", promised_by=None)
        keep_messages([told], now=now)


def _key_of(client: Client, address: str) -> str:
    """Return a key of a client. One without any is known by the address from now on; empty where it is another's."""
    known = client.keys.order_by("pk").first()
    told = known or ClientKey.objects.get_or_create(key=client_of(address), defaults={"client": client})[0]
    return told.key if told.client_id == client.pk else ""


def _mail_of(letter: Outgoing, writer: str, now: datetime) -> Mail:
    answered = letter.answers.message_id if letter.answers else ""
    entry = _entry_of(letter, now)
    return Mail(
        id=letter.message_id or "",
        where="",
        at=now,
        sender=Address(writer, letter.by.name if letter.by else ""),
        to=(Address(letter.to, letter.person.name if letter.person else ""),),
        cc=(),
        subject=letter.subject,
        body=letter.text,
        in_reply_to=answered,
        is_sent=True,
        calendar_method=letter.method if entry else "",
        calendar=entry,
    )


def _entry_of(letter: Outgoing, now: datetime) -> str:
    """Return the entry for their calendar that went out with a letter, so that the desk knows of the call as they do.

    A meeting that they accept is logged when its hour is over; one of a restricted recovery is its team's to log.
    """
    if not letter.method or (letter.case and letter.case.is_restricted):
        return ""
    entry = part_of(letter, now=now, sender=our_address(), domain=our_domain())
    return entry.replace("\r\n ", "").replace("\r\n", "\n")
