"""Lists from an ATS or a CRM, as people move them: given, matched, taken in, stopped, taken back.

The work in between is the worker's (`actions.list_read`, `actions.list_undo`). The row holds how far a list is; each
move is a conditional update, so that of two people one wins.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from amends.desk.actions.event import record
from amends.desk.actions.upload import remove_files, safe_name, take_in
from amends.desk.models import ListImport, ListRow, ListSource, ListStatus
from amends.desk.queries.firm import the_firm
from amends.desk.queries.listing import headings_of, lacks, lists_seen_by
from amends.desk.queries.undo import WROTE
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from amends.desk.models import User

LONGEST_SOURCE = 60  # characters of its name, as the column
COUNTS = ("read", "added", "changed", "same", "removed", "refused")
FRESH: dict[str, Any] = dict.fromkeys(COUNTS, 0) | {"problem": "", "started_at": None, "finished_at": None}
WAITING = Q(status__in=(ListStatus.MATCHING, ListStatus.CHECKED))  # for a person
OPEN = Q(status__in=(ListStatus.MATCHING, ListStatus.CHECKING, ListStatus.CHECKED, ListStatus.READING))
SHOWN_ONLY = frozenset({"rows", "samples", "counting", "would", "makes"})  # of a list's looks: goes when it is over
BROKE_OFF = Q(status=ListStatus.FAILED, started_at__isnull=False)
OVER = Q(status__in=(ListStatus.DONE, ListStatus.STOPPED, ListStatus.FAILED), started_at__isnull=False)
COUNTING = OVER & Q(looks__counting=True)  # a worker counts what undoing would do


@transaction.atomic
def receive_list(
    name: str, path: Path, size: int, *, by: User | None, now: datetime, held_until: datetime | None = None
) -> ListImport:
    """Take over one uploaded list (it is moved from `path`), to be looked at next; by whom holds it, if somebody does.

    Refused when the disk is full, and in the demo firm, whose clients do not exist.
    """
    require(by, Power.MANAGE)
    if the_firm().is_demo:
        raise Refused(_("The demo firm takes no lists: yours would stand among clients who do not exist."))
    place = take_in([(name, path)])
    listing = ListImport.objects.create(
        by=by, name=safe_name(name), path=str(place), size=size, added_at=now, leased_until=held_until
    )
    record("receive_list", listing, by=by, now=now, after={"name": listing.name, "size": size})
    return listing


def require_seen(listing: ListImport, by: User | None) -> None:
    """Raise Refused unless somebody may move a list on; None is a schedule, which may."""
    require(by, Power.MANAGE)
    if by is not None and not lists_seen_by(by).filter(pk=listing.pk).exists():
        raise Refused(_("Somebody else brought this list. Ask them, or the owner."))


@transaction.atomic
def match_columns(
    listing: ListImport,
    *,
    source: str,
    preset: str,
    kind: str,
    columns: Mapping[str, str],
    options: Mapping[str, Any],
    by: User | None,
    now: datetime,
) -> ListImport:
    """Say where a list comes from and which column holds which field (field → column); it is checked next.

    Effects: the answer is saved for the next list of that source and kind; an earlier check is thrown away. Raises
    Refused when something is missing, or the list is past it.
    """
    require_seen(listing, by)
    name = " ".join(source.split())[:LONGEST_SOURCE]
    if not name:
        raise Refused(_("Say where the list comes from."))
    there = set(listing.looks.get("columns", ()))
    told = {field: column for field, column in columns.items() if column in there}
    for sentence in lacks(kind, told):
        raise Refused(sentence)
    row = {
        "preset": preset,
        "columns": told,
        "options": {**options, "headings": headings_of(listing.looks)},
        "changed_at": now,
    }
    saved, _is_new = ListSource.objects.update_or_create(name=name, kind=kind, defaults=row)
    check_again(listing, saved)
    record("match_columns", listing, by=by, now=now, after={"source": name, "kind": kind, "columns": told})
    return listing


@transaction.atomic
def check_again(listing: ListImport, source: ListSource) -> None:
    """Let a list be checked by a saved answer. Raises Refused when somebody has gone on with it meanwhile."""
    if not moved(listing, WAITING, status=ListStatus.CHECKING, source=source, leased_until=None, total=0, **FRESH):
        raise Refused(_("Somebody went on with this list meanwhile. Its columns cannot be changed now."))
    ListRow.objects.filter(listing=listing).delete()


@transaction.atomic
def change_columns(listing: ListImport, *, by: User | None, now: datetime) -> ListImport:
    """Go back from a checked list to its columns. Raises Refused when it is past that."""
    require_seen(listing, by)
    checked = Q(status=ListStatus.CHECKED)
    if not moved(listing, checked, status=ListStatus.MATCHING, leased_until=None, total=0, **FRESH):
        raise Refused(_("Somebody went on with this list meanwhile. Its columns cannot be changed now."))
    ListRow.objects.filter(listing=listing).delete()
    record("change_columns", listing, by=by, now=now)
    return listing


@transaction.atomic
def take_in_list(listing: ListImport, *, by: User | None, now: datetime) -> ListImport:
    """Take in a list that was checked, or go on with one that broke off. Raises Refused when it is not there to be."""
    require_seen(listing, by)
    has_file = Path(listing.path).exists()
    went_on = has_file and moved(
        listing, BROKE_OFF, status=ListStatus.READING, problem="", finished_at=None, leased_until=None
    )
    checked = Q(status=ListStatus.CHECKED)
    fresh = FRESH | {"started_at": now}
    begun = has_file and (went_on or moved(listing, checked, status=ListStatus.READING, leased_until=None, **fresh))
    if not begun:
        raise Refused(_("This list cannot be taken in any more. Add it again: nothing is kept twice."))
    if not went_on:
        ListRow.objects.filter(listing=listing).delete()  # of the check
    record("take_in_list", listing, by=by, now=now, after={"rows": listing.total})
    return listing


@transaction.atomic
def stop_list(listing: ListImport, *, by: User | None, now: datetime) -> ListImport:
    """Stop a list: what was taken in stays, the file is removed. Raises Refused when it is over already."""
    require_seen(listing, by)
    if not moved(listing, OPEN, status=ListStatus.STOPPED, finished_at=now, leased_until=None):
        raise Refused(_("This list is over already."))
    if listing.started_at is None:
        ListRow.objects.filter(listing=listing).delete()
    record("stop_list", listing, by=by, now=now, after={"read": listing.read})
    put_away(listing)
    return listing


@transaction.atomic
def ask_for_undoing(listing: ListImport, *, by: User | None, now: datetime) -> None:
    """Have a worker count what undoing a long list would do. Raises Refused when there is nothing to take back."""
    del now
    require_seen(listing, by)
    looks = {name: value for name, value in listing.looks.items() if name != "would"} | {"counting": True}
    if not moved(listing, OVER, looks=looks, leased_until=None):
        raise Refused(_("There is nothing of this list to take back now."))


@transaction.atomic
def undo_list(listing: ListImport, *, by: User | None, now: datetime) -> ListImport:
    """Take back all that a list brought, as far as it still stands as the list left it; the worker does it.

    Raises Refused when nothing was taken in, or it is under way.
    """
    require_seen(listing, by)
    rows = listing.rows.filter(outcome__in=WROTE).count()
    fresh = {"started_at": now, "finished_at": None, "leased_until": None, "read": rows, "total": rows}
    if not moved(listing, OVER, status=ListStatus.UNDOING, **fresh):
        raise Refused(_("There is nothing of this list to take back now."))
    put_away(listing)  # of one that broke off: it does not go on after this
    record("undo_list", listing, by=by, now=now, after={"added": listing.added, "changed": listing.changed})
    return listing


@transaction.atomic
def fail_list(listing: ListImport, problem: str, *, now: datetime) -> None:
    """Say why a list could not be read; one that broke off while it was taken in may go on later."""
    if moved(listing, OPEN, status=ListStatus.FAILED, problem=problem, finished_at=now, leased_until=None):
        record("fail_list", listing, by=None, now=now, after={"problem": problem})
        if listing.started_at is None:
            put_away(listing)


def put_away(listing: ListImport) -> None:
    """Remove the file of a list that is over, and the rows of it that were only shown."""
    kept = {name: value for name, value in listing.looks.items() if name not in SHOWN_ONLY}
    ListImport.objects.filter(pk=listing.pk).update(looks=kept)
    listing.looks = kept
    transaction.on_commit(lambda: remove_files(listing))


def moved(listing: ListImport, condition: Q, **fields: Any) -> bool:
    """Change a list where a condition still holds; `listing` has its values afterwards, changed or not."""
    changed = ListImport.objects.filter(condition, pk=listing.pk).update(**fields)
    listing.refresh_from_db()
    return bool(changed)
