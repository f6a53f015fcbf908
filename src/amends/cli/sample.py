"""`amends sample`: write the sample mailbox."""

from __future__ import annotations

from pathlib import Path

import click

from amends.sources import SourceError
from amends.sources.sample import FEWEST, MESSAGES, SEED, write_sample


@click.command("sample")
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--messages", type=click.IntRange(min=FEWEST), default=MESSAGES, show_default=True, help="About how many to write."
)
@click.option("--seed", type=int, default=SEED, show_default=True, help="Another seed, another half year.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
def sample_command(path: Path, messages: int, seed: int, *, force: bool) -> None:
    """Write half a year of mail of an invented staffing firm to PATH, an mbox to try `amends scan` on."""
    try:
        count = write_sample(path, messages=messages, seed=seed, force=force)
    except SourceError as error:
        raise click.ClickException(error.message) from error
    click.echo(f"Wrote {count:,} messages to {path}. Try: amends scan {path}")
