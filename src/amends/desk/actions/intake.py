"""Mail files on their way in: received, looked through, read in batches, stopped.

The row holds how far an import is. Each batch is one transaction that keeps its messages and moves the place reached,
and moves it only from where it was: whoever is killed loses at most a batch, and of two workers one wins.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from amends.core.client import key_given
from amends.desk import clock as clocks
from amends.desk.actions.bounce import match_replies
from amends.desk.actions.event import record
from amends.desk.actions.firm import our_addresses
from amends.desk.actions.homes import join_people_at_home
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.readers import read_by
from amends.desk.actions.reading import Job, letters_in
from amends.desk.actions.thread import join_loose_answers
from amends.desk.actions.upload import DISK_FULL, FULL, remove_files, safe_name, sweep, take_in
from amends.desk.models import Firm, ImportSkip, ImportStatus, MailImport, Message
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.rules import Power, Refused, require
from amends.sources import Part, Skipped, SourceError, parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from amends.desk.actions.reading import Batch
    from amends.desk.models import User

LEASE = timedelta(minutes=1)  # a batch takes well under a second; who has not shown up for so long was killed
TURN = timedelta(seconds=15)  # then the worker looks after clients for a moment: early findings (judgement)
HEARD_DAYS = 302  # 26 weeks of trend, and the 120 days in which a sentence fades (docs/method.md rule 1)
CLOCK_TOLERANCE = timedelta(days=1)  # clocks may be a little wrong; mail dated later is not believed (judgement)
SMALL_BYTES = 1_000_000  # below it, starting a process takes longer than reading
MOST_SKIPS = 1_000  # reasons kept of one import; the others are counted (judgement)
MOST_SENDERS = 50  # of newsletters, counted by domain; the rare ones make room (judgement)
LEFTOVER_AGE = timedelta(days=1)  # of files whose import is over, or that never got one
UNFINISHED = (ImportStatus.LOOKING, ImportStatus.READY, ImportStatus.READING)
OVER = (ImportStatus.DONE, ImportStatus.FAILED, ImportStatus.STOPPED)


class TakenAwayError(Exception):
    """Somebody stopped the import, or another worker is ahead: what was under way is not kept."""


def receive_upload(name: str, path: Path | str, size: int, *, by: User | None, now: datetime) -> MailImport:
    """Take over one uploaded file (it is moved from `path`), to be looked through next."""
    return receive_files([(name, Path(path), size)], by=by, now=now)


@transaction.atomic
def receive_files(files: Sequence[tuple[str, Path, int]], *, by: User | None, now: datetime) -> MailImport:
    """Take over files (shown name, path, bytes) uploaded at once as one import.

    Refused when the disk is full, and in the demo firm, which has its mailbox already.
    """
    require(by, Power.MANAGE)
    if the_firm().is_demo and MailImport.objects.exists():
        raise Refused(_("The demo firm takes no mail: yours would stand among clients who do not exist."))
    if not files:
        raise Refused(_("Choose a file first."))
    place = take_in((name, path) for name, path, _size in files)
    name = safe_name(files[0][0])
    others = len(files) - 1
    shown = _("%(name)s and %(count)d more") % {"name": name, "count": others} if others else name
    mailing = MailImport.objects.create(
        by=by, name=shown, path=str(place), size=sum(size for _name, _path, size in files), added_at=now
    )
    record("receive_upload", mailing, by=by, now=now, after={"name": shown, "size": mailing.size})
    return mailing


@transaction.atomic
def begin_import(mailing: MailImport, *, by: User | None, now: datetime, us: Iterable[str]) -> MailImport:
    """Read an import that was looked through, or that broke off. `us` are our domains and addresses in it.

    Effects: they become the firm's. Raises Refused when none is given, or it is not there to be read.
    """
    require(by, Power.MANAGE)
    told = our_addresses(us)
    if not told:
        raise Refused(_("Say which addresses are yours, so that we can tell your mail from your clients’."))
    ready = Q(status=ImportStatus.READY) | Q(status=ImportStatus.FAILED, total__gt=0, cleared_at=None)
    keys = list(dict.fromkeys(map(key_given, told)))
    if not Path(mailing.path).exists() or not _moved(
        mailing, ready, status=ImportStatus.READING, us=keys, problem="", started_at=now, leased_until=None
    ):
        raise Refused(_("This file cannot be read any more. Add it again: nothing is kept twice."))
    firm = Firm.objects.select_for_update().get()
    added = [address for address in told if address not in firm.addresses]
    firm.addresses = [*firm.addresses, *added]
    firm.save(update_fields=["addresses"])
    record("begin_import", mailing, by=by, now=now, after={"us": keys, "added": added})
    return mailing


@transaction.atomic
def stop_import(mailing: MailImport, *, by: User | None, now: datetime) -> MailImport:
    """Stop an import: what was read is kept, the file is removed. Raises Refused when it is over already."""
    require(by, Power.MANAGE)
    if not _moved(mailing, Q(status__in=UNFINISHED), status=ImportStatus.STOPPED, finished_at=now, leased_until=None):
        raise Refused(_("This import is over already."))
    record("stop_import", mailing, by=by, now=now, after={"read": mailing.read})
    transaction.on_commit(lambda: remove_files(mailing))
    return mailing


@transaction.atomic
def clear_imports(*, by: User | None, now: datetime) -> int:
    """Take the imports that are over off the list; return how many. Their messages stay, files left over go."""
    require(by, Power.MANAGE)
    over = list(MailImport.objects.select_for_update().filter(status__in=OVER, cleared_at=None))
    MailImport.objects.filter(pk__in=[mailing.pk for mailing in over]).update(cleared_at=now)
    if over:
        record("clear_imports", the_firm(), by=by, now=now, after={"count": len(over)})
    for mailing in over:
        transaction.on_commit(partial(remove_files, mailing))
    return len(over)


def work_on_import(
    mailing: MailImport,
    *,
    now: datetime,
    clock: Callable[[], datetime] = clocks.now,
    should_stop: Callable[[], bool] = lambda: False,
    turn: timedelta = TURN,
) -> bool:
    """Read an import further, for about one `turn`, and finish it when all is read; say whether more is to do.

    Raises what the database raises; the import is then found again when its lease has run out.
    """
    if not take_lease(mailing, ImportStatus.READING, now):
        return False
    job = job_of(mailing, now)
    readers = settings.READERS if mailing.size > SMALL_BYTES else 0
    until = None
    try:
        with read_by(readers, letters_in, job, part=mailing.part, done=mailing.within) as batches:
            for batch in batches:
                at = clock()
                until = until or at + max(turn, at - now)  # finding the place again must not take most of the time
                keep_batch(mailing, batch, now=at)
                if mailing.part < len(job.parts) and (should_stop() or at >= until):
                    _moved(mailing, Q(status=ImportStatus.READING), leased_until=None)
                    return True
        finish_import(mailing, now=clock())
    except TakenAwayError:
        return False
    except SourceError as error:
        fail_import(mailing, error.message, now=clock(), is_over=False)
    except (OSError, OperationalError) as error:
        if not is_full(error):
            raise
        fail_import(mailing, _(DISK_FULL), now=clock(), is_over=False)
    return False


@transaction.atomic
def keep_batch(mailing: MailImport, batch: Batch, *, now: datetime) -> None:
    """Keep one batch and move the place reached. Raises TakenAwayError when somebody else moved it meanwhile."""
    here = Q(status=ImportStatus.READING, part=mailing.part, within=mailing.within)
    counts = {"read": batch.read, "automated": batch.automated, "internal": batch.internal}
    counts |= {"left_out": batch.left_out, "skipped": len(batch.skips)}
    added: dict[str, Any] = {name: F(name) + count for name, count in counts.items() if count}
    newsletters = dict((Counter(mailing.newsletters) + batch.newsletters).most_common(MOST_SENDERS))
    moved = MailImport.objects.filter(here, pk=mailing.pk).update(
        part=batch.part, within=batch.within, leased_until=now + LEASE, newsletters=newsletters, **added
    )
    if not moved:
        raise TakenAwayError
    explained = batch.skips[: max(MOST_SKIPS - mailing.skipped, 0)]
    ImportSkip.objects.bulk_create(ImportSkip(mailing=mailing, where=where, why=why) for where, why in explained)
    kept = keep_messages(batch.letters, now=now, mailing=mailing)
    match_replies(batch.returns, now=now)
    told = {"kept": kept.kept, "known": kept.known, "left_out": kept.private}
    MailImport.objects.filter(pk=mailing.pk).update(**{name: F(name) + count for name, count in told.items() if count})
    mailing.refresh_from_db()


@transaction.atomic
def finish_import(mailing: MailImport, *, now: datetime) -> None:
    """End an import that was read to its end: join what belongs together, and remove the file."""
    here = Q(status=ImportStatus.READING, part=mailing.part, within=mailing.within)
    if not _moved(mailing, here, status=ImportStatus.DONE, finished_at=now, leased_until=None):
        raise TakenAwayError
    join_loose_answers(Message.objects.filter(mailing=mailing).values("client"))
    join_people_at_home(now=now)
    told = {"read": mailing.read, "kept": mailing.kept, "skipped": mailing.skipped}
    record("finish_import", mailing, by=None, now=now, after=told)
    transaction.on_commit(lambda: _clear_up(mailing, now))


def _clear_up(mailing: MailImport, now: datetime) -> None:
    remove_files(mailing)
    sweep(now, LEFTOVER_AGE)


@transaction.atomic
def fail_import(mailing: MailImport, problem: str, *, now: datetime, is_over: bool) -> None:
    """Say why an import failed; with `is_over` trying again would not help, and the file is removed."""
    if not _moved(
        mailing,
        Q(status__in=UNFINISHED),
        status=ImportStatus.FAILED,
        problem=problem,
        finished_at=now,
        leased_until=None,
    ):
        return
    record("fail_import", mailing, by=None, now=now, after={"problem": problem})
    if is_over:
        transaction.on_commit(lambda: remove_files(mailing))


def take_lease(mailing: MailImport, status: ImportStatus, now: datetime) -> bool:
    """Take an import to work on; false when somebody else is at it, or there is nothing to do."""
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    return _moved(mailing, free & Q(status=status), leased_until=now + LEASE)


def _moved(mailing: MailImport, condition: Q, **fields: Any) -> bool:
    """Change an import where a condition still holds; `mailing` has its values afterwards, changed or not."""
    changed = MailImport.objects.filter(condition, pk=mailing.pk).update(**fields)
    mailing.refresh_from_db()
    return bool(changed)


def job_of(mailing: MailImport, now: datetime) -> Job:
    """Return what is to be read of an import. Raises SourceError when the file is no mail, or gone."""
    found = [part for part in parts(mailing.path) if isinstance(part, Part)]
    return Job(
        parts=tuple(found),
        folder=f"{Path(mailing.path) if Path(mailing.path).is_dir() else Path(mailing.path).parent}/",
        us=frozenset(mailing.us),
        heard_since=now - timedelta(days=HEARD_DAYS),
        latest=now + CLOCK_TOLERANCE,
        zone=hours_of(the_firm()).zone,
    )


def passed_over(mailing: MailImport) -> list[tuple[str, str]]:
    """Return the files of an import that hold no mail: where, and why they are not read."""
    folder = f"{Path(mailing.path)}/"
    found = [each for each in parts(mailing.path) if isinstance(each, Skipped)]
    return [(each.where.replace(folder, ""), each.why) for each in found]


def is_full(error: Exception) -> bool:
    """Tell whether an error says that there is no room left, on a disk or in a database."""
    return getattr(error, "errno", None) in FULL or "disk is full" in str(error) or "No space left" in str(error)
