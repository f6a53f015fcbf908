"""`amends worker`: the work of the desk in a process of its own, as many as there are machines for it."""

from __future__ import annotations

import click

from amends.cli.desk import plainly, set_up


@click.command("worker")
def worker_command() -> None:
    """Read mail that was given, and work out how clients stand, apart from the pages.

    `amends serve` does this by itself. Run workers apart when many imports should not slow the pages down: any number,
    on any machine that reaches the database, with `amends serve --no-worker` for the pages.
    """
    set_up()
    with plainly():
        from amends.cli.serving import run_worker  # noqa: PLC0415  (needs Django set up)

        run_worker()
