"""A mailbox on a server is read: what is new first, then what was there, the newest first, a batch at a time.

How far each folder was read stands on its row. A batch is one transaction: its messages, the place reached, the counts,
and the lease, which must still be ours. Whoever is killed loses at most a batch; of two workers one wins.
"""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from amends.core.client import key_given
from amends.desk import clock as clocks
from amends.desk.actions.account import signed_in
from amends.desk.actions.bounce import match_replies
from amends.desk.actions.event import record
from amends.desk.actions.fetching import Errand, Piece, letters_at, over
from amends.desk.actions.homes import join_people_at_home
from amends.desk.actions.intake import CLOCK_TOLERANCE, HEARD_DAYS, MOST_SKIPS, TURN, TakenAwayError, is_full
from amends.desk.actions.lease import LEASE, claim
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.private import without_private
from amends.desk.actions.readers import read_by
from amends.desk.actions.reading import BATCH, Job
from amends.desk.actions.upload import DISK_FULL
from amends.desk.models import FolderMessage, Mailbox, MailFolder, MailSkip
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.seal import SealError
from amends.sources import SourceError
from amends.sources.watch import FolderError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from amends.desk.actions.lease import Lease
    from amends.desk.actions.reading import Batch
    from amends.sources.watch import Folder, Look, Session

SHORTEST_REST = timedelta(minutes=1)  # after a failure; each that follows doubles it (judgement)
LONGEST_REST = timedelta(hours=1)  # a server that is back after a day is noticed within it (judgement)
MOST_DOUBLINGS = 16  # enough for any rest; it keeps the power small
MANY = 2_000  # messages from which processes that read side by side are worth their start (judgement)
ENOUGH = 0.75  # of a lease left: longer than a server may be silent (judgement)
WHOLE_FOLDER = 0  # in place of a UID: the folder itself could not be read


@dataclass(slots=True)
class Turn:
    """One turn of reading a mailbox: whose lease it is, when it is over, and the folders as they stand."""

    mailbox: Mailbox
    lease: Lease
    clock: Callable[[], datetime]
    should_stop: Callable[[], bool]
    length: timedelta
    folders: dict[str, MailFolder] = field(default_factory=dict)
    until: datetime | None = None
    is_current: bool = False  # all that came since the last time is read; what is left is older

    def is_over(self) -> bool:
        """Whether it is somebody else's turn now; it begins with the first batch, so that each turn gets further."""
        at = self.clock()
        self.until = self.until or at + self.length
        return self.should_stop() or at >= self.until

    def show_up(self) -> None:
        """Keep the lease. Raises TakenAwayError when the mailbox was paused or removed, or another worker has it."""
        if not self.lease.renew(self.clock()):
            raise TakenAwayError

    def show_up_in_time(self) -> None:
        """Keep the lease where much of it is used up: what costs a write is not done for every folder."""
        if self.lease.until - self.clock() < LEASE * ENOUGH:
            self.show_up()


def poll_mailbox(
    mailbox: Mailbox,
    *,
    now: datetime,
    clock: Callable[[], datetime] = clocks.now,
    should_stop: Callable[[], bool] = lambda: False,
    turn: timedelta = TURN,
) -> bool:
    """Read what is new in a mailbox, then what is left of the first reading, for about one `turn`; say if more is left.

    What goes wrong stands on the row in a sentence, with when it is tried again. Raises what the database raises; the
    mailbox is then found again when its lease has run out.
    """
    lease = claim(Mailbox.objects.filter(pk=mailbox.pk, is_paused=False), now=now)
    if lease is None:
        return False
    mailbox.refresh_from_db()
    taken = Turn(mailbox, lease, clock, should_stop, turn)
    try:
        is_left = _read(taken, now)
        finish_turn(taken, is_left=is_left, now=clock())
    except TakenAwayError:
        return False
    except SealError as error:
        fail_mailbox(taken, str(error), now=clock(), is_permanent=True)
    except SourceError as error:
        fail_mailbox(taken, error.message, now=clock(), is_permanent=error.permanent)
    except (OSError, OperationalError) as error:
        if not is_full(error):
            raise
        fail_mailbox(taken, _(DISK_FULL), now=clock(), is_permanent=False)
    else:
        return is_left
    return False


