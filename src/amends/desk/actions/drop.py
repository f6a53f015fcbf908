"""Drop addresses are made and ended, and what came by them is taken in, each mail once however often it is tried."""

from __future__ import annotations

import logging
from base64 import b32encode
from datetime import timedelta
from secrets import token_bytes
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from amends.core.client import client_of
from amends.desk.actions import spool
from amends.desk.actions.bounce import match_replies
from amends.desk.actions.dropped import LONGEST_SUBJECT, end_drops
from amends.desk.actions.event import record
from amends.desk.actions.intake import CLOCK_TOLERANCE, HEARD_DAYS
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.reading import Batch, Job, clean, take
from amends.desk.models import Drop, Dropped, Message, User
from amends.desk.queries.drop import has_door, hash_of_secret, our_keys
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.rules import Power, Refused, require
from amends.desk.seal import seal
from amends.sources import Skipped
from amends.sources.forwarded import brought_by, without
from amends.sources.headers import split_header, unstructured

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from amends.desk.actions.mail import Kept
    from amends.desk.actions.reading import Letter
    from amends.desk.actions.spool import Ticket

SECRET_BYTES = 16  # of chance: 128 bits, which nobody finds by trying
SAME_MINUTE = timedelta(minutes=1)  # a forwarded mail shows its minute, not its second
log = logging.getLogger(__name__)


@transaction.atomic
def make_drop(user: User, *, by: User | None, now: datetime) -> Drop:
    """Give a colleague an address of their own at this desk; the one before it ends. Refused for anybody else's."""
    require(by, Power.WORK)
    if by is not None and by.pk != user.pk:
        raise Refused(_("Everybody makes their own address."))
    if not has_door():
        raise Refused(_("This desk takes in no mail. Who runs it can open a door for it."))
    User.objects.select_for_update().get(pk=user.pk)  # two clicks at once make one address after the other
    for before in Drop.objects.filter(user=user, ended_at=None):
        end_drop(before, by=by, now=now)
    secret = b32encode(token_bytes(SECRET_BYTES)).decode("ascii").rstrip("=").lower()
    drop = Drop.objects.create(user=user, secret=seal(secret), secret_hash=hash_of_secret(secret), made_at=now)
    record("make_drop", drop, by=by, now=now)
    return drop


@transaction.atomic
def end_drop(drop: Drop, *, by: User | None, now: datetime) -> None:
    """End an address: nothing comes by it any more. What is in the queue already is still taken in."""
    require(by, Power.WORK)
    if by is not None and by.pk != drop.user_id:
        raise Refused(_("Everybody ends their own address."))
    end_drops(Drop.objects.filter(pk=drop.pk), by=by, now=now)


def take_in_next(now: datetime) -> bool:
    """Take in the oldest mail of the queue; return whether there was one.

    The mail's row, its messages and the counts are one transaction; then the file goes. Who is killed in between finds
    the row there, and removes the file. What no worker can take in is set aside, so that the others are not held up.
    """
    for name in spool.waiting():
        ticket = spool.ticket_of(name)
        try:
            raw = (spool.place(spool.NEW) / name).read_bytes()
        except OSError:  # another worker was quicker; or it is not ours to read, which `amends doctor` says in time
            continue
        if ticket is None or not Drop.objects.filter(pk=ticket.drop_id).exists():
            log.error("A file in the drop queue belongs to no address, and is set aside: %s", name)
            spool.set_aside(name)
            return True
        try:
            take_in_dropped(name, raw, ticket, now=now)
        except (OperationalError, InterfaceError):  # the database is away, and the mail waits
            raise
        except Exception as error:
            if not (isinstance(error, IntegrityError) and Dropped.objects.filter(file=name).exists()):
                log.exception("A mail that came by the drop door could not be taken in, and is set aside: %s", name)
                _give_up(name, ticket)
        spool.remove(name)
        return True
    return False


