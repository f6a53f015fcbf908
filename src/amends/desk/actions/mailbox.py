"""Mailboxes on servers: connected, changed, paused, resumed, removed; which of their folders are read."""

from __future__ import annotations

import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from amends.core.client import client_of, key_given
from amends.desk.actions.account import sealed_password, sealed_token, signed_in
from amends.desk.actions.event import record, values_of
from amends.desk.actions.firm import mail_address
from amends.desk.actions.polling import note_folders
from amends.desk.actions.private import remove_read_from
from amends.desk.models import Firm, Mailbox, MailFolder, Provider, Security
from amends.desk.queries.firm import the_firm
from amends.desk.rules import Power, Refused, require
from amends.desk.seal import SealError, resealed
from amends.sources import SourceError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from datetime import datetime

    from django.db.models import QuerySet

    from amends.desk.models import User
    from amends.sources.provider import Token
    from amends.sources.watch import Folder

WAY = ("provider", "host", "port", "security", "login")  # how a mailbox is reached
FIELDS = ("address", *WAY)
HIGHEST_PORT = 65_535
HOST = re.compile(r"[\w.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]|[0-9A-Fa-f:]{2,45}")
HERE = frozenset({"127.0.0.1", "localhost", "::1"})
COUNTS = ("total", "read", "kept", "known", "automated", "internal", "left_out", "skipped", "private")


def connect_mailbox(  # noqa: PLR0913  (what a mail program asks for, by keyword)
    *,
    address: str,
    provider: str,
    host: str,
    port: int,
    security: str,
    login: str,
    by: User | None,
    now: datetime,
    password: str = "",
    token: Token | None = None,
    waits: bool = False,
) -> Mailbox:
    """Connect a mailbox and have the worker read it; first it is signed in to, outside of any transaction.

    With `waits` it is paused until somebody has chosen its folders and resumes it.

    Effects: its folders are written down; its address becomes one of the firm's. Refused with a sentence when the
    server does not let us in, when it is connected already, and in the demo firm.
    """
    require(by, Power.MANAGE)
    if the_firm().is_demo:
        raise Refused(_("The demo firm takes no mail: yours would stand among clients who do not exist."))
    mailbox = Mailbox(added_at=now, poll_due_at=now, by=by, is_paused=waits)
    given = {"address": address, "provider": provider, "host": host, "port": port, "security": security, "login": login}
    _assign(mailbox, given)
    mailbox.secret = _secret(password, token, now)
    _refuse_twice(mailbox)
    folders, has_idle = _tried(mailbox, now)
    with _once(mailbox), transaction.atomic():
        mailbox.save()
        note_folders(mailbox, folders, has_idle=has_idle)
        added = _make_ours(mailbox.address)
        told = {**values_of(mailbox, FIELDS), "added": added}
        record("connect_mailbox", mailbox, by=by, now=now, after=told)
    return mailbox


def change_mailbox(
    mailbox: Mailbox,
    *,
    by: User | None,
    now: datetime,
    password: str = "",
    token: Token | None = None,
    **fields: Any,
) -> Mailbox:
    """Change how a mailbox is reached (the fields of `connect_mailbox`), or sign in to it again; it is then read on.

    Signed in to first, as there. Another server or login is another mailbox: it is read from the beginning, and
    nothing is kept twice. Refused for another server without its password: the one that is kept would be given away.
    """
    require(by, Power.MANAGE)
    unknown = fields.keys() - set(FIELDS)
    if unknown:
        raise TypeError(f"A mailbox has no {', '.join(sorted(unknown))}.")
    mailbox.refresh_from_db()
    before = values_of(mailbox, FIELDS)
    _assign(mailbox, fields)
    is_new_secret = bool(password or token)
    if is_new_secret:
        mailbox.secret = _secret(password, token, now)
    changed = [name for name in FIELDS if before[name] != values_of(mailbox, FIELDS)[name]]
    if not changed and not is_new_secret:
        return mailbox
    if {"host", "port"} & set(changed) and not is_new_secret:
        told = _("A password is only given to the server it was meant for. Write the one for %(host)s, port %(port)d.")
        raise Refused(told % {"host": mailbox.host, "port": mailbox.port})
    _refuse_twice(mailbox)
    folders, has_idle = _tried(mailbox, now)
    with _once(mailbox), transaction.atomic():
        if not Mailbox.objects.select_for_update().filter(pk=mailbox.pk).exists():
            raise Refused(_("Somebody removed this mailbox meanwhile. Connect it again."))
        written = (*FIELDS, "secret", *_repair(mailbox, now))
        if {"host", "login"} & set(changed):
            written = (*written, *_begin_anew(mailbox))
        mailbox.save(update_fields=written)  # and nothing that a worker counts meanwhile
        note_folders(mailbox, folders, has_idle=has_idle)
        added = _make_ours(mailbox.address)
        after: dict[str, Any] = {name: values_of(mailbox, FIELDS)[name] for name in changed}
        after |= {"signed_in_again": is_new_secret, "added": added}
        record("change_mailbox", mailbox, by=by, now=now, before={name: before[name] for name in changed}, after=after)
    return mailbox