def _read(turn: Turn, now: datetime) -> bool:
    """Read until nothing is left or the turn is over; return whether anything is left."""
    with signed_in(turn.mailbox, now=now) as (session, account):
        turn.show_up_in_time()
        note_folders(turn.mailbox, session.folders(), has_idle=session.has_idle)
        pieces = _pieces(turn, session)
        errand = Errand(account, tuple(pieces), eyes_of(turn.mailbox, now))
        with _batches(session, errand) as batches:
            for batch in batches:
                turn.is_current = turn.is_current or pieces[batch.part].is_downwards
                keep_batch(turn, errand, batch, now=turn.clock())
                is_last = batch.part == len(pieces) - 1 and batch.within == pieces[-1].ends_at
                if batch.within and turn.is_over() and not is_last:
                    return True
    turn.is_current = True
    return False


def _batches(session: Session, errand: Errand) -> AbstractContextManager[Iterator[Batch]]:
    """Give what is read; by processes with connections of their own where that is worth their start."""
    if settings.READERS and sum(len(piece.uids) for piece in errand.parts) > MANY:
        return read_by(settings.READERS, letters_at, errand)
    if not errand.parts:
        return nullcontext(iter(()))
    return read_by(0, over(session), errand)


def eyes_of(mailbox: Mailbox, now: datetime) -> Job:
    """Return with whose eyes a mailbox is read: the firm's addresses are ours, and so is the mailbox's own."""
    firm = the_firm()
    return Job(
        parts=(),
        folder="",
        us=frozenset(map(key_given, [*firm.addresses, mailbox.address])),
        heard_since=now - timedelta(days=HEARD_DAYS),
        latest=now + CLOCK_TOLERANCE,
        zone=hours_of(firm).zone,
    )


@transaction.atomic
def note_folders(mailbox: Mailbox, listed: Sequence[Folder], *, has_idle: bool) -> None:
    """Write down which folders there are, all of them; nothing is written where nothing changed."""
    known = {folder.name: folder for folder in mailbox.folders.all()}
    fresh = []
    for each in listed:
        folder = known.pop(each.name, None)
        is_chosen = not each.left_out if mailbox.is_every_folder else bool(folder and folder.is_chosen)
        told = {"is_sent": each.is_sent, "is_chosen": is_chosen, "is_gone": False}
        if folder is None:
            fresh.append(MailFolder(mailbox=mailbox, name=each.name, **told))
        elif any(getattr(folder, name) != value for name, value in told.items()):
            MailFolder.objects.filter(pk=folder.pk).update(**told)
    MailFolder.objects.bulk_create(fresh)
    gone = [folder.pk for folder in known.values() if not folder.is_gone]
    if gone:
        MailFolder.objects.filter(pk__in=gone).update(is_gone=True)
    if mailbox.has_idle != has_idle:
        mailbox.has_idle = has_idle
        mailbox.save(update_fields=["has_idle"])


def _pieces(turn: Turn, session: Session) -> list[Piece]:
    """Return what is to be read: what came; then what is left, first of the folder of which least was read so far."""
    news: list[Piece] = []
    rest: list[tuple[int, Piece]] = []
    wanted = turn.mailbox.folders.filter(is_chosen=True, is_private=False, is_gone=False).order_by("-is_sent", "pk")
    refused = set(MailSkip.objects.filter(folder__in=wanted, uid=WHOLE_FOLDER).values_list("folder", flat=True))
    for folder in wanted:
        turn.show_up_in_time()
        turn.folders[folder.name] = folder
        try:
            look = session.look(folder.name)
            _keep_look(folder, look)
            above, below = _unread(session, folder, look)
        except FolderError as error:
            if folder.pk not in refused:
                _keep_skips(turn.mailbox, folder, [(str(WHOLE_FOLDER), error.message)])
            continue
        if folder.pk in refused:
            folder.skips.filter(uid=WHOLE_FOLDER).delete()
        news += above
        depth = look.exists - sum(len(piece.uids) for piece in below)
        rest += [(depth + place * BATCH, piece) for place, piece in enumerate(below)]
    total = sum(folder.total for folder in turn.folders.values())
    if turn.mailbox.total != total:
        Mailbox.objects.filter(pk=turn.mailbox.pk).update(total=total)
    return news + [piece for _depth, piece in sorted(rest, key=itemgetter(0))]


