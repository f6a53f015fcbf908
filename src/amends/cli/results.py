"""What a scan found, as every way of showing it reads it: table, JSON, CSV and HTML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from amends.cli.plain import plain
from amends.core.health import ENOUGH_MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from amends.core.evidence import Evidence, Signal

SCHEMA_VERSION = 1  # of the JSON; grows when a key changes its meaning or goes
STATES = ("At risk", "Strained", "Unsettled", "Mended", "Steady", "Not enough yet")  # docs/method.md rule 1, in order
UNSETTLED = STATES[2]  # the state below an alarm that a headline does not pass over
NEEDING_YOU = ("At risk", "Strained")  # the states that a headline counts
OUR_RULES = frozenset({"promise"})  # rules whose evidence quotes what we wrote, not what the client wrote
FORMULA_STARTS = tuple("=+-@\uff1d\uff0b\uff0d\uff20")  # a spreadsheet reads such a cell as a formula; full width too
CSV_COLUMNS = (
    "client",
    "name",
    "state",
    "points",
    "chance",
    "chance_in_words",
    "messages",
    "threads",
    "people",
    "reasons",
    "said",
    "said_at",
)


@dataclass(frozen=True, slots=True)
class Row:
    """One client: its state, and the capped signals that add up to its points.

    `chance` is the probability in 0..1 of losing the client this quarter, `chance_words` the same for a person.
    `said` is the client's own sentence to show, empty when there is none.
    """

    client: str
    name: str
    state: str
    points: int
    chance: float
    chance_words: str
    messages: int
    threads: int
    people: int
    coverage: dict[str, bool]
    signals: tuple[Signal, ...] = ()
    said: str = ""
    said_at: datetime | None = None

    def __post_init__(self) -> None:
        """Refuse an account that does not add up, or a state that no page knows."""
        total = sum(signal.points for signal in self.signals)
        if total != self.points:
            raise ValueError(f"{self.client}: the signals add up to {total}, not to {self.points}")
        if self.state not in STATES:
            raise ValueError(f"{self.client}: there is no state called {self.state!r}")

    @property
    def health(self) -> int:
        """The number for sorting: 100, less the points, never below 0 (docs/method.md rule 1)."""
        return max(0, 100 - self.points)


@dataclass(frozen=True, slots=True)
class Results:
    """One scan: who we are, the day it speaks about, what was read, what was not, and the clients, worst first.

    `messages` counts everything read, `automated` those of them that no person wrote. `skipped` holds (where, why)
    of what could not be read, `left_out` the same of deleted, unwanted and unsent mail, which nobody wants read.
    """

    as_of: datetime
    us: tuple[str, ...]
    messages: int
    automated: int
    skipped: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    left_out: tuple[tuple[str, str], ...] = ()
    version: int = field(default=SCHEMA_VERSION)


def worst_first(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Sort for reading: most points first, clients with too little mail last, then by name."""
    return tuple(sorted(rows, key=lambda row: (row.state == STATES[-1], -row.points, row.name.casefold(), row.client)))


def harm_first(row: Row) -> tuple[Signal, ...]:
    """Give the lines of one client's account, most harm first and what speaks for them last."""
    return tuple(sorted(row.signals, key=lambda signal: -signal.points))


def weighing_lines(row: Row) -> tuple[tuple[Signal, ...], str]:
    """Give the lines that move the points, most harm first, and one sentence for those that no longer count."""
    lines = tuple(signal for signal in harm_first(row) if signal.points)
    folded = len(row.signals) - len(lines)
    if not folded:
        return lines, ""
    return lines, f"and {counted(folded, 'more reason')} of the same kind, counted already"


def tally(results: Results) -> dict[str, int]:
    """Count the clients in each state, worst state first; states without a client are left out."""
    counts = {state: sum(row.state == state for row in results.rows) for state in STATES}
    return {state: count for state, count in counts.items() if count}


