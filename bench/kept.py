"""A PostgreSQL server that a bench keeps between its runs, so that a large firm is built once."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterator

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from postgres import OWNER, SETTINGS, _programs, _run


@contextmanager
def server_in(folder: Path) -> Iterator[str]:
    """Start the server whose databases lie in a folder, making it where there is none, and give its DATABASE_URL."""
    folder.mkdir(parents=True, exist_ok=True)
    socket = Path(mkdtemp(prefix="amends-pg-", dir="/tmp"))
    if os.geteuid() == 0:
        for each in (folder, socket):
            shutil.chown(each, OWNER, OWNER)
    programs, cluster = _programs(), folder.resolve() / "cluster"
    if not cluster.exists():
        _run(str(programs / "initdb"), "-D", str(cluster), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    control = (str(programs / "pg_ctl"), "-D", str(cluster), "-l", str(socket / "log"), "-w")
    _run(*control, "-o", f"-k {socket} {' '.join(f'-c {setting}' for setting in SETTINGS)}", "start")
    try:
        yield f"postgres://{OWNER}@{quote(str(socket), safe='')}/postgres"
    finally:
        _run(*control, "-m", "fast", "stop")
        shutil.rmtree(socket, ignore_errors=True)
