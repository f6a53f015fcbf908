"""Mailboxes on servers: how they are read, how old the picture is where one is not, and what is stored of whom."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from amends.desk.models import FolderMessage, Mailbox, MailFolder, MailSkip, Message, Private, Provider
from amends.desk.queries.intake import SKIPS_SHOWN, found_at_all
from amends.desk.rules import opened_by
from amends.desk.seal import SealError, unseal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime, timedelta

    from django.db.models import QuerySet

    from amends.desk.models import User
    from amends.desk.queries.intake import Found


def mailboxes() -> QuerySet[Mailbox]:
    """Return the mailboxes, by address."""
    return Mailbox.objects.select_related("by")


def newest_mailbox() -> Mailbox | None:
    """Return the mailbox that was connected last."""
    return Mailbox.objects.order_by("-added_at", "-pk").first()


def first_read() -> Mailbox | None:
    """Return a mailbox that is being read for the first time, unless something is wrong with it."""
    return Mailbox.objects.filter(first_read_at=None, is_paused=False, problem="").first()


def folders_of(mailbox: Mailbox) -> QuerySet[MailFolder]:
    """Return the folders that the server lists, by name."""
    return mailbox.folders.filter(is_gone=False)


@dataclass(frozen=True, slots=True)
class Skips:
    """Mails and folders of a mailbox that could not be read: the newest, and how many more there are."""

    shown: tuple[MailSkip, ...]
    more: int


def skips_of(mailbox: Mailbox) -> Skips:
    """Return what could not be read of a mailbox; a skip with the number 0 is a whole folder."""
    rows = MailSkip.objects.filter(folder__mailbox=mailbox).select_related("folder")
    shown = tuple(rows.order_by("folder", "-uid")[:SKIPS_SHOWN])
    return Skips(shown, max(mailbox.skipped - len(shown), 0))


def is_by_leave(mailbox: Mailbox) -> bool:
    """Whether somebody agreed at the provider instead of giving a password; where the key is lost, it is likely."""
    if mailbox.provider == Provider.OTHER:
        return False
    try:
        return "refresh_token" in json.loads(unseal(mailbox.secret))
    except SealError:
        return mailbox.provider == Provider.MICROSOFT


def privates() -> QuerySet[Private]:
    """Return who is private, by name."""
    return Private.objects.select_related("by")


@dataclass(frozen=True, slots=True)
class Freshness:
    """Mail that does not come in: the mailbox that has been failing for longest, and from when what is seen dates.

    `seen_until` is None where nothing was ever read. `more` counts the other mailboxes that fail.
    """

    mailbox: Mailbox
    since: datetime
    seen_until: datetime | None
    more: int

    @property
    def problem(self) -> str:
        """A sentence: which server, what, what to check."""
        return self.mailbox.problem

    @property
    def is_given_up(self) -> bool:
        """Whether it is not tried again until somebody repairs it."""
        return self.mailbox.is_paused


def freshness(now: datetime) -> Freshness | None:
    """Return which mailbox is not read because of a failure, and since when; None where all of them are."""
    failing = list(
        Mailbox.objects.filter(failing_since__isnull=False, failing_since__lte=now).order_by("failing_since")
    )
    if not failing:
        return None
    first = failing[0]
    assert first.failing_since is not None  # noqa: S101  (it was asked for)
    return Freshness(first, first.failing_since, first.read_at, len(failing) - 1)


@dataclass(frozen=True, slots=True)
class Reading:
    """How far the first reading of a mailbox is. `left` is None while nothing can be said about it."""

    mailbox: Mailbox
    read: int
    total: int
    left: timedelta | None
    found: Found | None

    @property
    def is_over(self) -> bool:
        """Whether all that was there has been read."""
        return self.mailbox.first_read_at is not None


def reading_progress(mailbox: Mailbox, now: datetime, user: User) -> Reading:
    """Return how far the first reading of a mailbox is, and what it has shown so far."""
    read = min(mailbox.read, mailbox.total)
    left = None
    if mailbox.first_read_at is None and read and mailbox.problem == "":
        left = (now - mailbox.added_at) * ((mailbox.total - read) / read)
    return Reading(mailbox, read, mailbox.total, left, found_at_all(user) if mailbox.kept else None)


def domains_of(address: str) -> Iterator[str]:
    """Yield the domain of an address, and every domain that it lies in: a.b.example gives itself and b.example."""
    domain = address.rpartition("@")[2]
    while domain:
        yield domain
        domain = domain.partition(".")[2]


def messages_of(what: str) -> QuerySet[Message]:
    """Return the messages that an address, or anybody at a domain, wrote or got."""
    if "@" in what:
        quoted = f'"{what}"'
        return Message.objects.filter(Q(sender=what) | Q(to__icontains=quoted) | Q(cc__icontains=quoted))
    met = Q(pk__in=[])
    for end in (f"@{what}", f".{what}"):
        met |= Q(sender__endswith=end) | Q(to__icontains=f'{end}"') | Q(cc__icontains=f'{end}"')
    return Message.objects.filter(met)


def read_only_from(folders: Collection[int]) -> QuerySet[Message]:
    """Return the messages that were read from some folders and came from nowhere else: no other folder, and no file.

    Another folder that is private does not count. What somebody sent to the drop door as well is among them.
    """
    elsewhere = FolderMessage.objects.filter(key=OuterRef("key"), folder__is_private=False).exclude(folder__in=folders)
    keys = FolderMessage.objects.filter(~Exists(elsewhere), folder__in=folders).values("key")
    return Message.objects.filter(key__in=keys, mailing=None)


def stored_from(folders: Collection[int], by: User) -> int:
    """Return how many mails were read from some folders alone, as far as `by` may see their clients."""
    return read_only_from(folders).filter(opened_by(by, "client__")).values("key").distinct().count()


def stored_of(what: str, by: User | None = None) -> int:
    """Return how many mails of an address or a domain are kept, as far as `by` may see their clients.

    It is what goes when somebody is marked as private.
    """
    name = what.strip().lower().removeprefix("@")
    seen = opened_by(by, "client__") if by else Q()
    return messages_of(name).filter(seen).values("key").distinct().count() if name else 0
