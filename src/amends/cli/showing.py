"""The demo firm: built once into a file, and shown on the morning of its story."""

from __future__ import annotations

import os
import sys
import webbrowser
from typing import TYPE_CHECKING

import click
from django.conf import settings
from django.db import connection

from amends.cli.first import link_for
from amends.cli.serving import Place, prepare, serve
from amends.desk import clock
from amends.desk.demo import NOW, OWNER, VISITOR, build_demo
from amends.desk.models import User

if TYPE_CHECKING:
    from pathlib import Path


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
    serve(Place(host, port), has_worker=True, begin=_begin)


def _begin() -> str:
    settings.CLOCK_OFFSET += NOW - clock.now()
    visitor = User.objects.get(email=VISITOR)
    owner = User.objects.get(email=OWNER)
    told = link_for(visitor, NOW)
    if sys.platform in {"darwin", "win32"} or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(told.split()[-1])
        told = link_for(visitor, NOW)
    program = sys.argv[0] if sys.argv[0].endswith("amends") else "amends"
    return (
        f"{NOW:%A, %B %-d, %Y}, {NOW:%-I:%M} in the morning at Alder & Quay, a firm that does not exist.\n"
        f"{told}\n{link_for(owner, NOW).replace(':', ', the owner:', 1) if owner else ''}\n"
        "Nothing you do there is kept, and nothing leaves this machine.\n"
        f"A desk of your own: {program} serve. A look at a mailbox: {program} scan PATH-TO-YOUR-MAILBOX"
    )
