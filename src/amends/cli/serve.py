"""`amends serve`: the desk, in a browser, on this machine."""

from __future__ import annotations

import os
from ipaddress import ip_address

import click

from amends.cli.desk import plainly, set_up

PORT = 8321
HOST = "127.0.0.1"


@click.command("serve")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="Where to listen.")
@click.option("--host", default=HOST, show_default=True, help="On which address of this machine to listen.")
@click.option("--no-worker", is_flag=True, help="Leave reading mail and the states to `amends worker`.")
@click.option("--no-drop", is_flag=True, help="Leave the door for mail to `amends drop`.")
def serve_command(host: str, port: int, *, no_worker: bool, no_drop: bool) -> None:
    """Open the desk in a browser: the first time it asks who you are, and makes its database.

    Everything is kept in AMENDS_HOME (~/.local/share/amends), or in the database that DATABASE_URL names. Ctrl-C stops
    it; what was under way goes on at the next start.
    """
    choose_address(host, port)
    set_up()
    with plainly():
        from amends.cli.serving import Place, serve  # noqa: PLC0415  (needs Django set up)

        serve(Place(host, port), has_worker=not no_worker, has_drop=not no_drop)


def choose_address(host: str, port: int) -> None:
    """Let AMENDS_ADDRESS be where the desk listens, unless people reach it elsewhere; refuse to guess for a network."""
    if not _is_own(host) and not os.environ.get("AMENDS_ADDRESS"):
        raise click.ClickException(
            f"On {host} other machines reach this desk, and without https whoever listens in between reads passwords"
            " and mail. Put a web server with https before it, and set AMENDS_ADDRESS to the address that people type,"
            " as in AMENDS_ADDRESS=https://desk.example.com (docs/admin/install.md shows how)."
        )
    shown = f"[{host}]" if ":" in host else host
    os.environ.setdefault("AMENDS_ADDRESS", f"http://{shown}:{port}")


def _is_own(host: str) -> bool:
    """Whether only this machine reaches a host."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
