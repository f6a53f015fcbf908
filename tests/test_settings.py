"""What is wrong in the environment is said in one sentence; what can be understood is understood."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from commands import amends, bare

if TYPE_CHECKING:
    from pathlib import Path

ASKED = (
    "import json; from amends import settings as s;"
    "print(json.dumps([s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_HOST_USER, s.EMAIL_HOST_PASSWORD, s.EMAIL_USE_SSL,"
    " s.ADDRESS, s.CSRF_TRUSTED_ORIGINS, s.CLOCK_OFFSET.total_seconds()]))"
)
DATABASES = "Write it as in postgres://user:password@host/name, or sqlite:///path."
SERVERS = "Write it as in smtp://user:password@mail.example.com:587, with %40 for an @ in the user or the password."


def understood(home: Path, **told: str) -> list[object]:
    environment = bare(HOME=str(home), AMENDS_HOME=str(home / "desk"), AMENDS_SECRET_KEY="x" * 50, **told)
    command = [sys.executable, "-c", ASKED]
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return list(json.loads(said.stdout))


@pytest.mark.parametrize(
    ("url", "mail"),
    [
        ("", ["", 25, "", "", False]),
        ("smtp://mail.example", ["mail.example", 25, "", "", False]),
        ("smtps://mail.example", ["mail.example", 465, "", "", True]),
        ("smtp://us%40alder.example:p%2Fw@mail.example", ["mail.example", 587, "us@alder.example", "p/w", False]),
        ("smtps://us@mail.example:2465", ["mail.example", 2465, "us", "", True]),
    ],
)
def test_the_mail_server(tmp_path: Path, url: str, mail: list[object]) -> None:
    assert understood(tmp_path, AMENDS_SMTP_URL=url)[:5] == mail


def test_an_address_is_scheme_and_host_alone(tmp_path: Path) -> None:
    told = understood(tmp_path, AMENDS_ADDRESS="https://Desk.example.com:8443/amends/", AMENDS_CLOCK_OFFSET="1.5")
    assert told[5:] == ["https://desk.example.com:8443", ["https://desk.example.com:8443"], 1.5]


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("AMENDS_CLOCK_OFFSET", "soon", "AMENDS_CLOCK_OFFSET is 'soon'. Write a number of seconds, as in -3600."),
        (
            "AMENDS_SMTP_URL",
            "mail.example",
            "AMENDS_SMTP_URL cannot be read. " + SERVERS,
        ),
        (
            "AMENDS_SMTP_URL",
            "smtp://mail.example:99999",
            "AMENDS_SMTP_URL is no address: Port out of range 0-65535.",
        ),
        (
            "AMENDS_ADDRESS",
            "desk.example.com",
            "AMENDS_ADDRESS is 'desk.example.com'. Write it as in https://desk.example.com.",
        ),
        (
            "DATABASE_URL",
            "oracle9://x/y",
            "DATABASE_URL cannot be read: it begins with 'oracle9'. " + DATABASES,
        ),
    ],
)
def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path, name: str, given: str, said: str) -> None:
    told = amends(bare(HOME=str(tmp_path), AMENDS_HOME=str(tmp_path / "desk")) | {name: given}, "doctor")
    assert (told.returncode, told.stdout, told.stderr) == (1, "", f"Error: {said}\n")