def _keep_look(folder: MailFolder, look: Look) -> None:
    """Write down how a folder is. Numbers given anew mean other messages: it is read from the beginning."""
    before = (folder.uid_validity, folder.total, folder.highest_modseq)
    if folder.uid_validity != look.uid_validity:
        folder.highest = folder.lowest = 0
        folder.skips.all().delete()
    folder.uid_validity, folder.total, folder.highest_modseq = look.uid_validity, look.exists, look.highest_modseq
    if before != (look.uid_validity, look.exists, look.highest_modseq):
        folder.save(update_fields=["uid_validity", "highest", "lowest", "total", "highest_modseq"])


def _unread(session: Session, folder: MailFolder, look: Look) -> tuple[list[Piece], list[Piece]]:
    """Return what of a folder was not read yet: above what was, and below it. Writes down where there is nothing."""
    newest = look.uid_next - 1
    news, rest = [], []
    if folder.highest and newest > folder.highest:
        news = session.uids(folder.name, folder.highest + 1, newest)
        if not news:
            _move(folder, highest=newest)
    if folder.lowest != 1:
        rest = session.uids(folder.name, 1, (folder.lowest or look.uid_next) - 1) if look.exists else []
        if not rest:
            _move(folder, highest=folder.highest or newest, lowest=1)
    return _upwards(folder.name, news, newest), _downwards(folder.name, rest)


def _upwards(name: str, uids: Sequence[int], newest: int) -> list[Piece]:
    cut = [tuple(uids[start : start + BATCH]) for start in range(0, len(uids), BATCH)]
    ends = [*(some[-1] for some in cut[:-1]), newest]
    return [Piece(name, some, is_downwards=False, ends_at=end) for some, end in zip(cut, ends, strict=False)]


def _downwards(name: str, uids: Sequence[int]) -> list[Piece]:
    cut = [tuple(uids[max(end - BATCH, 0) : end]) for end in range(len(uids), 0, -BATCH)]
    ends = [*(some[0] for some in cut[:-1]), 1]
    return [Piece(name, some, is_downwards=True, ends_at=end) for some, end in zip(cut, ends, strict=False)]


def _move(folder: MailFolder, **to: int) -> None:
    """Move the place reached in a folder. Raises TakenAwayError when somebody else moved it meanwhile."""
    here = {name: getattr(folder, name) for name in ("uid_validity", "highest", "lowest")}
    if not MailFolder.objects.filter(pk=folder.pk, **here).update(**to):
        raise TakenAwayError
    for name, value in to.items():
        setattr(folder, name, value)


def keep_batch(turn: Turn, errand: Errand, batch: Batch, *, now: datetime) -> None:
    """Keep one batch, move the place reached, and count. Raises TakenAwayError when the mailbox is no longer ours."""
    piece = errand.parts[batch.part]
    folder = turn.folders[piece.folder]
    before = (turn.lease.until, folder.highest, folder.lowest)
    try:
        with transaction.atomic():
            turn.show_up()
            if batch.within:
                _keep(turn.mailbox, folder, piece, batch, now)
    except BaseException:  # what was written is not so: what we hold is as it was
        turn.lease.until, folder.highest, folder.lowest = before
        raise


def _keep(mailbox: Mailbox, folder: MailFolder, piece: Piece, batch: Batch, now: datetime) -> None:
    if piece.is_downwards:
        # Begun from the top, the whole stretch up to the newest of that moment counts as read.
        _move(folder, lowest=batch.within, highest=folder.highest or piece.uids[-1])
    else:
        _move(folder, highest=batch.within)
    kept = keep_messages(batch.letters, now=now, mailbox=mailbox)
    brought = {letter.key for letter in without_private(batch.letters)}
    FolderMessage.objects.bulk_create([FolderMessage(folder=folder, key=key) for key in brought], ignore_conflicts=True)
    match_replies(batch.returns, now=now)
    counts = Counter(
        {
            "read": batch.read,
            "kept": kept.kept,
            "known": kept.known,
            "automated": batch.automated,
            "internal": batch.internal,
            "left_out": batch.left_out,
            "skipped": len(batch.skips),
            "private": kept.private,
        }
    )
    added: dict[str, Any] = {name: F(name) + count for name, count in counts.items() if count}
    if added:
        Mailbox.objects.filter(pk=mailbox.pk).update(**added)
    _keep_skips(mailbox, folder, batch.skips)


