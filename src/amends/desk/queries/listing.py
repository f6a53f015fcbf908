"""Lists and how far they are, how their columns are read, what became of their rows, and what undoing one would do."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext as _

from amends.core.wording import say
from amends.desk.models import ListImport, ListKind, ListSource, ListStatus, Role, RowOutcome
from amends.desk.queries.undo import WROTE
from amends.sources.listing import FIELDS, PRESETS, match, missing, neutralised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime, timedelta

    from django.db.models import QuerySet

    from amends.desk.models import ListRow, User
    from amends.sources.listing import Field

SHOWN = 50  # lists on their page; older ones say nothing any more (judgement)
PROBLEMS_SHOWN = 12  # rows that were not taken, on the page of a list (judgement)
SAMPLES = 3  # values shown beside a field (judgement)
LONGEST_SAMPLE = 40  # characters
DIGEST_BYTES = 8
OVER = (ListStatus.DONE, ListStatus.STOPPED, ListStatus.FAILED)
GENERIC = "generic"  # the preset that fits everything: a saved answer is not taken for another source's by it
UNDER_WAY = (ListStatus.CHECKING, ListStatus.READING, ListStatus.UNDOING)
# What a row may say and nothing here keeps: not offered, so that no column is matched in vain.
NOT_KEPT = {
    ListKind.CLIENTS: {"phone", "industry", "merged_into"},
    ListKind.PEOPLE: {"role", "status", "note", "owner"},
    ListKind.ORDERS: {"person.name", "status", "is_open", "starts_on", "ends_on", "closed_on", "owner"},
    ListKind.PLACEMENTS: {"person.name", "fee", "bill_rate", "pay_rate", "note", "owner"},
    ListKind.NOTES: {"order.external_id"},
    ListKind.ACTIVITIES: {"due_on"},
    ListKind.INVOICES: {"due_on"},
}


def lists_seen_by(user: User) -> QuerySet[ListImport]:
    """Return the lists that a manager sees: one of a branch those they brought, for rows may tell of any client."""
    found = ListImport.objects.select_related("by", "source")
    return found if user.role == Role.OWNER or user.branch_id is None else found.filter(by=user)


def lists(user: User) -> QuerySet[ListImport]:
    """Return the latest lists that somebody sees, the newest first."""
    return lists_seen_by(user)[:SHOWN]


def fields_of(kind: str) -> tuple[Field, ...]:
    """Return what the rows of a kind of list may say, and is kept or used here."""
    unused = NOT_KEPT.get(ListKind(kind), set())
    return tuple(field for field in FIELDS[kind] if field.key not in unused)


def lacks(kind: str, columns: Mapping[str, str]) -> list[str]:
    """Return what a list still lacks, a sentence each; nothing where it can be read."""
    sentences = []
    for fields in missing(kind, columns):
        labels = [say(field.label) for field in fields]
        told = _("Say which column holds “%(field)s”.") if len(labels) == 1 else _("One of these is needed: %(field)s.")
        sentences.append(told % {"field": ", ".join(labels)})
    return sentences


def presets() -> list[tuple[str, str]]:
    """Return the programs whose lists are known: key and name, in the order in which they are offered."""
    return [(preset.key, say(preset.label)) for preset in PRESETS.values()]


def headings_of(looks: Mapping[str, Any]) -> str:
    """Return a digest of the headings of a file: one with the same is read in the same way."""
    return blake2b("\x1f".join(sorted(looks["columns"])).encode(), digest_size=DIGEST_BYTES).hexdigest()


@dataclass(frozen=True, slots=True)
class Line:
    """One field of ours on the mapping screen: its name, the column that seems to hold it, and whether it must be."""

    field: Field
    label: str
    column: str
    is_sure: bool  # the program is known to call it so, or a person has said so before


@dataclass(frozen=True, slots=True)
class Matching:
    """How the columns of a list are read: what is proposed, or was said before."""

    preset: str
    kind: str
    source: str
    options: Mapping[str, Any]
    lines: tuple[Line, ...]
    columns: tuple[str, ...]
    samples: Mapping[str, tuple[str, ...]]  # of each column
    doubts: tuple[str, ...] = ()  # what of the way it is written could be otherwise, a sentence each

    @property
    def unused(self) -> list[str]:
        """The columns that nothing here uses."""
        used = {line.column for line in self.lines}
        return [column for column in self.columns if column not in used]


def matching_of(listing: ListImport, preset: str = "", kind: str = "", *, is_new: bool = False) -> Matching:
    """Return how the columns of a list seem to be read, for a program and a kind: as saved, else as guessed.

    Without `preset` and `kind` they are those of the answer it was checked by, else what the file seems to be. With
    `is_new` no saved answer is looked at: the order of day and month of one source says nothing of another's.
    """
    saved, looks = listing.source, listing.looks
    chosen_preset = preset if preset in PRESETS else saved.preset if saved else looks["preset"]
    chosen_kind = kind if kind in FIELDS else saved.kind if saved else looks["kind"]
    if saved is None or (saved.preset, saved.kind) != (chosen_preset, chosen_kind):
        saved = None if is_new else _saved_like(looks, chosen_preset, chosen_kind)
    columns = tuple(looks["columns"])
    said = {key: column for key, column in (saved.columns if saved else {}).items() if column in columns}
    fitting = said
    if saved is None or saved.options.get("headings") != headings_of(looks):  # of a new column nobody has said anything
        used = set(said.values())
        guessed = match(columns, chosen_preset, chosen_kind)
        fitting = {key: column for key, column in guessed.items() if column not in used} | said
    known = PRESETS[chosen_preset]
    return Matching(
        preset=chosen_preset,
        kind=chosen_kind,
        source=saved.name if saved else _last_name(chosen_preset) or say(known.label),
        options=saved.options if saved else looks.get("options", {}),
        lines=tuple(
            Line(
                field,
                say(field.label),
                column := fitting.get(field.key, ""),
                field.key in said or (bool(column) and known.is_confirmed(chosen_kind, field.key, column)),
            )
            for field in fields_of(chosen_kind)
        ),
        columns=columns,
        samples=_samples(looks),
        doubts=() if saved else tuple(looks.get("doubts", ())),
    )


def _saved_like(looks: Mapping[str, Any], preset: str, kind: str) -> ListSource | None:
    """Return the newest answer for a program and a kind; of programs without a name only one for the same headings."""
    sources = ListSource.objects.filter(preset=preset, kind=kind).order_by("-changed_at")
    headings = headings_of(looks)
    return next((each for each in sources if preset != GENERIC or each.options.get("headings") == headings), None)


def _last_name(preset: str) -> str:
    """Return what the firm called a program last; of programs without a name each has its own."""
    named = ListSource.objects.filter(preset=preset).exclude(preset=GENERIC).order_by("-changed_at")
    return named.values_list("name", flat=True).first() or ""


def _samples(looks: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    samples: dict[str, list[str]] = {column: [] for column in looks["columns"]}
    for row in looks.get("rows", ()):
        for column, text in row["cells"].items():
            shown = " ".join(text.split())
            told = samples.setdefault(column, [])
            if shown and shown not in told and len(told) < SAMPLES:
                told.append(shown if len(shown) <= LONGEST_SAMPLE else f"{shown[: LONGEST_SAMPLE - 1]}…")
    return {column: tuple(told) for column, told in samples.items()}


@dataclass(frozen=True, slots=True)
class Progress:
    """A list as its page shows it. `left` is None while nothing can be said about it."""

    listing: ListImport
    left: timedelta | None
    problems: tuple[ListRow, ...]  # rows that were not taken, the first
    reasons: tuple[tuple[str, int], ...]  # why most of them were not, and how many
    kept: tuple[ListRow, ...]  # rows of which something stays as it is here, the first
    kept_count: int
    is_under_way: bool
    is_counting: bool  # what undoing it would do

    @property
    def more_problems(self) -> int:
        """How many more were not taken than are shown."""
        return max(self.listing.refused - len(self.problems), 0)

    @property
    def more_kept(self) -> int:
        """How many more stay than are shown."""
        return self.kept_count - len(self.kept)

    @property
    def gone(self) -> int:
        """How many rows are done: while it is taken back, the place counts down."""
        is_undone = self.listing.status == ListStatus.UNDOING
        return self.listing.total - self.listing.read if is_undone else self.listing.read

    @property
    def to_take(self) -> int:
        """How many rows taking it in would take."""
        return self.listing.total - self.listing.refused


def progress_of(listing: ListImport, now: datetime) -> Progress:
    """Return how far a list is."""
    refused = listing.rows.filter(outcome=RowOutcome.REFUSED)
    kept = listing.rows.exclude(outcome=RowOutcome.REFUSED).exclude(problem="")
    counted = refused.order_by().values("problem").annotate(n=Count("pk")).filter(n__gt=1)
    is_over = listing.status not in UNDER_WAY
    reasons = counted.order_by("-n", "problem").values_list("problem", "n")[:PROBLEMS_SHOWN] if is_over else ()
    return Progress(
        listing=listing,
        left=_left(listing, now),
        problems=tuple(refused[:PROBLEMS_SHOWN]) if is_over else (),
        reasons=tuple(reasons),
        kept=tuple(kept.select_related("client")[:PROBLEMS_SHOWN]) if is_over else (),
        kept_count=kept.count() if is_over else 0,
        is_under_way=is_under_way(listing),
        is_counting=is_counting(listing),
    )


def is_under_way(listing: ListImport) -> bool:
    """Whether a worker is at a list, or will be."""
    is_unseen = listing.status == ListStatus.MATCHING and not listing.looks
    return listing.status in UNDER_WAY or is_unseen or is_counting(listing)


def is_counting(listing: ListImport) -> bool:
    """Whether a worker counts, or will, what undoing a list would do."""
    return listing.status in OVER and "counting" in listing.looks


def _left(listing: ListImport, now: datetime) -> timedelta | None:
    """Return how long it will go on, at the speed it had so far."""
    done = listing.total - listing.read if listing.status == ListStatus.UNDOING else listing.read
    if listing.status not in {ListStatus.READING, ListStatus.UNDOING} or not done or listing.started_at is None:
        return None
    return (now - listing.started_at) * (max(listing.total - done, 0) / done)


def refusals_of(listing: ListImport) -> list[tuple[int, str]]:
    """Return the rows of a list that were not taken: number and reason."""
    return list(listing.rows.filter(outcome=RowOutcome.REFUSED).values_list("number", "problem"))


def refused_rows(listing: ListImport) -> Iterator[str]:
    """Yield the rows that were not taken as the lines of a CSV file, the number and the reason first.

    What a spreadsheet would take for a formula is plain text in it.
    """
    columns = listing.looks.get("columns", [])
    rows = listing.rows.filter(outcome=RowOutcome.REFUSED)
    yield "\ufeff" + _csv_line([_("Row"), _("Why it was not taken"), *columns])  # by the mark Excel knows UTF-8
    for row in rows.iterator():
        yield _csv_line([str(row.number), row.problem, *(row.raw.get(column, "") for column in columns)])


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([neutralised(cell) for cell in cells])
    return line.getvalue()


def may_undo(listing: ListImport) -> bool:
    """Whether there is something of a list that could be taken back."""
    return listing.status in OVER and listing.rows.filter(outcome__in=WROTE).exclude(changes=[]).exists()
