"""`amends import`: a list taken in from a schedule, by the answers that were given once on the mapping screen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from amends.cli.desk import plainly, set_up

if TYPE_CHECKING:
    from amends.desk.models import ListImport

KINDS = ("clients", "people", "orders", "placements", "notes", "activities", "invoices")
PRESETS = ("bullhorn", "jobscience", "salesforce", "hubspot", "generic")
SHOWN = 20  # rows that were not taken, in words; all of them are on the page of the list (judgement)
NOT_ALL = 3  # exit code: taken in, but for some rows
NOT_READ = 1  # exit code: nothing was taken in, or it broke off
ELSEWHERE = "Somebody went on with it on its page, or stopped it."
COUNTS = ("added", "changed", "same", "removed", "refused")


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preset", type=click.Choice(PRESETS), required=True, help="Which program it was exported from.")
@click.option("--kind", type=click.Choice(KINDS), required=True, help="What its rows are.")
@click.option("--source", default="", help="What you call where it comes from.  [default: the program's name]")
@click.option("--dry-run", is_flag=True, help="Say what would change, and keep nothing.")
@click.option("--json", "as_json", is_flag=True, help="Tell it as one JSON object.")
def import_command(file: Path, preset: str, kind: str, source: str, *, dry_run: bool, as_json: bool) -> None:
    """Take in a list, as a night's schedule does: what is known is brought up to date, and nothing doubles.

    The columns are read as was said on the mapping screen for that source and kind; for a new one, by their headings.
    It works beside `amends serve`. Exit codes: 0 all rows were taken, 3 all but some, 1 none or not to the end, 2 the
    command itself was wrong.
    """
    set_up()
    with plainly():
        listing = _taken_in(file, {"preset": preset, "kind": kind, "source": source}, is_dry=dry_run)
        told = _told(listing, is_dry=dry_run)
        if dry_run:
            _forget(listing)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _in_words(told))
    raise SystemExit(NOT_READ if told["problem"] else NOT_ALL if told["refused"] else 0)


def _taken_in(file: Path, what: dict[str, str], *, is_dry: bool) -> ListImport:
    """Check a copy of the file, and take it in. Raises ClickException with the sentence that says why not."""
    from amends.desk import clock  # noqa: PLC0415  (needs Django set up)
    from amends.desk.actions.list_alone import read_alone  # noqa: PLC0415  (the same)
    from amends.desk.rules import Refused  # noqa: PLC0415  (the same)

    try:
        return read_alone(file, **what, now=clock.now(), is_dry=is_dry)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _told(listing: ListImport, *, is_dry: bool) -> dict[str, Any]:
    from amends.desk.models import ListStatus  # noqa: PLC0415  (needs Django set up)
    from amends.desk.queries.listing import refusals_of  # noqa: PLC0415  (the same)

    is_over = listing.status == (ListStatus.CHECKED if is_dry else ListStatus.DONE)
    return {
        "file": listing.name,
        "is_dry_run": is_dry,
        "rows": listing.read,
        **{name: getattr(listing, name) for name in COUNTS},
        "problem": listing.problem or ("" if is_over else ELSEWHERE),
        "problems": [{"row": number, "why": why} for number, why in refusals_of(listing)],
    }


def _forget(listing: ListImport) -> None:
    from amends.desk import clock  # noqa: PLC0415  (needs Django set up)
    from amends.desk.actions.list_alone import forget_trial  # noqa: PLC0415  (the same)

    forget_trial(listing, now=clock.now())


def _in_words(told: dict[str, Any]) -> str:
    verb = "would be" if told["is_dry_run"] else "were"
    first = f"{told['file']}: {told['rows']:,} rows. {told['added']:,} {verb} new, {told['changed']:,} updated"
    lines = [f"{first}, {told['same']:,} the same, {told['removed']:,} removed, {told['refused']:,} not taken."]
    lines += [f"Row {each['row']}: {each['why']}" for each in told["problems"][:SHOWN]]
    if told["refused"] > SHOWN:
        where = "all of them: --json" if told["is_dry_run"] else "Settings, Your lists"
        lines.append(f"And {told['refused'] - SHOWN:,} more: {where}.")
    if told["problem"]:
        lines.append(f"Not read to the end: {told['problem']}")
    return "\n".join(lines)