@transaction.atomic
def pause_mailbox(mailbox: Mailbox, *, by: User | None, now: datetime) -> Mailbox:
    """Read a mailbox no further until it is resumed; what is under way is broken off after its last batch."""
    require(by, Power.MANAGE)
    if Mailbox.objects.filter(pk=mailbox.pk, is_paused=False).update(is_paused=True, leased_until=None):
        record("pause_mailbox", mailbox, by=by, now=now, after={"is_paused": True})
    mailbox.refresh_from_db()
    return mailbox


@transaction.atomic
def resume_mailbox(mailbox: Mailbox, *, by: User | None, now: datetime) -> Mailbox:
    """Read a mailbox on, at once; so may who has put right what was wrong, and does not want to wait."""
    require(by, Power.MANAGE)
    told = {"is_paused": False, "failures": 0, "poll_due_at": now}
    if Mailbox.objects.filter(pk=mailbox.pk, is_paused=True).update(**told):
        record("resume_mailbox", mailbox, by=by, now=now, after={"is_paused": False})
    else:
        Mailbox.objects.filter(pk=mailbox.pk).update(poll_due_at=now)
    mailbox.refresh_from_db()
    return mailbox


@transaction.atomic
def remove_mailbox(mailbox: Mailbox, *, by: User | None, now: datetime) -> None:
    """Forget a mailbox and its password. The mail that was read from it stays."""
    require(by, Power.MANAGE)
    pk = mailbox.pk
    if Mailbox.objects.filter(pk=pk).delete()[0]:
        mailbox.pk = pk  # the record says which, by number
        told = {"address": mailbox.address, "host": mailbox.host, "read": mailbox.read}
        record("remove_mailbox", mailbox, by=by, now=now, before=told)


@transaction.atomic
def choose_folders(
    mailbox: Mailbox,
    chosen_ids: Collection[int],
    private_ids: Collection[int],
    is_every_folder: bool,  # noqa: FBT001  (the form's own field)
    *,
    by: User | None,
    now: datetime,
    is_removed: bool = False,
) -> Mailbox:
    """Say which folders are read: all that hold wanted mail, also those to come, or the chosen; and never the private.

    A folder that is chosen later is read whole. What was read from one that becomes private stays, unless `is_removed`:
    then it goes, where it came from nowhere else (`private.remove_read_from`).
    """
    require(by, Power.MANAGE)
    mailbox.refresh_from_db()
    changed, private = [], []
    for folder in mailbox.folders.select_for_update():
        is_chosen = folder.is_chosen if is_every_folder else folder.pk in chosen_ids
        told = {"is_chosen": is_chosen, "is_private": folder.pk in private_ids}
        if told != values_of(folder, told):
            MailFolder.objects.filter(pk=folder.pk).update(**told)
            changed.append(folder.pk)
            private += [folder.pk] if told["is_private"] and not folder.is_private else []
    if not changed and mailbox.is_every_folder == is_every_folder:
        return mailbox
    before, mailbox.is_every_folder = mailbox.is_every_folder, is_every_folder
    mailbox.poll_due_at, mailbox.leased_until = now, None
    mailbox.save(update_fields=["is_every_folder", "poll_due_at", "leased_until"])
    after = {"is_every_folder": is_every_folder, "private": len(private_ids)}
    if is_removed and private:
        after["messages"] = remove_read_from(private, by=by, now=now)
    if not is_every_folder:
        after["folders"] = mailbox.folders.filter(is_chosen=True, is_private=False, is_gone=False).count()
    record("choose_folders", mailbox, by=by, now=now, before={"is_every_folder": before}, after=after)
    return mailbox


