"""What is missing or unsafe in this desk: each finding one sentence of what is wrong, and one of what to do.

Asked by `amends doctor` and by whoever runs the desk; nothing here changes anything.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk.models import (
    Client,
    Firm,
    ImportStatus,
    ListImport,
    ListStatus,
    Mailbox,
    MailImport,
    Outgoing,
    Role,
    User,
)
from amends.desk.queries.door import door_findings
from amends.desk.seal import FILE, SHORTEST_KEY, SealError, has_short_key, unseal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

OPEN_TO_OTHERS = 0o077  # any right of the group or of everybody
SHORTEST_SECRET = 50  # characters of a secret key, as Django's own check asks
GIGABYTE = 1024**3
LEAST_FREE = GIGABYTE  # of the disk; judgement: a mailbox of a year is smaller
WORKER_IS_LATE = timedelta(minutes=10)  # judgement: far longer than one piece of work
LIST_IS_FORGOTTEN = timedelta(days=7)  # judgement
LIST_WORK = (ListStatus.CHECKING, ListStatus.READING, ListStatus.UNDOING)
UNSEEN = Q(status=ListStatus.MATCHING, looks={})
MAIL_IS_LATE = timedelta(hours=1)  # judgement
NETWORK_DISKS = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs")  # kinds in /proc/mounts
MOUNTS = Path("/proc/mounts")
LOCAL = frozenset({"127.0.0.1", "localhost", "::1"})


def findings(now: datetime) -> list[str]:
    """Return what is missing or unsafe, in sentences; the worst first. The database is asked once it is ready."""
    found = [*_exposed(), *_readable(), *_disk()]
    missing = _migrations()
    if missing:
        return [*missing, *found]
    return [*found, *_owner(), *_sealed(), *_mailboxes(), *_mail(now), *_lists(now), *door_findings(now), *_worker(now)]


def is_local() -> bool:
    """Return whether the desk's address is this machine's own, so that nobody else reaches it."""
    return urlsplit(settings.ADDRESS).hostname in LOCAL


def _exposed() -> Iterator[str]:
    if settings.DEBUG:
        yield _("Debugging is on, and shows the insides of the desk to anybody. Set DEBUG to False.")
    if not is_local() and not settings.IS_SECURE:
        told = _(
            "Passwords and clients’ words cross the network in the clear: the address is %s. Put a proxy that speaks"
            " https before the desk, and set AMENDS_ADDRESS to the https address."
        )
        yield told % settings.ADDRESS
    if settings.IS_SECURE and not settings.IS_BEHIND_PROXY:
        yield _(
            "The address is https, and the desk itself speaks http. Let the proxy set X-Forwarded-Proto and"
            " X-Forwarded-For, and set AMENDS_BEHIND_PROXY to yes."
        )
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        yield _("The secret key is short enough to guess. Unset AMENDS_SECRET_KEY: the desk makes a good one itself.")
    if has_short_key():
        told = _(
            "AMENDS_SEAL_KEY is short enough to guess. Put a longer one before it, of %d letters at least, with a space"
            " between; the short one can go the day after."
        )
        yield told % SHORTEST_KEY
    if settings.CLOCK_OFFSET and not settings.IS_DEMO:
        yield _("The clock is moved, which is only for the demo firm. Unset AMENDS_CLOCK_OFFSET.")


def _readable() -> Iterator[str]:
    for path, mode in ((settings.HOME, "700"), (settings.HOME / "secret-key", "600"), (settings.HOME / FILE, "600")):
        if path.exists() and path.stat().st_mode & OPEN_TO_OTHERS:
            told = _("Others on this machine can read %(path)s. Run: chmod %(mode)s %(path)s")
            yield told % {"path": path, "mode": mode}


def _disk() -> Iterator[str]:
    home = next(folder for folder in (settings.HOME, *settings.HOME.parents) if folder.exists())
    free = shutil.disk_usage(home).free
    if free < LEAST_FREE:
        told = _("Only %(free).1f GB are free where the desk keeps its rows (%(path)s). Make room before it is full.")
        yield told % {"free": free / GIGABYTE, "path": home}
    elif free < settings.MOST_UPLOAD_BYTES:
        told = _(
            "Mail files may have %(most).1f GB, and %(free).1f GB are free. Make room, or lower AMENDS_MOST_UPLOAD_MB."
        )
        yield told % {"most": settings.MOST_UPLOAD_BYTES / GIGABYTE, "free": free / GIGABYTE}
    kind = disk_kind(home.resolve(), MOUNTS.read_text("utf-8") if MOUNTS.exists() else "")
    if connection.vendor == "sqlite" and kind.startswith(NETWORK_DISKS):
        told = _("The database lies on a network disk (%s): SQLite loses rows there. Use a local disk, or PostgreSQL.")
        yield told % kind


def disk_kind(path: Path, mounts: str) -> str:
    """Return the kind of file system that a folder lies on, from the lines of /proc/mounts; empty if none fits."""
    lines = [line.split() for line in mounts.splitlines()]
    fitting = [words for words in lines if len(words) > 2 and path.is_relative_to(words[1])]  # noqa: PLR2004  (device, place, kind)
    return max(fitting, key=lambda words: len(words[1]))[2] if fitting else ""


def _migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    left = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not left:
        return []
    told = ngettext(
        "The database is %d step behind this version of Amends. Run amends serve, which brings it up to date.",
        "The database is %d steps behind this version of Amends. Run amends serve, which brings it up to date.",
        left,
    )
    return [told % left]


def _owner() -> Iterator[str]:
    firm = Firm.objects.first()
    if firm is None:
        told = _(
            "Nobody has set up this desk yet: whoever has the link that amends serve prints becomes its owner. Run it,"
            " and open the link, at %s."
        )
        yield told % settings.ADDRESS
        return
    owners = User.objects.filter(role=Role.OWNER, is_active=True)
    if not [owner for owner in owners if owner.joined_at is not None]:
        yield _("No owner has ever come in. Make one a link: amends sign-in E-MAIL")
    if not is_local() and (firm.is_demo or settings.IS_DEMO):
        yield _("The demo firm can be reached from other machines. Run it at 127.0.0.1 alone.")


def _sealed() -> Iterator[str]:
    """Say whose stored password cannot be opened any more."""
    lost = []
    for mailbox in Mailbox.objects.exclude(secret=""):
        try:
            unseal(mailbox.secret)
        except SealError:
            lost.append(mailbox.address)
    if lost:
        told = _(
            "The stored password of %s cannot be opened: the key is another one. Put back the file seal-key, or"
            " AMENDS_SEAL_KEY, as it was; or enter the password again."
        )
        yield told % ", ".join(lost)


def _mailboxes() -> Iterator[str]:
    for mailbox in Mailbox.objects.exclude(problem=""):
        told = _("The mailbox %(address)s is not read: %(problem)s")
        yield told % {"address": mailbox.address, "problem": mailbox.problem}


def _lists(now: datetime) -> Iterator[str]:
    """Say that a list was forgotten, with all that is in its file."""
    waiting = Q(status__in=(ListStatus.MATCHING, ListStatus.CHECKED), added_at__lt=now - LIST_IS_FORGOTTEN)
    count = ListImport.objects.filter(waiting).exclude(looks={}).count()
    if count:
        told = ngettext(
            "%d list has waited for over a week, and its file lies on the disk. Take it in or remove it: Settings,"
            " Your lists.",
            "%d lists have waited for over a week, and their files lie on the disk. Take them in or remove them:"
            " Settings, Your lists.",
            count,
        )
        yield told % count


def _mail(now: datetime) -> Iterator[str]:
    if not settings.EMAIL_HOST and not is_local():
        yield _("No mail can be sent: invitations are only shown to be copied. Set AMENDS_SMTP_URL.")
    firm = Firm.objects.first()
    if firm and firm.mail_down_at and firm.mail_down_at < now - MAIL_IS_LATE:
        told = _("No mail has gone out since %(when)s. %(why)s Settings, Outgoing mail sends a test.")
        yield told % {"when": f"{firm.mail_down_at:%Y-%m-%d %H:%M} UTC", "why": firm.mail_problem}
    unknown = Q(sent_at=None, sending_at__lt=now - MAIL_IS_LATE)
    lost = Q(failed_at__isnull=False) | Q(bounced_at__isnull=False) | unknown
    count = Outgoing.objects.filter(lost, closed_at=None, client=None).exclude(subject="").count()
    if count:
        told = ngettext(
            "%d mail of the desk’s own was not delivered, or nobody knows. The outbox says why.",
            "%d mails of the desk’s own were not delivered, or nobody knows. The outbox says why.",
            count,
        )
        yield told % count
    if settings.EMAIL_HOST and settings.DEFAULT_FROM_EMAIL.rstrip(">").endswith("@localhost"):
        yield _("Mail goes out from an address that nobody can answer. Set AMENDS_MAIL_FROM to an address of your own.")


def _worker(now: datetime) -> Iterator[str]:
    """Say that work lies there for longer than any worker would leave it."""
    late = now - WORKER_IS_LATE
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    under_way = (ImportStatus.LOOKING, ImportStatus.READING)
    if (
        Client.objects.filter(free, assess_due_at__lt=late).exists()
        or MailImport.objects.filter(free, status__in=under_way, added_at__lt=late).exists()
        or Mailbox.objects.filter(free, is_paused=False, poll_due_at__lt=late).exists()
        or ListImport.objects.filter(free, Q(status__in=LIST_WORK) | UNSEEN, added_at__lt=late).exists()
    ):
        yield _("Work has waited for over 10 minutes: no worker is running. Start amends serve, or amends worker.")
