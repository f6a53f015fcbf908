"""The door for mail as it is opened: by itself, and with the pages."""

from __future__ import annotations

import smtplib
import socket
import time
from typing import TYPE_CHECKING

import pytest

from commands import PATIENCE, Environment, a_free_port, amends, environment, lines_until, made, serving, started
from doorway import BOB, DropDesk, a_mail

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["environment", "made"]  # fixtures
DOMAIN = "desk.alder.example"


@pytest.fixture
def port(made: Environment) -> int:
    """Let the desk have a door, and return where."""
    free = a_free_port()
    made |= {"AMENDS_DROP_PORT": str(free), "AMENDS_DROP_DOMAIN": f"{DOMAIN}."}
    return free


def greeted(port: int) -> bytes:
    with smtplib.SMTP("127.0.0.1", port, local_hostname="here") as client:
        assert client.verify("bob")[0] == 500
        return client.ehlo()[1].partition(b"\n")[0]


def test_the_door_stands_open_by_itself(made: Environment, port: int) -> None:
    with started(made, "drop") as door:
        said = lines_until(door, "Ctrl-C")
        assert said == [f"Taking mail for {DOMAIN} on 127.0.0.1 port {port}.", "Ctrl-C stops it."]
        assert greeted(port) == DOMAIN.encode()


def test_the_door_stands_open_beside_the_pages(made: Environment, port: int) -> None:
    with started(made, *serving(made)) as desk:
        lines_until(desk, "Ctrl-C")
        assert greeted(port) == DOMAIN.encode()


def test_the_door_can_be_left_to_another_process(made: Environment, port: int) -> None:
    with started(made, *serving(made), "--no-drop") as desk:
        lines_until(desk, "Ctrl-C")
        with pytest.raises(ConnectionRefusedError):
            smtplib.SMTP("127.0.0.1", port)


def test_what_is_missing_for_a_door_is_said(environment: Environment) -> None:
    said = amends(environment, "drop")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr.startswith("Error: No door is set: AMENDS_DROP_PORT says where to listen")
    said = amends(environment | {"AMENDS_DROP_PORT": "2525"}, "drop")
    assert said.stderr.startswith("Error: AMENDS_DROP_PORT opens a door for mail, and AMENDS_DROP_DOMAIN does not say")


def test_a_port_that_is_taken_is_said(made: Environment, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        said = amends(made, "drop")
    assert said.returncode == 1
    assert said.stderr.startswith(f"Error: Cannot take mail on 127.0.0.1 port {port}: ")


def test_a_certificate_that_is_none_is_said(made: Environment, port: int, tmp_path: Path) -> None:
    del port
    said = amends(made | {"AMENDS_DROP_CERT": str(tmp_path / "none.pem")}, "drop")
    assert said.stderr.startswith(f"Error: AMENDS_DROP_CERT ({tmp_path}/none.pem) and AMENDS_DROP_KEY cannot be used: ")


def test_a_mail_that_came_by_the_door_is_with_its_client_in_seconds(port: int, tmp_path: Path) -> None:
    desk, secrets = DropDesk.with_addresses(tmp_path)
    environment = desk.environment | {"AMENDS_DROP_PORT": str(port), "AMENDS_DROP_DOMAIN": DOMAIN}
    with started(environment, *serving(environment)) as running:
        lines_until(running, "Ctrl-C")
        with smtplib.SMTP("127.0.0.1", port, local_hostname="here") as client:
            client.sendmail(BOB, [f"{secrets['bob']}@{DOMAIN}"], a_mail())
        until = time.monotonic() + PATIENCE
        while not (standing := desk.run("standing"))["messages"]:
            assert time.monotonic() < until
            time.sleep(0.2)
    assert (standing["messages"], standing["kept"], standing["taken"]) == (["m1@alder.example"], 1, 1)
    assert desk.waiting() == []
