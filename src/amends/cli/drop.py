"""`amends drop`: the door for mail, in a process of its own."""

from __future__ import annotations

import click

from amends.cli.desk import plainly, set_up


@click.command("drop")
def drop_command() -> None:
    """Take in mail that colleagues send to their own address at the desk (BCC or forwarded), apart from the pages.

    `amends serve` does this by itself where AMENDS_DROP_PORT is set. Run it apart to let the door stay open while the
    pages are restarted, and start `amends serve --no-drop` then. It needs the same AMENDS_HOME as a worker, who takes
    in what it has put there, and the same user.
    """
    set_up()
    with plainly():
        from amends.cli.serving import run_drop  # noqa: PLC0415  (needs Django set up)

        run_drop()
