"""The worker: finds on the rows what is due, takes one thing after the other, and forgets nothing when it is killed.

What is due, how it is taken, and what happens when a worker dies: docs/developer/worker.md.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q

from amends.desk import clock
from amends.desk.actions.answer_notice import tell_answers
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.drop import take_in_next
from amends.desk.actions.followup import back_where_overdue
from amends.desk.actions.health import assess_leased, touch_health
from amends.desk.actions.intake import TURN, work_on_import
from amends.desk.actions.lease import claim
from amends.desk.actions.list_read import check_list, look_at_list, read_list
from amends.desk.actions.list_undo import count_undoing, undo_further
from amends.desk.actions.listing import COUNTING
from amends.desk.actions.look import look_through
from amends.desk.actions.mailbox import reseal
from amends.desk.actions.meeting import hold_next_meeting
from amends.desk.actions.notice import tell_late, tell_morning
from amends.desk.actions.notice_out import send_next_notice
from amends.desk.actions.past import draw_history, undrawn
from amends.desk.actions.personal import forget_old
from amends.desk.actions.polling import poll_mailbox
from amends.desk.actions.post import UnreachableError
from amends.desk.actions.standing import next_night
from amends.desk.actions.stuck import calm_down, tell_stuck
from amends.desk.models import (
    Client,
    Drop,
    Firm,
    ImportStatus,
    ListImport,
    ListStatus,
    Mailbox,
    MailImport,
    NoticeChoice,
    Standing,
)
from amends.desk.queries.firm import hours_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from amends.desk.actions.lease import Lease

    Job = Callable[["Worker", datetime], bool]

PAUSE = 1.0  # seconds between two looks when nothing was due; judgement
SHORTEST_REST = 1  # seconds after the first failure; each that follows doubles it
LONGEST_REST = 60  # seconds: a database that is back is noticed within a minute
MAIL_REST = timedelta(minutes=1)  # until a mail server that did not answer is asked again; judgement
NOTICE_REST = timedelta(minutes=1)  # until it is asked again whether anybody is to be told anything; judgement
SERVICE_REST = timedelta(seconds=5)  # until it is asked again whether a notice waits for its service; judgement
ASKING_REST = timedelta(
    minutes=10
)  # until it is asked again whether a promise passed its day: a day is long; judgement
DRAWN_REST = timedelta(seconds=30)  # until it is asked again whether a past must be drawn: nobody waits for it
MEANWHILE = timedelta(seconds=1)  # on a slow machine: as long as a look at a mailbox far away takes; judgement
CLIENTS_A_TURN = 100  # about a second of work after every 15 seconds of reading; judgement
LIST_WORK = {  # what a worker does with a list that is so far
    ListStatus.CHECKING: check_list,
    ListStatus.READING: read_list,
    ListStatus.UNDOING: undo_further,
}
SEALED: tuple[Any, ...] = (Mailbox.objects, Drop.objects, NoticeChoice.objects)  # whose secrets are sealed
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Worker:
    """One worker: when it must stop, and what it need not ask again before some moment."""

    stop: Event = field(default_factory=Event)
    rests: dict[str, datetime] = field(default_factory=dict)

    def work_once(self, now: datetime) -> bool:
        """Do the first thing that is due, in the order of `JOBS`; return whether there was any."""
        return self.do_first(JOBS, now)

    def do_first(self, jobs: Iterable[Job], now: datetime) -> bool:
        """Do the first of some jobs that has anything to do; return whether there was any."""
        return any(job(self, now) for job in jobs if self.rests.get(job.__name__, now) <= now)

    def run(self) -> None:
        """Work until told to stop. What fails is said in one sentence, and tried again after a rest."""
        failures = 0
        try:
            while not self.stop.is_set():
                try:
                    is_busy = self.work_once(clock.now())
                except (OperationalError, InterfaceError, OSError) as error:  # locked, full, or gone for a moment
                    log.warning("The database or the disk does not take it: %s. Trying again soon.", error)
                except Exception:  # one row that breaks the rules must not stop the others
                    log.exception("A piece of work failed; its row is taken up again when its lease has run out.")
                else:
                    failures = 0
                    self.stop.wait(0 if is_busy else PAUSE)
                    continue
                connection.close()
                self.stop.wait(min(LONGEST_REST, SHORTEST_REST * 2**failures))
                failures = min(failures + 1, LONGEST_REST)
        finally:
            connection.close()


def look_through_file(worker: Worker, now: datetime) -> bool:
    """Look through one file that was given: somebody sits before the screen and waits."""
    del worker
    mailing = _free_import(ImportStatus.LOOKING, now)
    return mailing is not None and look_through(mailing, now=now)


def read_file(worker: Worker, now: datetime) -> bool:
    """Read one file further, for a while (`intake.TURN`); then a mailbox has its turn, and what else is due."""
    mailing = _free_import(ImportStatus.READING, now)
    if mailing is None:
        return False
    work_on_import(mailing, now=now, should_stop=worker.stop.is_set)
    if worker.stop.is_set() or not read_mailbox(worker, clock.now()):
        _meanwhile(worker)
    return True


def read_mailbox(worker: Worker, now: datetime) -> bool:
    """Look at the mailbox that has been due for longest, and read it for a while; then comes what else is due."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    due = Mailbox.objects.filter(free, is_paused=False, poll_due_at__lte=now).order_by("poll_due_at", "pk")
    mailbox = due.first()
    if mailbox is None:
        return False
    is_left = poll_mailbox(mailbox, now=now, should_stop=worker.stop.is_set)
    _meanwhile(worker)
    if not (is_left or worker.stop.is_set()):
        worker.do_first((draw_past,), clock.now())  # while much is left to read, the past would be drawn for nothing
    return True


