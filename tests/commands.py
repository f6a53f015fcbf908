"""The commands of the desk as a user starts them, and a browser without a screen to look at what they serve."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest

from readymade import ON_POSTGRESQL, a_fresh_database, a_made_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 120  # seconds, on a busy machine
Environment = dict[str, str]


def bare(**settings: str) -> Environment:
    """Return an environment with nothing in it but these settings, and what measures coverage."""
    kept = ("PATH", "COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
    return {name: os.environ[name] for name in kept if name in os.environ} | settings


@pytest.fixture
def made(environment: Environment, tmp_path: Path) -> Environment:
    """Give the settings of a desk whose database has every table already: a start of it takes no time."""
    if not ON_POSTGRESQL:
        a_made_file(tmp_path / "desk" / "amends.sqlite3")
    return environment


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    """Give the settings of a desk that nobody has opened yet."""
    return environment_in(tmp_path)


def environment_in(folder: Path) -> Environment:
    """Return the settings of a desk in a folder that nobody has opened yet."""
    told = bare(HOME=str(folder), AMENDS_HOME=str(folder / "desk"))
    if ON_POSTGRESQL:
        told["DATABASE_URL"] = a_fresh_database()
    return told


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
            token = next(value for name, value in self.cookies.items() if name.endswith("-form"))
            body = urlencode({"csrfmiddlewaretoken": token, **form})
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
