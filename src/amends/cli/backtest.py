"""`amends backtest`: how well the signals would have warned, over a mailbox's own past."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

import click

from amends.cli.options import reads_mail
from amends.cli.progress import Progress
from amends.cli.scan import tell_skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.cli.running import Order
    from amends.core.backtest import Backtest, Score

NOTHING_YET = (
    "Not enough mail yet: a backtest needs clients with 20 messages or more, and a quarter of mail after them to know "
    "what became of them."
)
ANECDOTE = "Fewer than 10 losses: read these figures as an anecdote, not as a measure."
LOST_MEANS = (
    "Lost means here that nobody at the client wrote anything for the whole quarter that followed. Mail cannot show "
    "more: a client who moved to the phone looks the same."
)


@click.command("backtest")
@reads_mail
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="How to write the result on stdout.",
)
def backtest_command(order: Order, *, form: str) -> None:
    """Show how well the signals would have warned in the past of PATH, beside "days since their last message".

    Every client is weighed on the first of each month from what had been written by then, and compared with what
    happened in the quarter that followed. PATH and the options are those of `amends scan`.

    Exit status: 0, or 1 when something could not be read.
    """
    from amends.cli.running import look_back_with  # noqa: PLC0415  (`amends backtest --help` need not load it)

    now = datetime.now(UTC)  # noqa: TID251  (the clock is read here, once)
    result, skipped = look_back_with(order, now, Progress(sys.stderr, monotonic))
    tell_skipped(skipped)
    if form == "json":
        _write_json(result)
    elif result or not skipped:
        _write_table(result)
    if skipped:
        raise SystemExit(1)


def _write_json(result: Backtest | None) -> None:
    import json  # noqa: PLC0415  (only for this format)
    from dataclasses import asdict  # noqa: PLC0415  (the same)

    json.dump(asdict(result) if result else None, sys.stdout, indent=1)
    sys.stdout.write("\n")


def _write_table(result: Backtest | None) -> None:
    from rich.console import Console  # noqa: PLC0415  (60 ms to load: only for people)
    from rich.table import Table  # noqa: PLC0415  (the same)

    console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)
    if result is None:
        console.print(NOTHING_YET)
        return
    console.print(
        f"{result.snapshots:,} snapshots of {result.clients:,} clients on the first of {result.months} months; "
        f"{result.losses:,} lost.",
        style="bold",
    )
    measures = Table("", "Amends", "Days since their last message", box=None, padding=(0, 3, 0, 0))
    for what, ours, baseline in zip(_names(result.ours), _said(result.ours), _said(result.baseline), strict=True):
        measures.add_row(what, ours, baseline)
    bands = Table("How it stood", "snapshots", "lost", "chance given", "lost in fact", box=None, padding=(0, 3, 0, 0))
    for band in result.bands:
        bands.add_row(
            str(band.state),
            f"{band.snapshots:,}",
            f"{band.lost:,}",
            f"{band.chance:.0%}",
            f"{band.lost / band.snapshots:.0%}",
        )
    console.print(measures, "", bands, "", *([] if result.enough else [ANECDOTE]), LOST_MEANS, sep="\n")


def _names(score: Score) -> Iterator[str]:
    yield "alarm from"
    for k, _ in score.precision:
        yield f"lost among the first {k} of each month"
    yield "losses with an alarm before"
    yield "days of warning (median)"
    yield "false alarms per ten clients a month"
    yield "Brier score (0 is perfect)"


def _said(score: Score) -> Iterator[str]:
    yield f"{score.threshold:.0f}"
    for _, share in score.precision:
        yield f"{share:.0%}"
    yield f"{score.caught:,}"
    yield "none" if score.lead_days is None else f"{score.lead_days:.0f}"
    yield f"{score.false_alarms:.2f}"
    yield f"{score.brier:.3f}"
