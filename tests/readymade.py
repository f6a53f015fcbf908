"""Databases of desks that processes of their own share: made once with every table, and copied for each test."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

TESTS = Path(__file__).resolve().parent
BEGIN = "import django; django.setup(); import nursed; nursed.migrate()"
ON_POSTGRESQL = os.environ.get("AMENDS_TEST_DATABASE") == "postgres"


def a_made_database(folder: Path, *, is_sqlite: bool = False) -> str:
    """Return the address of a database with every table and no row, of the kind that the tests run on."""
    if ON_POSTGRESQL and not is_sqlite:
        return _created(f"own_{uuid4().hex}", _made_on_postgresql())
    return a_made_file(folder / "own.sqlite3")


def a_made_file(path: Path) -> str:
    """Put a database with every table and no row at a path of SQLite's, and return its address."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    shutil.copyfile(_made_on_sqlite(), path)
    return f"sqlite:///{path}"


def a_fresh_database() -> str:
    """Make an empty database on the tests' own server, and return its address."""
    return _created(f"desk_{uuid4().hex}")


@lru_cache(maxsize=1)
def _made_on_sqlite() -> Path:
    folder = Path(mkdtemp(prefix="amends-made-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrate(folder, f"sqlite:///{folder / 'made.sqlite3'}")
    return folder / "made.sqlite3"


@lru_cache(maxsize=1)
def _made_on_postgresql() -> str:
    folder, name = Path(mkdtemp(prefix="amends-made-")), f"made_{uuid4().hex}"
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    _migrate(folder, _created(name))
    return name


def _created(name: str, template: str = "template1") -> str:
    import psycopg  # noqa: PLC0415  (only where the tests run on PostgreSQL)

    from postgres import url_of_a_server  # noqa: PLC0415  (the same)

    server = url_of_a_server()
    with psycopg.connect(server.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return f"{server.rpartition('/')[0]}/{name}"


def _migrate(home: Path, url: str) -> None:
    own = {"AMENDS_HOME": str(home), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "amends.settings"}
    environment = os.environ | own | {"PYTHONPATH": str(TESTS)}
    done = subprocess.run([sys.executable, "-c", BEGIN], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
