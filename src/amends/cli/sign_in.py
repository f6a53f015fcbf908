"""`amends sign-in`: a way in for somebody who has lost the password, or whom no mail reaches."""

from __future__ import annotations

import click

from amends.cli.desk import plainly, set_up


@click.command("sign-in")
@click.argument("email")
def sign_in_command(email: str) -> None:
    """Print a link that signs the colleague with the address EMAIL in, once.

    Whoever can run this on the machine of the desk can read its database too: there is nothing more to prove.
    """
    set_up()
    with plainly():
        from amends.cli.first import colleague, link_for  # noqa: PLC0415  (needs Django set up)
        from amends.desk import clock  # noqa: PLC0415  (the same)

        click.echo(link_for(colleague(email), clock.now()))
