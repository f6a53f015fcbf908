"""`amends scan`: name the client relationships at risk in real mail, offline, with the sentences."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

import click

from amends.cli.options import reads_mail
from amends.cli.progress import Progress

if TYPE_CHECKING:
    from amends.cli.results import Results, Row
    from amends.cli.running import Order

# Clients shown unless --top says otherwise: a morning's reading.
TOP = 20
# Skipped messages told one by one; the rest as a count, and all of them in --format json.
SKIPPED_TOLD = 10
# Clients named when a part of a name fits several.
CLIENTS_NAMED = 5
INTERRUPTED = 130  # what a shell expects after Ctrl-C


@click.command("scan")
@reads_mail
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "html"]),
    default="table",
    show_default=True,
    help="How to write the result on stdout.",
)
@click.option(
    "--top",
    type=click.IntRange(min=1),
    default=TOP,
    show_default=True,
    help="How many clients the table shows; other formats hold all of them.",
)
@click.option("--client", metavar="NAME", help="Open one client, by name or domain, with all its evidence.")
def scan_command(order: Order, *, form: str, top: int, client: str | None) -> None:
    """Read mail and name the relationships at risk, worst first, with the client's own sentences.

    PATH is an mbox file (also .gz), a Maildir, a folder of .eml files, an Outlook .msg or .pst file, a Thunderbird
    folder, a Gmail Takeout file, or imaps://USER@HOST/FOLDER. Nothing is changed, and nothing leaves this machine.

    Exit status: 0, or 1 when something could not be read (it says what, where and what to do), or 130 after Ctrl-C.
    """
    from amends.cli.running import run  # noqa: PLC0415  (`amends scan --help` need not load it)

    progress = Progress(sys.stderr, monotonic)
    results, is_cut_short = run(order, datetime.now(UTC), progress)  # noqa: TID251  (the clock is read here, once)
    tell_skipped(results.skipped)
    if results.rows and not results.us:
        click.echo("This mail does not tell who you are. Say it with --us and your firm's domain.", err=True)
    if is_cut_short:
        click.echo("Stopped early. This is what was found so far.", err=True)
    if results.messages or form != "table" or not results.skipped:
        show(results, form=form, top=top, row=find_row(results, client) if client is not None else None)
    if is_cut_short or results.skipped:
        raise SystemExit(INTERRUPTED if is_cut_short else 1)


def tell_skipped(skipped: tuple[tuple[str, str], ...]) -> None:
    """Say on stderr what could not be read and why."""
    from amends.cli.plain import plain  # noqa: PLC0415  (loads with the results)

    for where, why in skipped[:SKIPPED_TOLD]:
        click.echo(f"Not read: {plain(where)}: {plain(why)}", err=True)
    if (more := len(skipped) - SKIPPED_TOLD) > 0:
        click.echo(f"Not read: {more:,} more; --format json lists them all.", err=True)


def find_row(results: Results, wanted: str) -> Row:
    """Return the one client that a name or domain means; a part of it is enough where it fits only one."""
    looked_for = wanted.casefold()
    exact = [row for row in results.rows if looked_for in (row.client.casefold(), row.name.casefold())]
    near = [row for row in results.rows if looked_for in row.client.casefold() or looked_for in row.name.casefold()]
    found = exact or near
    if len(found) == 1:
        return found[0]
    if not found:
        raise click.ClickException(
            f"No client here is called {wanted!r}. Run the scan without --client to see them all."
        )
    fitting = ", ".join(row.client for row in found[:CLIENTS_NAMED])
    raise click.ClickException(f"{wanted!r} could be {fitting}. Give more of the name.")


def show(results: Results, *, form: str, top: int, row: Row | None) -> None:
    """Write the results to stdout in the format asked for; with `row`, that client alone."""
    from amends.cli import writing  # noqa: PLC0415  (rich and the fonts load only when needed)

    writing.write(results, form, top, row)
