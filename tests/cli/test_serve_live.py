"""The commands of the desk as a user starts them: a real server and a real database, where nothing was before."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ON_POSTGRESQL = os.environ.get("AMENDS_TEST_DATABASE") == "postgres"
PATIENCE = 120  # seconds, on a busy machine
Environment = dict[str, str]


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Give the settings of a desk that nobody has opened yet."""
    told = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "AMENDS_HOME": str(tmp_path / "desk")}
    for name in ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG"):
        if name in os.environ:
            told[name] = os.environ[name]
    if ON_POSTGRESQL:
        told["DATABASE_URL"] = a_fresh_database()
    return told


def a_fresh_database() -> str:
    """Make an empty database on the tests' own server, and return its address."""
    import psycopg  # noqa: PLC0415  (only with PostgreSQL)

    from postgres import url_of_a_server  # noqa: PLC0415  (the same)

    url, name = url_of_a_server(), f"desk_{uuid4().hex[:8]}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]  # ours
    return f"{url.rpartition('/')[0]}/{name}"


def amends(environment: Environment, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    command = [sys.executable, "-m", "amends", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=PATIENCE)


def a_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


@contextmanager
def started(environment: Environment, *words: str) -> Iterator[subprocess.Popen[str]]:
    """Start a command that runs until it is stopped; it must then end by itself, without an error."""
    command = [sys.executable, "-u", "-m", "amends", *words]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        try:
            yield running
        finally:
            running.send_signal(signal.SIGTERM)
            _, complaint = running.communicate(timeout=PATIENCE)
    assert (running.returncode, complaint) == (0, "")


def lines_until(running: subprocess.Popen[str], end: str) -> list[str]:
    """Return what a command says, up to a line that begins so."""
    assert running.stdout
    said: list[str] = []
    for line in running.stdout:
        said.append(line.rstrip("\n"))
        if line.startswith(end):
            return said
    raise AssertionError(f"It ended with {said}")


class Visitor:
    """A browser without a screen."""

    def __init__(self, address: str) -> None:
        told = urlsplit(address)
        self.origin = f"{told.scheme}://{told.netloc}"
        self.connection = http.client.HTTPConnection(told.hostname or "", told.port or 0, timeout=PATIENCE)
        self.cookies: dict[str, str] = {}

    def ask(self, address: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Return status and text of a page; with a form it is sent, and what follows is followed."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode({"csrfmiddlewaretoken": self.cookies["csrftoken"], **form})
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.origin}
        self.connection.request("GET" if body is None else "POST", address, body=body, headers=headers)
        answer = self.connection.getresponse()
        page = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.split(";")[0].partition("=")
            self.cookies[name] = value
        location = answer.headers["Location"]
        self.connection.close()
        return self.ask(location) if location else (answer.status, page)


def serving(environment: Environment) -> tuple[str, ...]:
    port = a_free_port()
    environment["AMENDS_ADDRESS"] = f"http://127.0.0.1:{port}"
    return ("serve", "--port", str(port))


def test_the_first_start_makes_the_desk_and_leads_to_the_first_screen(environment: Environment, tmp_path: Path) -> None:
    with started(environment, *serving(environment)) as desk:
        said = lines_until(desk, "Ctrl-C")
        address = environment["AMENDS_ADDRESS"]
        assert said[0] == f"Amends is at {address}"
        assert said[1] == "It is new. Begin here:"
        assert said[2].startswith(f"  {address}/welcome?key=")
        status, page = Visitor(address).ask(said[2].strip().removeprefix(address))
        assert (status, "<form" in page) == (200, True)
        assert Visitor(address).ask("/sign-in")[0] == 200
    home = tmp_path / "desk"
    assert home.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in home.iterdir() if path.is_file() and path.stat().st_mode & 0o077] == []


def test_two_starts_at_once_make_one_desk(environment: Environment) -> None:
    first, second = dict(environment), dict(environment)
    with started(first, *serving(first)) as one, started(second, *serving(second)) as other:
        lines_until(one, "Ctrl-C")
        lines_until(other, "Ctrl-C")
        assert [Visitor(each["AMENDS_ADDRESS"]).ask("/sign-in")[0] for each in (first, second)] == [200, 200]


def test_a_worker_runs_apart_and_stops_when_told(environment: Environment) -> None:
    with started(environment, "worker") as worker:
        assert lines_until(worker, "Working") == ["Working on what is due. Ctrl-C stops it."]


def test_nobody_signs_in_where_there_is_nobody(environment: Environment) -> None:
    with started(environment, *serving(environment)) as desk:
        lines_until(desk, "Ctrl-C")
        said = amends(environment, "sign-in", "ghost@nowhere.example")
    assert (said.returncode, said.stderr) == (1, "Error: Nobody here signs in as ghost@nowhere.example.\n")


def test_a_database_that_was_never_made_is_named(environment: Environment) -> None:
    said = amends(environment, "sign-in", "ghost@nowhere.example")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "Error: This desk has no database yet. Start it first: amends serve\n"


@pytest.mark.skipif(ON_POSTGRESQL, reason="the demo firm is always a file")
def test_the_demo_opens_on_the_morning_of_its_story(environment: Environment, tmp_path: Path) -> None:
    port = str(a_free_port())
    words = ("demo", "--port", port, "--folder", str(tmp_path / "kept"))
    assert amends(environment, *words, "--build-only").returncode == 0
    began = time.monotonic()
    with started(environment, *words) as demo:
        said = lines_until(demo, "Ctrl-C")
        assert time.monotonic() - began < 5 * 3  # under five seconds, on a machine that does nothing else
        assert said[0].startswith("Tuesday, October 14, 2025, five past nine in the morning at Alder & Quay Staffing")
        assert said[1] == "This link signs Priya Raman in, once, within 24 hours:"
        assert any("demo scan" in line or "amends scan" in line for line in said)
        priya = Visitor(f"http://127.0.0.1:{port}")
        link = said[2].strip().removeprefix(f"http://127.0.0.1:{port}")
        assert priya.ask(link)[0] == 200
        status, page = priya.ask(link, {})
        assert status == 200
        for words_shown in (
            "Good morning, Priya.",
            "Seven things need you today. Start with Marcus.",
            "Your 38 clients",
        ):
            assert words_shown in page
        assert priya.ask(link, {})[0] == 410
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("amends-demo-")]
