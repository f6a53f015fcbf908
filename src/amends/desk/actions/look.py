"""The look through a file before anything is kept: how much mail there is, from when, and who we are in it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from amends.core.client import Tally, find_us, key_given
from amends.desk import clock as clocks
from amends.desk.actions.event import record
from amends.desk.actions.intake import (
    LEASE,
    SMALL_BYTES,
    TakenAwayError,
    fail_import,
    is_full,
    job_of,
    passed_over,
    take_lease,
)
from amends.desk.actions.readers import read_by
from amends.desk.actions.reading import Seen, seen_in, with_private_addresses
from amends.desk.actions.upload import DISK_FULL, TooMuchError, unpack
from amends.desk.models import ImportSkip, ImportStatus, MailImport
from amends.desk.queries.firm import the_firm
from amends.sources import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

SHOW_UP_AGAIN = timedelta(seconds=5)  # how often the lease is lengthened while a file is unpacked
FOR_SCANS, FOR_FILES = "then scan the folder", "then add the files in it"
NOTHING = "It holds no messages."


def look_through(mailing: MailImport, *, now: datetime, clock: Callable[[], datetime] = clocks.now) -> bool:
    """Look through a file and make the import ready to be read, or say why it cannot be; false when somebody else does.

    Effects: a gzipped mailbox is unpacked where it lies.
    """
    if not take_lease(mailing, ImportStatus.LOOKING, now):
        return False
    try:
        damaged = unpack(Path(mailing.path), _Presence(mailing, clock).show)
        seen = _look(mailing, now, clock)
        _make_ready(mailing, seen, [*damaged, *passed_over(mailing)], now=clock())
    except TakenAwayError:
        return False
    except SourceError as error:
        fail_import(mailing, _sentence(error.message), now=clock(), is_over=error.permanent)
    except TooMuchError as error:
        fail_import(mailing, str(error), now=clock(), is_over=True)
    except OSError as error:
        if not is_full(error):
            raise
        fail_import(mailing, DISK_FULL, now=clock(), is_over=True)
    return True


class _Presence:
    """Lengthens the lease while something long is done."""

    def __init__(self, mailing: MailImport, clock: Callable[[], datetime]) -> None:
        self.mailing, self.clock = mailing, clock
        self.shown_at = clock()

    def show(self) -> None:
        """Lengthen the lease now and then. Raises TakenAwayError when the import was stopped."""
        at = self.clock()
        if at - self.shown_at >= SHOW_UP_AGAIN:
            self.shown_at = at
            _show_up(self.mailing, at)


def _show_up(mailing: MailImport, at: datetime, **fields: int) -> None:
    looking = MailImport.objects.filter(pk=mailing.pk, status=ImportStatus.LOOKING)
    if not looking.update(leased_until=at + LEASE, **fields):
        raise TakenAwayError


def _look(mailing: MailImport, now: datetime, clock: Callable[[], datetime]) -> Seen:
    """Go through the whole file; the page is told how many messages were met so far."""
    whole = Seen(0)
    readers = settings.READERS if mailing.size > SMALL_BYTES else 0
    with read_by(readers, seen_in, job_of(mailing, now)) as glances:
        for seen in glances:
            _add(whole, seen)
            _show_up(mailing, clock(), total=whole.messages)
    if not whole.messages:
        raise SourceError(NOTHING)
    return whole


def _add(whole: Seen, seen: Seen) -> None:
    whole.messages += seen.messages
    whole.written += seen.written
    firsts, lasts = [at for at in (whole.first, seen.first) if at], [at for at in (whole.last, seen.last) if at]
    whole.first, whole.last = min(firsts, default=None), max(lasts, default=None)
    for name in ("wrote", "received", "sent", "delivered", "either"):
        getattr(whole, name).update(getattr(seen, name))
    whole.names |= seen.names


def who_we_are(seen: Seen, addresses: list[str]) -> list[str]:
    """Return our client keys in what was seen, strongest first: those the firm goes by, else whom the mail tells."""
    keys = {key for key in seen.either if key}
    ours = [key for key in dict.fromkeys(map(key_given, addresses)) if key in keys]
    tallies = [
        Tally(key, seen.wrote[key], seen.received[key], seen.sent[key], seen.delivered[key], seen.either[key])
        for key in keys
    ]
    return list(with_private_addresses(ours or find_us(tallies, seen.written), seen.names))


@transaction.atomic
def _make_ready(mailing: MailImport, seen: Seen, not_read: list[tuple[str, str]], *, now: datetime) -> None:
    us = who_we_are(seen, the_firm().addresses)
    found = {"total": seen.messages, "first_at": seen.first, "last_at": seen.last, "us": us}
    looking = MailImport.objects.filter(pk=mailing.pk, status=ImportStatus.LOOKING)
    if not looking.update(status=ImportStatus.READY, leased_until=None, **found):
        raise TakenAwayError
    mailing.refresh_from_db()
    mailing.skips.all().delete()
    told = [(where, _sentence(why)) for where, why in not_read]
    ImportSkip.objects.bulk_create(ImportSkip(mailing=mailing, where=where, why=why) for where, why in told)
    record("look_through", mailing, by=None, now=now, after={"total": seen.messages, "us": us})


def _sentence(words: str) -> str:
    """Write the reason of a source as a sentence of its own, for somebody who adds files and scans no folders."""
    told = words.replace(FOR_SCANS, FOR_FILES)
    return told[:1].upper() + told[1:]