def _keep_skips(mailbox: Mailbox, folder: MailFolder, skips: Iterable[tuple[str, str]]) -> None:
    """Keep the reasons why something could not be read, as many as anybody would look at."""
    room = MOST_SKIPS - MailSkip.objects.filter(folder__mailbox=mailbox).count() if skips else 0
    rows = [MailSkip(folder=folder, uid=int(uid), why=why) for uid, why in skips]
    MailSkip.objects.bulk_create(rows[: max(room, 0)], ignore_conflicts=True)


@transaction.atomic
def finish_turn(turn: Turn, *, is_left: bool, now: datetime) -> None:
    """Say that a reading went well, and when the next is due. Raises TakenAwayError as `keep_batch`."""
    mailbox = turn.mailbox
    is_first = mailbox.first_read_at is None and not is_left
    told: dict[str, Any] = {"problem": "", "failures": 0, "failing_since": None, "leased_until": None}
    told["poll_due_at"] = now if is_left else now + settings.POLL_EVERY
    told |= {"read_at": now} if turn.is_current else {}
    told |= {"first_read_at": now} if is_first else {}
    if not Mailbox.objects.filter(pk=mailbox.pk, leased_until=turn.lease.until).update(**told):
        raise TakenAwayError
    if mailbox.failing_since:
        before = {"failing_since": mailbox.failing_since, "problem": mailbox.problem}
        record("recover_mailbox", mailbox, by=None, now=now, before=before)
    if is_first:
        join_people_at_home(now=now)
        mailbox.refresh_from_db()
        counts = {"read": mailbox.read, "kept": mailbox.kept, "skipped": mailbox.skipped}
        record("finish_mailbox", mailbox, by=None, now=now, after=counts)
    mailbox.refresh_from_db()


@transaction.atomic
def fail_mailbox(turn: Turn, problem: str, *, now: datetime, is_permanent: bool) -> None:
    """Write down why a mailbox cannot be read, and when it is tried again; for good means that it is paused.

    The record tells of the first failure after it went well, and of a pause; not of every try.
    """
    mailbox = turn.mailbox
    ours = Mailbox.objects.filter(pk=mailbox.pk, leased_until=turn.lease.until)
    rest = min(LONGEST_REST, SHORTEST_REST * 2 ** min(mailbox.failures, MOST_DOUBLINGS))
    if not ours.update(
        problem=problem,
        failures=F("failures") + 1,
        failing_since=mailbox.failing_since or now,
        is_paused=is_permanent,
        poll_due_at=now + rest,
        leased_until=None,
    ):
        return
    if is_permanent or not mailbox.failing_since:
        told = {"problem": problem, "is_paused": is_permanent}
        record("fail_mailbox", mailbox, by=None, now=now, after=told)
    mailbox.refresh_from_db()


def notice_mail(mailbox_id: int, *, now: datetime) -> None:
    """Let a mailbox be looked at at once, because its server says that mail came. It only ever makes it earlier."""
    Mailbox.objects.filter(pk=mailbox_id, is_paused=False, failing_since=None, poll_due_at__gt=now).update(
        poll_due_at=now
    )


def take_watch(mailbox_id: int, was: datetime | None, until: datetime | None) -> bool:
    """Let the watch of a mailbox run on to a moment, or end; false when it is somebody else's, or not wanted now."""
    ours = Mailbox.objects.filter(pk=mailbox_id, watched_until=was)
    if until is not None:
        ours = ours.filter(is_paused=False, failing_since=None)
    return bool(ours.update(watched_until=until))
