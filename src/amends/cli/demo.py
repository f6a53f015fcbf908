"""`amends demo`: the desk of Alder & Quay, a firm that does not exist, as it is on one morning."""

from __future__ import annotations

import os
import shutil
from hashlib import sha256
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from amends.cli.desk import plainly, set_up
from amends.cli.serve import HOST

MAKERS = ("core", "desk", "sources")  # the parts of the package that decide what the demo firm looks like
DATABASE = "amends.sqlite3"
PORT = 8322  # beside a desk of one's own, which is at 8321


@click.command("demo")
@click.option("--port", type=click.IntRange(1, 65535), default=PORT, show_default=True, help="Where to listen.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("~/.local/share/amends/demo"),
    show_default=True,
    help="Where the firm is kept between two starts.",
)
@click.option("--smtp", default="", metavar="URL", help="Where its mail goes, to addresses that end in .example alone.")
@click.option("--build-only", is_flag=True, help="Build the firm if it is not there yet, and leave.")
def demo_command(port: int, folder: Path, smtp: str, *, build_only: bool) -> None:
    """Open the desk of Alder & Quay, a staffing firm that does not exist, on Tuesday, October 14, 2025, at 9:05 am.

    The firm is built the first time, from its mailbox and its story. Every start opens a fresh copy: try anything. It
    prints a link that signs you in as Priya Raman, an account manager, once; another start prints another link. Ctrl-C
    stops it.
    """
    folder = folder.expanduser()
    with plainly(), TemporaryDirectory(prefix="amends-demo-") as home:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        template = folder / f"desk-{fingerprint()}.sqlite3"
        if template.exists():
            shutil.copyfile(template, Path(home, DATABASE))
        _apart_from_any_firm(home, port, smtp)
        set_up()
        from amends.cli.showing import build, show  # noqa: PLC0415  (needs Django set up)

        if not template.exists():
            build(template)
        if not build_only:
            show(HOST, port)


def fingerprint() -> str:
    """Return what changes whenever the code or the story that makes the demo firm does."""
    told = sha256()
    for part in MAKERS:
        folder = Path(str(resources.files("amends"))) / part
        for path in sorted(path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"):
            told.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()[:12]


def _apart_from_any_firm(home: str, port: int, smtp: str) -> None:
    """Keep this process away from the settings of a real desk on the same machine."""
    for name in [name for name in os.environ if name.startswith(("AMENDS_", "DATABASE_URL"))]:
        if name != "AMENDS_LANGUAGE":
            del os.environ[name]
    os.environ.update(
        AMENDS_HOME=home,
        AMENDS_DEMO="yes",
        AMENDS_READERS="0",  # a mailbox this small is read before another process has started
        AMENDS_ADDRESS=f"http://{HOST}:{port}",
        AMENDS_SMTP_URL=smtp,
        DJANGO_SETTINGS_MODULE="amends.settings",
    )
