"""A scan's results on stdout: a table for people, JSON, CSV or one HTML file for everything else."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import replace
from io import TextIOWrapper
from typing import TYPE_CHECKING

import click

from amends.cli.results import csv_rows, to_json

if TYPE_CHECKING:
    from amends.cli.results import Results, Row

# Where no terminal says how wide it is: what a printed page and most log viewers hold.
COLUMNS_WITHOUT_TERMINAL = 100


def write(results: Results, form: str, top: int, row: Row | None) -> None:
    """Write results to stdout as `form`: table, json, csv or html. With `row`, that client alone.

    Raises click.ClickException where the disk behind stdout is full. A reader that has seen enough is no error.
    """
    try:
        _write(results, form, top, row)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(
            f"The result could not be written ({reason}). Make room, or write elsewhere."
        ) from None


def _write(results: Results, form: str, top: int, row: Row | None) -> None:
    if row:
        results = replace(results, rows=(row,))
    if isinstance(sys.stdout, TextIOWrapper):  # a client's name in any script, whatever the terminal's encoding
        sys.stdout.reconfigure(encoding=None if form == "table" else "utf-8", errors="replace")
    if form == "json":
        json.dump(to_json(results), sys.stdout, indent=1)  # ASCII, so that no control character reaches a terminal
        sys.stdout.write("\n")
    elif form == "csv":
        csv.writer(sys.stdout, lineterminator="\n").writerows(csv_rows(results))
    elif form == "html":
        from amends.cli.report import render_html  # noqa: PLC0415  (reads fonts from disk)

        sys.stdout.write(render_html(results))
    else:
        _write_table(results, top, row)


def _write_table(results: Results, top: int, row: Row | None) -> None:
    from rich.console import Console  # noqa: PLC0415  (60 ms to load: only for people)

    from amends.cli.table import render_client, render_table  # noqa: PLC0415  (the same)

    width = None if sys.stdout.isatty() else COLUMNS_WITHOUT_TERMINAL
    Console(width=width, highlight=False, soft_wrap=False).print(
        render_client(row) if row else render_table(results, top)
    )
