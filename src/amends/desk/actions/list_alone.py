"""A list taken in without anybody before a screen: by the answers that were given once, else by its headings."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from amends.desk import clock
from amends.desk.actions.intake import LEASE
from amends.desk.actions.list_read import check_list, open_list, read_list
from amends.desk.actions.listing import check_again, match_columns, receive_list, stop_list, take_in_list
from amends.desk.models import Firm, ListSource, ListStatus
from amends.desk.queries.listing import matching_of
from amends.desk.rules import Refused

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import ListImport

PAUSE = 0.5  # seconds until it is looked again how far a worker is


def read_alone(file: Path, *, preset: str, kind: str, source: str, now: datetime, is_dry: bool) -> ListImport:
    """Take in a copy of a file, or only check it; return it as it stands then, with why it was not read.

    Raises Refused where it cannot be told which column holds what, and where nobody has set up the desk.
    """
    if not Firm.objects.exists():
        raise Refused(_("Nobody has set up this desk yet. Start it first: amends serve"))
    settings.UPLOADS.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(dir=settings.UPLOADS) as folder:  # a copy that does not fit on the disk goes with it
        copy = Path(shutil.copyfile(file, Path(folder) / file.name))
        size = copy.stat().st_size
        listing = receive_list(file.name, copy, size, by=None, now=now, held_until=now + LEASE)
    if open_list(listing, now=now, what=(preset, kind)):
        try:
            _match(listing, preset, kind, source, now)
        except Refused:
            stop_list(listing, by=None, now=now)  # nobody is there to answer: every night would leave one that waits
            raise
        _follow(listing, is_dry=is_dry)
    return listing


@transaction.atomic
def forget_trial(listing: ListImport, *, now: datetime) -> None:
    """Remove a list that was only checked, and the answer that was only guessed for it: a person is asked as before."""
    source = listing.source
    if listing.status == ListStatus.CHECKED:
        stop_list(listing, by=None, now=now)
    listing.delete()
    if source is not None and not source.imports.exists():
        source.delete()


def _follow(listing: ListImport, *, is_dry: bool) -> None:
    """Do what is left to do, or wait while a worker does it."""
    work = {ListStatus.CHECKING: check_list, ListStatus.READING: read_list}
    while True:
        listing.refresh_from_db()
        if listing.status == ListStatus.CHECKED and not is_dry:
            take_in_list(listing, by=None, now=clock.now())
        elif listing.status not in work:
            return
        elif not work[ListStatus(listing.status)](listing, now=clock.now()):
            time.sleep(PAUSE)


def _match(listing: ListImport, preset: str, kind: str, source: str, now: datetime) -> None:
    """Read the columns as was said for that source; a file that lacks one of them is refused."""
    asked = Q(name=source) if source else Q(preset=preset)
    known = ListSource.objects.filter(asked, kind=kind).order_by("name")
    if len(known) > 1:
        told = _("Lists like that come from %(names)s. Say which one it is: --source.")
        raise Refused(told % {"names": ", ".join(each.name for each in known)})
    saved = known.first()
    there = set(listing.looks["columns"])
    if saved is None:
        proposed = matching_of(listing, preset, kind, is_new=True)
        columns = {line.field.key: line.column for line in proposed.lines if line.column}
        match_columns(
            listing, source=source or proposed.source, preset=preset, kind=kind, columns=columns,
            options=proposed.options, by=None, now=now,
        )  # fmt: skip
        return
    gone = sorted(set(saved.columns.values()) - there)
    if gone:
        told = _("The list no longer has the column “%(column)s”. Export it again with it, or add it by hand once.")
        raise Refused(told % {"column": gone[0]})
    check_again(listing, saved)
