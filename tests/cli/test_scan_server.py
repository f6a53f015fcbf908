"""`amends scan imaps://…` against a real Dovecot: read once, nothing marked, and clear words when it goes wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from click.testing import CliRunner, Result

from amends.cli.scan import scan_command
from dovecot import PASSWORD, Dovecot, dovecot, free_port
from letters import DANA, PRIYA, Letter, weekly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LETTERS = [
    *weekly(DANA, PRIYA, first="3 Mar 08:00", weeks=12),
    Letter(DANA, PRIYA, "26 May 07:00", "We are going out to tender.", "Review", "tender@brightwater.example"),
]

pytestmark = pytest.mark.dovecot


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        for letter in LETTERS:
            running.deliver("priya@alderquay.example", letter.message().as_bytes())
        yield running


def scan(server: Dovecot, *options: object, password: str = PASSWORD, port: int = 0) -> Result:
    path = f"imaps://{quote('priya@alderquay.example', safe='')}@localhost:{port or server.tls_port}"
    arguments = [path, "--format", "json", *map(str, options)]
    return CliRunner().invoke(scan_command, arguments, env={"AMENDS_IMAP_PASSWORD": password})


def test_a_mailbox_on_a_server_is_scanned_and_left_unread(server: Dovecot) -> None:
    shown = scan(server, "--ca-file", server.certificate)

    assert (shown.exit_code, shown.stderr) == (0, "")
    found = json.loads(shown.stdout)
    assert [skipped["where"] for skipped in found["skipped"]] == [f"localhost:{server.tls_port} Trash"]
    assert found["messages"] == len(LETTERS)
    assert [(r["client"], r["signals"][0]["rule"]) for r in found["relationships"]] == [
        ("brightwater.example", "exit words")
    ]
    unread = server.home / "mail" / "priya@alderquay.example" / "new"
    seen = [file for file in unread.parent.rglob("*") if file.is_file() and file.name.endswith("S")]
    assert seen == []


def test_a_password_file_serves_too(server: Dovecot, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")

    shown = scan(server, "--ca-file", server.certificate, "--password-file", file, password="")

    assert json.loads(shown.stdout)["messages"] == len(LETTERS)


def test_a_refused_password_is_one_sentence_and_status_1(server: Dovecot) -> None:
    shown = scan(server, "--ca-file", server.certificate, password=PASSWORD[::-1])

    assert shown.exit_code == 1
    assert shown.stderr.count("\n") == 1
    assert "password" in shown.stderr
    assert json.loads(shown.stdout)["messages"] == 0


def test_a_certificate_that_is_not_trusted_is_one_sentence(server: Dovecot) -> None:
    shown = scan(server)

    assert shown.exit_code == 1
    assert shown.stderr.count("\n") == 1
    assert "certificate" in shown.stderr


def test_a_server_that_is_not_there_is_one_sentence(server: Dovecot) -> None:
    shown = scan(server, port=free_port())

    assert shown.exit_code == 1
    assert shown.stderr.count("\n") == 1
    assert "localhost" in shown.stderr
