"""The demo firm: built once into a file, and shown on the morning of its story."""

from __future__ import annotations

import os
import sys
import webbrowser
from datetime import timedelta
from typing import TYPE_CHECKING

import click
from django.conf import settings
from django.db import connection

from amends.cli.first import link_for, program
from amends.cli.serving import Place, prepare, serve
from amends.desk import clock
from amends.desk.demo import NOW, OWNER, VISITOR, build_demo
from amends.desk.models import User
from amends.desk.queries.firm import the_firm

if TYPE_CHECKING:
    from pathlib import Path

OTHER_PORT = "amends demo --port {port}, or make demo PORT={port}"
FAREWELL = "Stopped. What you did there is gone; the next start opens a fresh copy."
DAY = timedelta(hours=24)  # how long the link of a demo may wait to be used


def build(template: Path) -> None:
    """Build the firm in this process's own database, and keep a copy at `template`; older ones go.

    Effects: writes the mailbox of the firm beside it, to scan.
    """
    click.echo("Building the demo firm, this once …")
    prepare()
    build_demo(template.with_name("alder-quay.mbox"))
    fresh = template.with_suffix(f".{os.getpid()}")
    fresh.unlink(missing_ok=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(fresh)])
    for old in template.parent.glob("desk-*.sqlite3"):
        old.unlink(missing_ok=True)
    fresh.replace(template)


def show(host: str, port: int) -> None:
    """Serve the firm, its clock set to the minute of its story."""
    serve(Place(host, port, OTHER_PORT), has_worker=True, begin=_begin, farewell=FAREWELL)


def _begin() -> str:
    """Set the clock to the minute of the story, and return what to say; opens a browser where there is a screen."""
    settings.CLOCK_OFFSET += NOW - clock.now()
    priya, helen = (User.objects.get(email=email) for email in (VISITOR, OWNER))
    told = link_for(priya, NOW, DAY)
    if has_screen():
        webbrowser.open(told.split()[-1])
    return (
        f"{NOW:%A, %B %-d, %Y}, five past nine in the morning at {the_firm().name}, a firm that does not exist.\n"
        f"{told}\nThe owner sees more. {link_for(helen, NOW, DAY)}\n"
        "What you do there is gone when it stops, and nothing leaves this machine. For another link, start it again.\n"
        f"A desk of your own: {program()} serve. What a mailbox of yours says: {program()} scan PATH-TO-YOUR-MAILBOX"
    )


def has_screen() -> bool:
    """Whether a browser could show itself here."""
    return sys.platform in {"darwin", "win32"} or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())