@transaction.atomic
def take_in_dropped(name: str, raw: bytes, ticket: Ticket, *, now: datetime) -> Dropped:
    """Keep what one mail brings. Raises IntegrityError where that was done before.

    Effects: those of `keep_messages`; a row that says what became of it.
    """
    fields, _start = split_header(raw)
    subject = clean(unstructured(fields.get("subject", "")), LONGEST_SUBJECT)
    dropped = Dropped.objects.create(drop_id=ticket.drop_id, file=name, subject=subject, at=ticket.at)
    letters, why = _letters_of(raw, dropped.drop.user, now)
    kept = keep_messages(_unknown(letters), now=now) if letters else None
    dropped.kept = kept.kept if kept else 0
    dropped.why_not = "" if dropped.kept else clean(why or _there_already(len(letters), kept))
    if letters:
        is_private = kept is not None and kept.private
        dropped.subject = "" if is_private else letters[0].subject[:LONGEST_SUBJECT]
    dropped.save(update_fields=["kept", "why_not", "subject"])
    Drop.objects.filter(pk=ticket.drop_id).update(taken=F("taken") + 1, last_at=ticket.at)
    record("take_in_dropped", dropped, by=None, now=now, after={"kept": dropped.kept})
    return dropped


def _letters_of(raw: bytes, user: User, now: datetime) -> tuple[list[Letter], str]:
    """Return the letters that a mail brings, and why there are none."""
    zone = hours_of(the_firm()).zone
    us = our_keys() | {client_of(user.email)}
    heard_since = now - timedelta(days=HEARD_DAYS)
    job = Job(parts=(), folder="", us=us, heard_since=heard_since, latest=now + CLOCK_TOLERANCE, zone=zone)
    batch = Batch(part=0)
    for mail in brought_by(raw, is_ours=lambda each: _is_desk(each) or client_of(each) in us, zone=zone):
        take(batch, mail if isinstance(mail, Skipped) else without(mail, _is_desk), job)
    match_replies(batch.returns, now=now)
    return batch.letters, "" if batch.letters else _why_none(batch)


def _why_none(batch: Batch) -> str:
    """Say why nothing in a mail can be kept: in English, for the page that shows it translates it."""
    if batch.skips:
        return batch.skips[0][1]
    if batch.automated:
        return gettext_noop("A program sent it to many.")
    if batch.internal:
        return gettext_noop("It is among yourselves: neither its writer nor its readers are at a client.")
    return gettext_noop("It was deleted, or never sent.")


def _is_desk(address: str) -> bool:
    """Whether an address is one of this desk's own: a secret, and nobody's client."""
    return address.rpartition("@")[2] == settings.DROP_DOMAIN


def _unknown(letters: Sequence[Letter]) -> list[Letter]:
    """Return the letters without those forwarded ones that are there already under a Message-ID of their own."""
    return [letter for letter in letters if not (letter.message_id.startswith("forwarded:") and _is_known(letter))]


def _is_known(letter: Letter) -> bool:
    around = (letter.at - SAME_MINUTE, letter.at + SAME_MINUTE)
    rows = Message.objects.filter(sender=letter.sender[0], at__range=around, subject=letter.subject)
    return rows.exclude(key=letter.key).exists()


def _there_already(count: int, kept: Kept | None) -> str:
    """Say why letters that could be read were not kept, as `_why_none`."""
    if kept is not None and kept.private:
        return gettext_noop("It is from or to somebody whose mail is private here, and was not kept.")
    if count == 1:
        return gettext_noop("The desk had this mail already.")
    return gettext_noop("The desk had these mails already.")


@transaction.atomic
def _give_up(name: str, ticket: Ticket) -> None:
    """Say that a mail could not be taken in, and set its file aside."""
    why = gettext_noop("It could not be read. Whoever looks after this desk finds it in the folder drop/aside.")
    Dropped.objects.get_or_create(file=name, defaults={"drop_id": ticket.drop_id, "at": ticket.at, "why_not": why})
    spool.set_aside(name)
