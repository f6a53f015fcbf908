"""A real IMAP server (Dovecot) on a loopback port, with its own folder, users and certificate."""

from __future__ import annotations

import grp
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PROGRAM = shutil.which("dovecot") or "/usr/sbin/dovecot"
PASSWORD = "correct-horse"  # noqa: S105  (of a server that lives for one test)
STARTED_WITHIN_SECONDS = 20
INNER = ("cur", "new", "tmp")  # what a Maildir consists of

CONFIGURATION = """
base_dir = {home}/run
log_path = {home}/dovecot.log
protocols = imap
listen = 127.0.0.1
default_internal_user = {inner}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
ssl = yes
ssl_cert = <{home}/certificate.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
auth_failure_delay = 0
mail_location = maildir:{home}/mail/%u
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Versendet {{
    special_use = \\Sent
    auto = create
  }}
  mailbox Trash {{
    special_use = \\Trash
    auto = create
  }}
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server: its ports, its certificate, and where it keeps the mail of its users."""

    plain_port: int
    tls_port: int
    certificate: Path
    home: Path

    def deliver(self, user: str, raw: bytes, *, folder: str = "") -> Path:
        """Put one unread message into a user's folder; gives the file."""
        place = self.home / "mail" / user / (f".{folder}" if folder else "")
        for inner in INNER:
            (place / inner).mkdir(parents=True, exist_ok=True)
        file = place / "new" / f"{len(list(place.rglob('*.test*'))) + 1}.test"
        file.write_bytes(raw)
        for made in (self.home / "mail" / user, place, *(place / inner for inner in INNER), file):
            os.chown(made, mail_owner().pw_uid, mail_owner().pw_gid)
        return file

    def fill(self, user: str, raw: bytes, times: int) -> None:
        """Put one and the same message into a user's inbox so many times: a large mailbox in a moment."""
        first = self.deliver(user, raw)
        for number in range(1, times):
            os.link(first, first.parents[1] / "cur" / f"{number}.link:2,")

    def snapshot(self, user: str) -> dict[str, bytes]:
        """Give what a user's mail is: the path of each message, which holds its flags, and its contents."""
        place = self.home / "mail" / user
        files = [file for file in place.rglob("*") if file.parent.name in {"cur", "new"}]
        return {str(file.relative_to(place)): file.read_bytes() for file in files}


def mail_owner() -> pwd.struct_passwd:
    """Give the user who owns the mail: ourselves, but never root, whom Dovecot refuses."""
    return pwd.getpwnam("dovecot") if os.getuid() == 0 else pwd.getpwuid(os.getuid())


def is_installed() -> bool:
    """Whether this machine has the programs a server needs."""
    return Path(PROGRAM).exists() and shutil.which("openssl") is not None


@contextmanager
def dovecot(more: str = "", files: dict[str, str] | None = None) -> Iterator[Dovecot]:
    """Run a server in a folder of its own until the block ends; `more` is added to its configuration, with `files`.

    The folder is none of pytest's: those are closed to the users that the server runs as. Where no server is installed
    the test is skipped.
    """
    if not is_installed():
        pytest.skip("Dovecot is not installed (apt-get install dovecot-imapd)")
    with tempfile.TemporaryDirectory(prefix="amends-dovecot-", ignore_cleanup_errors=True) as name:
        home = Path(name)
        home.chmod(0o755)
        for file, text in (files or {}).items():
            (home / file).write_text(text, encoding="utf-8")
        with running(home, more) as server:
            yield server


@contextmanager
def running(home: Path, more: str) -> Iterator[Dovecot]:
    """Run a server in a folder that its own users may pass through."""
    certificate = make_certificate(home, "localhost")
    server = Dovecot(free_port(), free_port(), certificate, home)
    configuration = home / "dovecot.conf"
    owner = mail_owner()
    (home / "mail").mkdir()
    os.chown(home / "mail", owner.pw_uid, owner.pw_gid)
    # Run by root it insists on two users without rights, which Debian's package made.
    login = "dovenull" if owner.pw_name == "dovecot" else owner.pw_name
    configuration.write_text(
        CONFIGURATION.format(
            home=home,
            inner=owner.pw_name,
            login=login,
            group=grp.getgrgid(owner.pw_gid).gr_name,
            uid=owner.pw_uid,
            gid=owner.pw_gid,
            password=PASSWORD,
            plain_port=server.plain_port,
            tls_port=server.tls_port,
        )
        + more.replace("{home}", str(home)),
        encoding="utf-8",
    )
    process = subprocess.Popen([PROGRAM, "-F", "-c", str(configuration)], stderr=subprocess.PIPE)
    try:
        wait_for(server.tls_port, process, home / "dovecot.log")
        yield server
    finally:
        process.terminate()
        process.communicate()


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """Run one server for a file of tests; each takes users of its own."""
    with dovecot() as running:
        yield running


def make_certificate(folder: Path, name: str) -> Path:
    """Make a certificate for a host name that signs itself."""
    certificate = folder / "certificate.pem"
    subject = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(certificate)]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    subprocess.run(["openssl", "req", *kind, *subject, *files], check=True, capture_output=True)
    return certificate


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return when the server answers; RuntimeError with its log when it does not start."""
    for _ in range(STARTED_WITHIN_SECONDS * 10):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            try:
                process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
            break
        else:
            return
    said = process.communicate()[1] if process.poll() is not None else b""
    raise RuntimeError(f"Dovecot did not start: {said.decode()} {log.read_text('utf-8') if log.exists() else ''}")