def work_on_list(worker: Worker, now: datetime) -> bool:
    """Look at, check, take in or take back one list; every `intake.TURN` others have their turn."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    unseen = Q(status=ListStatus.MATCHING, looks={})
    due = ListImport.objects.filter(free, unseen | Q(status__in=LIST_WORK) | COUNTING)
    going = due.exclude(status=ListStatus.UNDOING).order_by("added_at", "pk").first()
    listing = (
        going or due.order_by("-added_at", "-pk").first()
    )  # what came last goes back first: it leans on the others
    if listing is None:
        return False
    if listing.status == ListStatus.MATCHING:
        return look_at_list(listing, now=now)
    work = LIST_WORK.get(ListStatus(listing.status), count_undoing)
    return work(listing, now=now, between=Turns(worker, now + TURN).next)


@dataclass(slots=True)
class Turns:
    """Lets others have their turn while something long is done."""

    worker: Worker
    until: datetime

    def next(self) -> bool:
        """Return whether to go on; when the turn is over, after others had theirs."""
        if not self.worker.stop.is_set() and clock.now() >= self.until:
            if not read_mailbox(self.worker, clock.now()):
                _meanwhile(self.worker)
            self.until = clock.now() + TURN
        return not self.worker.stop.is_set()


def _meanwhile(worker: Worker) -> None:
    """Do some of what is due and short, so that nobody waits until all mail is read."""
    until = clock.now() + MEANWHILE
    for _ in range(CLIENTS_A_TURN):
        at = clock.now()
        if at > until or worker.stop.is_set() or not worker.do_first(SHORT, at):
            break


def _free_import(status: ImportStatus, now: datetime) -> MailImport | None:
    """Return the oldest import at which nobody works; the action takes its lease."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return MailImport.objects.filter(free, status=status).order_by("added_at", "pk").first()


def assess_due(worker: Worker, now: datetime) -> bool:
    """Assess the client that has been due for longest."""
    del worker
    due = Client.objects.filter(assess_due_at__lte=now).order_by("assess_due_at")
    lease = claim(due, now=now, is_due_again="assess_due_at")
    if lease is None:
        return False
    assess_leased(lease, now=now)
    return True


