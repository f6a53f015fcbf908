"""Mail on a server, read once over IMAP and left exactly as it was: nothing is marked, moved or written."""

from __future__ import annotations

from imaplib import IMAP4
from typing import TYPE_CHECKING

from amends.sources.mail_fetch import mails, numbers
from amends.sources.mail_folders import ALL_MAIL_REASON, Folder, cannot_be_asked_for, listed, named
from amends.sources.mail_server import Account, Progress, connected, said, told_plainly
from amends.sources.part import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from imap_tools import BaseMailBox

    from amends.core.message import Mail

__all__ = ["Account", "read_imap"]

REST = "those were read, scan again for the rest"


def read_imap(account: Account, *, since: date | None = None) -> Iterator[Mail | Skipped]:
    """Read an account's messages as a stream, `since` a day of arrival; every one is a Mail or Skipped with a reason.

    Raise SourceError, one sentence, when the server cannot be reached, is not trusted, refuses the password or breaks
    off (then `permanent` is false); what was read before stays read.
    """
    progress = Progress(REST)
    with told_plainly(account, progress), connected(account) as box:
        for folder in _chosen(account, listed(box, account)):
            if isinstance(folder, Skipped):
                yield folder
                continue
            progress.folder = folder.name
            for mail in _read_folder(box, account, folder, since):
                progress.messages += not isinstance(mail, Skipped)
                yield mail


def _chosen(account: Account, folders: list[Folder]) -> Iterator[Folder | Skipped]:
    """Choose the folders to read: those the user named, else those that nothing speaks against."""
    if account.folders:
        yield from named(folders, account.folders, account)
        return
    for folder in folders:
        if not folder.left_out:
            yield folder
        elif folder.left_out != ALL_MAIL_REASON:
            yield Skipped(f"{account.place} {folder.name}", folder.left_out, is_on_purpose=True)


def _read_folder(box: BaseMailBox, account: Account, folder: Folder, since: date | None) -> Iterator[Mail | Skipped]:
    """Read one folder; what the server does not hand over is Skipped, so that found is read plus skipped."""
    uids = _found(box, account, folder, since)
    if isinstance(uids, Skipped):
        yield uids
    else:
        yield from (mail for _, mail in mails(box, account, folder, uids))


def _found(box: BaseMailBox, account: Account, folder: Folder, since: date | None) -> list[int] | Skipped:
    """Open a folder with EXAMINE, so that the server itself forbids changes, and list what is in it."""
    from imap_tools import AND  # noqa: PLC0415  (a scan of files does without)
    from imap_tools.errors import ImapToolsError  # noqa: PLC0415  (see above)

    if not folder.spelling:
        return Skipped(f"{account.place} {folder.name}", cannot_be_asked_for(folder, account))
    try:
        box.folder.set(folder.spelling, readonly=True)
        return numbers(box, str(AND(date_gte=since)) if since else "ALL")
    except IMAP4.abort:
        raise
    except (IMAP4.error, ImapToolsError) as error:
        why = f"the server does not let this folder be read ({said(error, account)}); check your rights to it"
        return Skipped(f"{account.place} {folder.name}", why)
