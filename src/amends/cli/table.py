"""A scan on the terminal: worst first, each client with its state, the two strongest reasons and its own sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.columns import Columns
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from amends.cli.plain import plain, shorten
from amends.cli.results import (
    OUR_RULES,
    counted,
    coverage_in_words,
    day_in_words,
    harm_first,
    headline,
    in_words,
    points_in_words,
    read_in_words,
    standing,
    tally,
    weighing_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType, RenderResult

    from amends.cli.results import Results, Row
    from amends.core.evidence import Evidence, Signal

# A shape for each state, so that colour never carries the meaning alone, and a colour readable on dark and on light.
LOOKS = {
    "At risk": ("●", "bold red"),
    "Strained": ("◐", "dark_orange3"),
    "Unsettled": ("◔", "steel_blue"),
    "Mended": ("◎", "dark_goldenrod"),
    "Steady": ("○", "green"),
    "Not enough yet": ("◌", "dim"),
}
QUIET = ("Steady", "Mended", "Not enough yet")  # states that need one line, not a paragraph
REASONS = 2
EVIDENCE_SHOWN = 5  # messages behind one line; --format json and html hold them all
SIDE_BY_SIDE = 100  # columns; a narrower terminal stacks the parts of a client
QUOTE_LENGTH = 240  # characters of a sentence in the list; `--client` shows all of it
QUIET_NAME = 40  # columns for the name of a client that needs one line
POINTS_PER_BLOCK = 2  # of a bar
GUESS = "The chance is a starting guess until your own history replaces it."
NOT_FOR = "This speaks about relationships. It is not for judging employees."


def render_table(results: Results, top: int) -> RenderableType:
    """Draw the whole scan; `top` is the number of clients shown."""
    shown = results.rows[:top]
    return Group(
        Text(f"{headline(results)}.", style="bold"),
        Text(_facts(results), style="dim"),
        Text(),
        *_clients(shown),
        *_closing(results, len(shown)),
    )


def render_client(row: Row) -> RenderableType:
    """Draw one client with every line of its account and all the evidence behind each."""
    return Group(
        Text.assemble((plain(row.name), "bold"), ("  ", ""), (plain(row.client), "dim")),
        Text.assemble(_state(row), f"  {plain(standing(row))}"),
        Text(read_in_words(row), style="dim"),
        *_sentence(row, width=None),
        Text(),
        _account(row),
        Text(),
        Text(f"Seen: {coverage_in_words(row.coverage)}.", style="dim"),
        Text(GUESS, style="dim"),
        Text(NOT_FOR, style="dim"),
    )


class ClientList:
    """Clients side by side in columns where the terminal is wide enough, else one under the other."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        draw = _in_columns if options.max_width >= SIDE_BY_SIDE else _stacked
        for row in self.rows:
            yield draw(row)
            yield Text()


def _clients(rows: Sequence[Row]) -> Iterator[RenderableType]:
    troubled = [row for row in rows if row.state not in QUIET]
    quiet = [row for row in rows if row.state in QUIET]
    if troubled:
        yield ClientList(troubled)
    if quiet:
        yield _quiet(quiet)
        yield Text()


def _quiet(rows: Sequence[Row]) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(max_width=QUIET_NAME, overflow="ellipsis", no_wrap=True)
    grid.add_column(justify="right", style="dim", no_wrap=True)
    for row in rows:
        grid.add_row(_state(row), Text(plain(row.name), style="bold"), counted(row.messages, "message"))
    return grid


def _in_columns(row: Row) -> RenderableType:
    grid = Table.grid(padding=(0, 3, 0, 0), expand=True)
    grid.add_column(width=14)
    grid.add_column(ratio=2)
    grid.add_column(ratio=5)
    grid.add_row(
        Group(_state(row), Text(f"  {_health(row)}", style="dim")),
        Group(Text(plain(row.name), style="bold"), Text(plain(row.chance_words), style="dim")),
        Group(_reasons(row), *_sentence(row, width=QUOTE_LENGTH)),
    )
    return grid


def _stacked(row: Row) -> RenderableType:
    return Group(
        Text.assemble(_state(row), "  ", (plain(row.name), "bold")),
        Text(f"  {plain(standing(row))}", style="dim"),
        Padding(Group(_reasons(row), *_sentence(row, width=QUOTE_LENGTH)), (0, 0, 0, 2)),
    )


def _state(row: Row) -> Text:
    shape, style = LOOKS[row.state]
    return Text(f"{shape} {row.state}", style=style)


def _health(row: Row) -> str:
    return f"{min(100, row.health)} of 100"


def _reasons(row: Row) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", min_width=3)
    grid.add_column()
    for signal in harm_first(row)[:REASONS]:
        grid.add_row(points_in_words(signal.points), Text(plain(signal.summary)))
    return grid


def _sentence(row: Row, width: int | None) -> Iterator[RenderableType]:
    if row.said:
        yield _quoted(row.said, width)
        if row.said_at:
            yield Text(day_in_words(row.said_at), style="dim")


def _quoted(words: str, width: int | None) -> Text:
    return Text(f"“{shorten(words, width) if width else plain(words)}”", style="italic")


def _account(row: Row) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column()
    grid.add_row("100", Text("to begin with", style="dim"))
    lines, folded = weighing_lines(row)
    for signal in lines:
        grid.add_row(
            Text(points_in_words(signal.points), style="bold"),
            Group(
                _bar(signal, LOOKS[row.state][1]),
                *(_evidence(piece, is_ours=signal.rule in OUR_RULES) for piece in signal.evidence[:EVIDENCE_SHOWN]),
                *_further(len(signal.evidence) - EVIDENCE_SHOWN),
            ),
        )
    if folded:
        grid.add_row("0", Text(folded, style="dim"))
    grid.add_row(Text(str(min(100, row.health)), style="bold"), Text("is left", style="dim"))
    return grid


def _further(messages: int) -> Iterator[RenderableType]:
    if messages > 0:
        yield Text(f"and {counted(messages, 'more message')}", style="dim")


def _bar(signal: Signal, style: str) -> Text:
    blocks = "▇" * max(1, abs(signal.points) // POINTS_PER_BLOCK)
    colour = style if signal.points > 0 else LOOKS["Steady"][1]
    return Text.assemble((plain(signal.summary), "bold"), "  ", (blocks, colour), (f"  {signal.rule}", "dim"))


def _evidence(piece: Evidence, *, is_ours: bool) -> RenderableType:
    who = "We wrote: " if is_ours else ""
    said = [Text.assemble(who, _quoted(piece.quote, None))] if piece.quote else []
    return Group(*said, Text(f"{day_in_words(piece.at)}, message {plain(piece.message_id)}", style="dim"))


def _facts(results: Results) -> str:
    ours = f" of {', '.join(map(plain, results.us))}" if results.us else ""
    return (
        f"{counted(results.messages, 'message')}{ours}, {results.automated:,} of them automated. "
        f"As of {day_in_words(results.as_of)}."
    )


def _closing(results: Results, shown: int) -> Iterator[RenderableType]:
    left_out = len(results.rows) - shown
    if left_out:
        yield Text(f"{in_words(left_out).capitalize()} more not shown: --top {len(results.rows)} shows all.")
    counts = tally(results).items()
    if counts:
        yield Columns([Text(f"{LOOKS[state][0]} {count} {state}", LOOKS[state][1]) for state, count in counts])
        yield Text()
        yield Text(
            "--client NAME opens one with all its evidence; --format html writes a page to read or print.", "dim"
        )
        yield Text(f"{GUESS} {NOT_FOR}", style="dim")