def take_in_dropped(worker: Worker, now: datetime) -> bool:
    """Take in one mail that came to a drop address."""
    del worker
    return take_in_next(now)


def deliver_mail(worker: Worker, now: datetime) -> bool:
    """Deliver one mail of the desk's own."""
    try:
        return deliver_next(now=now)
    except UnreachableError as error:
        log.warning("%s", error)
        worker.rests["deliver_mail"] = now + MAIL_REST
        return False


def tell_colleagues(worker: Worker, now: datetime) -> bool:
    """Tell one colleague whom to call this morning, or all who are due to hear of waits, stuck recoveries, answers."""
    is_told = tell_morning(now=now) or tell_late(now=now) or tell_stuck(now=now) or tell_answers(now=now)
    if not is_told:
        worker.rests["tell_colleagues"] = now + NOTICE_REST
    return is_told


def send_notices(worker: Worker, now: datetime) -> bool:
    """Send one notice by Slack, Teams or another service."""
    is_sent = send_next_notice(now=now)
    if not is_sent:
        worker.rests["send_notices"] = now + SERVICE_REST
    return is_sent


def hold_meetings(worker: Worker, now: datetime) -> bool:
    """Log one meeting whose hour is over."""
    del worker
    return hold_next_meeting(now=now)


def ask_again(worker: Worker, now: datetime) -> bool:
    """Begin the weekly check-ins anew where a promise passed its day, and nobody said that it was missed."""
    worker.rests["ask_again"] = now + ASKING_REST
    return Firm.objects.exists() and back_where_overdue(now) > 0


def begin_night(worker: Worker, now: datetime) -> bool:
    """Once a night, and once when the worker starts, see to the whole firm; doing so twice changes nothing.

    Whoever was assessed is due by itself at `standing.NIGHT`; here those follow that never were. What is older than the
    firm keeps is forgotten.
    """
    firm = Firm.objects.first()
    if firm is None:
        return False
    unseen = list(Client.objects.filter(standing=Standing.CLIENT, assess_due_at=None).values_list("pk", flat=True))
    touch_health(unseen, now=now)
    forget_old(now)
    calm_down(now=now)
    for secrets in SEALED:
        reseal(secrets.all())
    worker.rests["begin_night"] = next_night(now, hours_of(firm).zone)
    return bool(unseen)


def draw_past(worker: Worker, now: datetime) -> bool:
    """Draw the past weeks of one client, those that stand worst first."""
    firm = Firm.objects.first()
    if firm is None:
        return False
    today = now.astimezone(hours_of(firm).zone).date()
    due = Client.objects.filter(undrawn(today), assessed_at__isnull=False).order_by("-points", "pk")
    lease = claim(due, now=now)
    if lease is None:
        worker.rests["draw_past"] = now + DRAWN_REST
        return False
    client = Client.objects.filter(pk=lease.pk).first()
    if client:  # not deleted meanwhile
        draw_history(client, now=now, goes_on=partial(_goes_on, worker, lease))
        lease.give_back()
    return True


def _goes_on(worker: Worker, lease: Lease) -> bool:
    """Renew a lease while something long is done; false when it must stop: at the end, or taken by somebody else."""
    return not worker.stop.is_set() and lease.renew(clock.now())


# What takes a moment and has its turn between the long ones, in this order.
SHORT: tuple[Job, ...] = (
    take_in_dropped,
    assess_due,
    tell_colleagues,
    send_notices,
    deliver_mail,
    hold_meetings,
    ask_again,
    begin_night,
)
JOBS: tuple[Job, ...] = (
    look_through_file,
    work_on_list,
    read_file,
    read_mailbox,
    *SHORT,
    draw_past,
)


def run(stop: Event) -> None:
    """Do what is due, one thing after the other, until `stop` is set. Several may run at once, on several machines."""
    Worker(stop).run()
