"""Word from mail servers that mail came (IMAP IDLE): the mailbox is then due at once, and a worker reads it.

One thread for each watched mailbox, a bounded number in a process; of several processes one watches a mailbox. A watch
only ever makes a mailbox due earlier, so it may end or be killed at any moment: polling goes on without it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q

from amends.desk import clock
from amends.desk.actions.account import signed_in
from amends.desk.actions.polling import notice_mail, take_watch
from amends.desk.models import Mailbox
from amends.desk.seal import SealError
from amends.sources import SourceError

if TYPE_CHECKING:
    from datetime import datetime
    from threading import Event

INBOX = "INBOX"  # where mail comes, on every server (RFC 3501)
LOOK_SECONDS = 10.0  # between two looks for mailboxes that nobody watches (judgement)
WAIT_SECONDS = 60.0  # of silence, after which the watch shows that it is there (judgement)
CALM_SECONDS = 2.0  # after word came: what comes in a burst is read together (judgement)
WATCH_LEASE = timedelta(minutes=3)  # a watch shows up every minute; who has not for so long was killed
REST = timedelta(minutes=10)  # after a watch broke off: polling goes on meanwhile (judgement)
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Watch:
    """One mailbox that is watched, until the moment to which its lease runs."""

    mailbox_id: int
    until: datetime | None

    def renew(self, lasts: timedelta | None = WATCH_LEASE) -> bool:
        """Let the lease run on, or end it (None); return whether it was still ours and is still wanted."""
        until = clock.now() + lasts if lasts else None
        is_ours = take_watch(self.mailbox_id, self.until, until)
        self.until = until
        return is_ours

    def run(self, stop: Event) -> None:
        """Watch until told to stop, or until it breaks off."""
        rest: timedelta | None = None
        try:
            self._listen(stop)
        except (SourceError, SealError):
            rest = REST  # the poll says what is wrong
        except (OperationalError, InterfaceError, OSError) as error:
            log.warning("A mailbox is not watched for a while: %s.", error)
            return
        finally:
            connection.close()
        self.renew(rest)
        connection.close()

    def _listen(self, stop: Event) -> None:
        mailbox = Mailbox.objects.get(pk=self.mailbox_id)
        with signed_in(mailbox, now=clock.now()) as (session, _account):
            session.look(INBOX)
            while not stop.is_set() and self.renew():
                connection.close()  # a watch waits for hours; a database has few connections
                if session.wait(INBOX, WAIT_SECONDS):
                    notice_mail(self.mailbox_id, now=clock.now())
                    stop.wait(CALM_SECONDS)


def unwatched(now: datetime) -> list[Watch]:
    """Return a watch for each mailbox whose server would tell, that is read well, and that nobody watches."""
    free = Q(watched_until=None) | Q(watched_until__lt=now)
    inbox = Q(folders__name__iexact=INBOX, folders__is_chosen=True, folders__is_private=False)
    wanted = Q(has_idle=True, is_paused=False, failing_since=None, first_read_at__isnull=False)
    found = Mailbox.objects.filter(free, inbox, wanted).order_by("pk")
    return [Watch(*row) for row in found.values_list("pk", "watched_until")]


def run(stop: Event) -> None:
    """Watch as many mailboxes as `settings.WATCHES` allows, until `stop` is set."""
    watching: list[Thread] = []
    while not stop.is_set():
        watching = [thread for thread in watching if thread.is_alive()]
        try:
            watching += _begun(settings.WATCHES - len(watching), stop)
        except (OperationalError, InterfaceError) as error:
            log.warning("The database does not say which mailboxes to watch: %s.", error)
        finally:
            connection.close()
        stop.wait(LOOK_SECONDS)


def _begun(room: int, stop: Event) -> list[Thread]:
    threads = []
    for watch in unwatched(clock.now())[: max(room, 0)]:
        if watch.renew():
            threads.append(Thread(target=watch.run, args=(stop,), name=f"watch-{watch.mailbox_id}", daemon=True))
            threads[-1].start()
    return threads
