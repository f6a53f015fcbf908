"""`amends doctor`: what is missing or unsafe."""

from __future__ import annotations

import click

from amends.cli.desk import plainly, set_up


@click.command("doctor")
def doctor_command() -> None:
    """Say what is missing or unsafe in this desk, and what to do about it; exit with 1 if anything is."""
    set_up()
    with plainly():
        from amends.desk import clock  # noqa: PLC0415  (needs Django set up)
        from amends.desk.queries.safety import findings  # noqa: PLC0415  (the same)

        found = list(findings(clock.now()))
    for finding in found:
        click.echo(f"- {finding}")
    if found:
        raise SystemExit(1)
    click.echo("Nothing is missing, and nothing looks unsafe.")
