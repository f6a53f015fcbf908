"""`amends serve` says in one sentence what is in its way, before it opens anything to the network."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import click
import pytest

import commands
from amends.cli.serve import choose_address

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


def amends(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, with these settings alone."""
    return commands.amends(commands.bare(HOME="/nonexistent", **settings), *words)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.0.7", "::", "desk.local"])  # noqa: S104  (refused is the point)
def test_a_network_is_not_served_without_an_address(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AMENDS_ADDRESS", raising=False)
    with pytest.raises(click.ClickException, match="without https whoever listens in between reads passwords"):
        choose_address(host, 8321)


def test_a_network_is_served_at_the_address_that_people_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENDS_ADDRESS", "https://desk.example.com")
    choose_address("0.0.0.0", 8321)  # noqa: S104  (behind a web server)
    assert os.environ["AMENDS_ADDRESS"] == "https://desk.example.com"


@pytest.mark.parametrize(
    ("host", "address"),
    [("127.0.0.1", "http://127.0.0.1:8400"), ("localhost", "http://localhost:8400"), ("::1", "http://[::1]:8400")],
)
def test_on_this_machine_the_address_is_where_it_listens(
    host: str, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AMENDS_ADDRESS", "")
    monkeypatch.delenv("AMENDS_ADDRESS")
    choose_address(host, 8400)
    assert os.environ["AMENDS_ADDRESS"] == address


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = amends("serve", "--port", str(port), AMENDS_HOME=str(tmp_path / "home"))
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == (
        f"Error: Cannot listen on 127.0.0.1 port {port}: Address already in use. If a desk is open there already, use"
        f" that one; else choose another port: --port {port + 1}\n"
    )


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    said = amends("serve", AMENDS_HOME=str(in_the_way / "home"))
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == (
        f"Error: {in_the_way / 'home' / 'secret-key'} cannot be used: Not a directory. AMENDS_HOME chooses another"
        " folder.\n"
    )


def test_a_setting_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    said = amends("doctor", AMENDS_HOME=str(tmp_path), AMENDS_WORKERS="many")
    assert (said.returncode, said.stderr) == (1, "Error: AMENDS_WORKERS is 'many'. Write a whole number.\n")


def test_a_database_that_nobody_knows_is_named(tmp_path: Path) -> None:
    said = amends("doctor", AMENDS_HOME=str(tmp_path), DATABASE_URL="oracel://somewhere")
    assert (said.returncode, said.stderr.startswith("Error: DATABASE_URL cannot be read: ")) == (1, True)
