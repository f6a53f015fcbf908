"""Lists written as text, and an import of them from the upload to the last row."""

from __future__ import annotations

from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from amends.desk.actions.list_read import check_list, look_at_list, read_list
from amends.desk.actions.list_undo import undo_further
from amends.desk.actions.listing import match_columns, receive_list, take_in_list, undo_list
from amends.desk.models import ListRow, ListStatus
from amends.desk.queries.listing import matching_of
from cast import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import ListImport, User

CLIENTS = """id,name,status,companyURL
1,North Freight,Active,northfreight.example
2,Blue Harbor,Prospect,www.blueharbor.example
3,Old Mill,Inactive,
"""


def given(text: str | bytes, name: str = "list.csv", *, by: User | None = None, now: datetime = NOW) -> ListImport:
    """Upload a list, and look at it."""
    path = Path(mkdtemp()) / "upload"
    content = text.encode() if isinstance(text, str) else text
    path.write_bytes(content)
    listing = receive_list(name, path, len(content), by=by, now=now)
    look_at_list(listing, now=now)
    return listing


def matched(
    listing: ListImport, kind: str = "", *, source: str = "", now: datetime = NOW, **options: Any
) -> ListImport:
    """Take the columns as they were guessed."""
    proposed = matching_of(listing, kind=kind)
    columns = {line.field.key: line.column for line in proposed.lines if line.column}
    match_columns(
        listing, source=source or proposed.source, preset=proposed.preset, kind=proposed.kind, columns=columns,
        options=options, by=None, now=now,
    )  # fmt: skip
    return listing


def checked(text: str | bytes, kind: str = "", *, now: datetime = NOW, **more: Any) -> ListImport:
    """Upload a list, and check it."""
    listing = given(text, now=now)
    if listing.status == ListStatus.MATCHING:
        matched(listing, kind, now=now, **more)
    check_list(listing, now=now, clock=lambda: now)
    return listing


def brought_in(text: str | bytes, kind: str = "", *, now: datetime = NOW, **more: Any) -> ListImport:
    """Upload a list, check it, and take it in."""
    listing = checked(text, kind, now=now, **more)
    assert listing.status == ListStatus.CHECKED, listing.problem
    take_in_list(listing, by=None, now=now)
    read_list(listing, now=now, clock=lambda: now)
    assert listing.status == ListStatus.DONE, listing.problem
    return listing


def taken_back(listing: ListImport, *, now: datetime = NOW) -> ListImport:
    """Undo a list to its first row."""
    undo_list(listing, by=None, now=now)
    undo_further(listing, now=now, clock=lambda: now)
    return listing


def counts(listing: ListImport) -> tuple[int, int, int, int, int]:
    """Return how many rows were new, changed, the same, removed, refused."""
    return listing.added, listing.changed, listing.same, listing.removed, listing.refused


def refusals(listing: ListImport) -> list[tuple[int, str]]:
    """Return the rows that were not taken, and why."""
    return list(ListRow.objects.filter(listing=listing, outcome="refused").values_list("number", "problem"))