def headline(results: Results) -> str:
    """Say in one sentence how many clients need the reader: "Three of 38 clients need you"."""
    if not results.rows:
        return "No clients found in this mail"
    total = sum(row.state != STATES[-1] for row in results.rows)
    needing = sum(row.state in NEEDING_YOU for row in results.rows)
    if not total:
        return "No client has written enough yet to tell"
    unsettled = sum(row.state == UNSETTLED for row in results.rows)
    if not needing and unsettled:
        return f"Nobody is at risk, and {in_words(unsettled)} of {counted(total, 'client')} may need a word"
    if not needing:
        return "Nobody needs you today" if total == 1 else f"None of {total} clients needs you"
    if total == 1:
        return "Your one client needs you"
    return f"{in_words(needing).capitalize()} of {total} clients {'needs' if needing == 1 else 'need'} you"


def standing(row: Row) -> str:
    """Say the number and the chance in words; below the minimum of data, how little there was instead of a guess."""
    if row.state == STATES[-1]:
        return f"We have seen {counted(row.messages, 'message')} and need about {ENOUGH_MESSAGES}"
    return f"{min(100, row.health)} of 100, {row.chance_words}"


def in_words(number: int) -> str:
    """Write a count as a person would: words up to ten, figures above."""
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    return words[number] if number < len(words) else f"{number:,}"


def day_in_words(at: datetime) -> str:
    """Write a day as it is said, in the zone it came with: "Friday, October 17, 2025"."""
    return f"{at:%A, %B} {at.day}, {at.year}"


def read_in_words(row: Row) -> str:
    """Say what was read of a client: "164 messages in 41 conversations with three people"."""
    people = "one person" if row.people == 1 else f"{in_words(row.people)} people"
    return f"{counted(row.messages, 'message')} in {counted(row.threads, 'conversation')} with {people}"


def counted(number: int, thing: str) -> str:
    """Write a number of things: "1 message", "2,974 messages"."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def coverage_in_words(coverage: dict[str, bool]) -> str:
    """Say what an account could see: "mail yes, orders no, payments no"."""
    return ", ".join(f"{source} {'yes' if is_seen else 'no'}" for source, is_seen in coverage.items())


def points_in_words(points: int) -> str:
    """Write a line of the account as it counts: harm with a minus, what speaks for them with a plus, 0 as it is."""
    return f"+{-points}" if points < 0 else f"−{points}" if points else "0"


def to_json(results: Results) -> dict[str, object]:
    """Give the documented schema (docs/guide/scan.md), ready for `json.dumps`; dates are ISO 8601 with their zone."""
    return {
        "version": results.version,
        "us": list(results.us),
        "messages": results.messages,
        "skipped": [{"where": where, "why": why} for where, why in (*results.skipped, *results.left_out)],
        "relationships": [_relationship(row) for row in results.rows],
    }


def _relationship(row: Row) -> dict[str, object]:
    return {
        "client": row.client,
        "name": row.name,
        "state": row.state,
        "points": row.points,
        "chance": round(row.chance, 4),
        "messages": row.messages,
        "threads": row.threads,
        "people": row.people,
        "coverage": dict(row.coverage),
        "signals": [_signal(signal) for signal in harm_first(row)],
    }


def _signal(signal: Signal) -> dict[str, object]:
    return {
        "rule": signal.rule,
        "family": str(signal.family),
        "points": signal.points,
        "summary": signal.summary,
        "evidence": [_evidence(piece) for piece in signal.evidence],
    }


def _evidence(piece: Evidence) -> dict[str, object]:
    return {"message_id": piece.message_id, "date": piece.at.isoformat(), "quote": piece.quote}


def csv_rows(results: Results) -> Iterator[tuple[str | int | float, ...]]:
    """Yield the header and one line a client for `csv.writer`; no text can turn into a formula."""
    yield CSV_COLUMNS
    for row in results.rows:
        yield (
            _cell(row.client),
            _cell(row.name),
            row.state,
            row.points,
            *(("", "") if row.state == STATES[-1] else (round(row.chance, 4), _cell(row.chance_words))),
            row.messages,
            row.threads,
            row.people,
            _cell("; ".join(f"{signal.summary} ({-signal.points:+d})" for signal in harm_first(row))),
            _cell(row.said),
            row.said_at.isoformat() if row.said_at else "",
        )


def _cell(text: str) -> str:
    shown = plain(text)
    return f"'{shown}" if shown.startswith(FORMULA_STARTS) else shown