def _assign(mailbox: Mailbox, fields: dict[str, Any]) -> None:
    """Set fields as they are kept; Refused for what no server can be reached by."""
    for name, value in fields.items():
        setattr(mailbox, name, value.strip() if isinstance(value, str) else value)
    mailbox.address = mail_address(mailbox.address)
    mailbox.host = mailbox.host.lower()
    mailbox.login = mailbox.login or mailbox.address
    if not HOST.fullmatch(mailbox.host):
        raise Refused(_("Write the mail server’s name as in imap.example.com."))
    if not 0 < mailbox.port <= HIGHEST_PORT:
        raise Refused(_("Write the port as a number: 993 is usual."))
    if mailbox.security not in Security.values or mailbox.provider not in Provider.values:
        raise Refused(_("Choose how the way to the server is encrypted."))
    if mailbox.security == Security.NONE and mailbox.host not in HERE:
        raise Refused(_("Without encryption everybody on the way reads the password. Choose TLS or STARTTLS."))


def _secret(password: str, token: Token | None, now: datetime) -> str:
    if not password and token is None:
        raise Refused(_("Write the password, or sign in with your provider."))
    return sealed_token(token, now=now) if token else sealed_password(password)


def _refuse_twice(mailbox: Mailbox) -> None:
    others = Mailbox.objects.exclude(pk=mailbox.pk)
    if others.filter(host=mailbox.host, login=mailbox.login).exists():
        raise Refused(_connected_already(mailbox))


def _connected_already(mailbox: Mailbox) -> str:
    return _("%(login)s at %(host)s is connected already.") % {"login": mailbox.login, "host": mailbox.host}


@contextmanager
def _once(mailbox: Mailbox) -> Iterator[None]:
    """Refuse when somebody else connected the same mailbox in this moment."""
    try:
        yield
    except IntegrityError as error:
        raise Refused(_connected_already(mailbox)) from error


def _tried(mailbox: Mailbox, now: datetime) -> tuple[list[Folder], bool]:
    """Sign in, and return the folders, and whether the server tells when mail comes. Refused with its reason."""
    try:
        with signed_in(mailbox, now=now) as (session, _account):
            return session.folders(), session.has_idle
    except SourceError as error:
        raise Refused(error.message) from error
    except SealError as error:
        raise Refused(str(error)) from error


def _begin_anew(mailbox: Mailbox) -> Collection[str]:
    """Forget how far a mailbox was read; return the fields of it that are another way now."""
    mailbox.folders.all().delete()
    told: dict[str, Any] = {"first_read_at": None, "read_at": None, **dict.fromkeys(COUNTS, 0)}
    return _set(mailbox, told)


def _repair(mailbox: Mailbox, now: datetime) -> Collection[str]:
    """Let a mailbox be read at once: who was let in just now has put right what was wrong. As `_begin_anew`."""
    told = {"problem": "", "failures": 0, "is_paused": False, "failing_since": None, "leased_until": None}
    return _set(mailbox, {**told, "poll_due_at": now})


def _set(mailbox: Mailbox, told: dict[str, Any]) -> Collection[str]:
    for name, value in told.items():
        setattr(mailbox, name, value)
    return told.keys()


def _make_ours(address: str) -> list[str]:
    """Count a mailbox's domain, or its address at a provider of everybody's, among the firm's; return what was new."""
    firm = Firm.objects.select_for_update().get()
    key = client_of(address)
    if key in set(map(key_given, firm.addresses)):
        return []
    firm.addresses = [*firm.addresses, key]
    firm.save(update_fields=["addresses"])
    return [key]


def reseal(secrets: QuerySet[Any]) -> int:
    """Seal the secrets of some rows with the first key, where another sealed them; return how many that were."""
    count = 0
    for row in secrets.exclude(secret="").only("pk", "secret"):
        with suppress(SealError):  # `amends doctor` says so
            fresh = resealed(row.secret)
            if fresh != row.secret:
                count += secrets.filter(pk=row.pk, secret=row.secret).update(secret=fresh)
    return count
