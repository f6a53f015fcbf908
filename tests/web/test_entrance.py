"""What is sent to a running desk by people nobody knows does not fill its disk."""

from __future__ import annotations

import http.client
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from commands import Environment, Visitor, environment, environment_in, lines_until, serving, started

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["environment"]  # a fixture
MEGABYTE = 1024 * 1024
FORM_MOST = 3 * MEGABYTE  # settings.DATA_UPLOAD_MAX_MEMORY_SIZE, and what a form has around it
SENT = 40 * MEGABYTE
PASSWORD = "four otters count clouds"  # noqa: S105  (nobody's)
FOUNDED = {"firm": "Alder", "zone": "UTC", "name": "Alice", "email": "alice@alder.example", "password": PASSWORD}


def pieces(size: int) -> Iterator[bytes]:
    for _ in range(size // MEGABYTE):
        yield b"x" * MEGABYTE


def largest_on_disk(home: Path, visitor: Visitor, path: str, *, size: int, is_chunked: bool) -> tuple[int, int]:
    """Send a body and return the status of the answer (0: hung up), and how much of it lay in the folder of uploads."""
    told = urlsplit(visitor.origin)
    connection = http.client.HTTPConnection(told.hostname or "", told.port or 0, timeout=60)
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    connection.putrequest("POST", path)
    connection.putheader("Cookie", cookies)
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader(*(("Transfer-Encoding", "chunked") if is_chunked else ("Content-Length", str(size))))
    most = status = 0
    with suppress(ConnectionError):
        connection.endheaders()
        for piece in pieces(size):
            connection.send(b"%x\r\n%s\r\n" % (len(piece), piece) if is_chunked else piece)
            most = max(most, open_bytes(home))
        connection.send(b"0\r\n\r\n" if is_chunked else b"")
    with suppress(ConnectionError, http.client.HTTPException):
        status = connection.getresponse().status
    connection.close()
    return status, most


def open_bytes(home: Path) -> int:
    """Return how many bytes the files below a folder have, those too that have lost their name but are still open."""
    kept = 0
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):
            if str(link.readlink()).startswith(str(home / "uploads")):
                kept += link.stat().st_size
    return kept


@pytest.fixture(scope="module")
def open_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Environment]:
    """Open one desk for all strangers."""
    told = environment_in(tmp_path_factory.mktemp("desk"))
    with started(told, *serving(told)) as desk:
        lines_until(desk, "Ctrl-C")
        yield told


@pytest.mark.parametrize("path", ["/sign-in", "/imports/new", "/welcome/messages"])
@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_stranger_leaves_nothing_on_the_disk(open_desk: Environment, path: str, *, is_chunked: bool) -> None:
    stranger, home = Visitor(open_desk["AMENDS_ADDRESS"]), Path(open_desk["AMENDS_HOME"])
    stranger.cookies = {f"amends{urlsplit(stranger.origin).port}-session": "z" * 32}  # nobody's
    status, most = largest_on_disk(home, stranger, path, size=SENT, is_chunked=is_chunked)
    assert status in {0, 413}
    assert most <= (FORM_MOST + MEGABYTE if is_chunked else 0)
    assert stranger.ask("/sign-in")[0] == 200


def test_who_may_add_mail_is_told_that_it_is_too_much_and_none_of_it_is_kept(
    environment: Environment, tmp_path: Path
) -> None:
    environment["AMENDS_MOST_UPLOAD_MB"] = "20"
    with started(environment, *serving(environment)) as desk:
        begin = lines_until(desk, "Ctrl-C")[2].strip().removeprefix(environment["AMENDS_ADDRESS"])
        alice = Visitor(environment["AMENDS_ADDRESS"])
        alice.ask(begin)
        alice.ask(begin, FOUNDED)
        told = largest_on_disk(tmp_path / "desk", alice, "/imports/new", size=SENT, is_chunked=False)
        assert told == (413, 0)
        status, most = largest_on_disk(tmp_path / "desk", alice, "/settings/you", size=SENT, is_chunked=False)
        assert (status in {0, 413}, most) == (True, 0)
        status, most = largest_on_disk(tmp_path / "desk", alice, "/imports/new", size=10 * MEGABYTE, is_chunked=False)
        assert (status, most > FORM_MOST) == (400, True)  # it was read, and is no form
