"""What `amends doctor` says of the door by which mail comes in."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from amends.desk.queries.door import door_findings
from cast import NOW
from doorway import certificate

if TYPE_CHECKING:
    from pytest_django import Settings

    from amends.desk.models import Firm

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("firm")]


@pytest.fixture(autouse=True)
def door(settings: Settings, tmp_path: Path) -> None:
    """Let the desk have a sound door, and a queue of its own."""
    settings.DROP_PORT, settings.DROP_DOMAIN, settings.DROP_HOST = 2525, "desk.alder.example", "127.0.0.1"
    settings.DROP_CERT, settings.DROP_QUEUE = "", tmp_path / "drop"


def beginnings() -> list[str]:
    return [finding.partition(":")[0].partition(",")[0] for finding in door_findings(NOW)]


def test_a_sound_door_and_no_door_have_no_findings(settings: Settings) -> None:
    assert beginnings() == []
    settings.DROP_PORT, settings.DROP_DOMAIN, settings.DROP_HOST = 0, "", "0.0.0.0"  # noqa: S104  (as somebody might)
    assert beginnings() == []


@pytest.mark.parametrize(("host", "is_open"), [("localhost", False), ("::1", False), ("::", True), ("mx.alder", True)])
def test_what_crosses_the_network_in_the_clear_is_said(host: str, is_open: bool, settings: Settings) -> None:  # noqa: FBT001  (a column)
    settings.DROP_HOST = host
    assert beginnings() == ["Mail to the desk"] * is_open


def test_a_domain_that_is_not_the_firms_is_said(settings: Settings, firm: Firm) -> None:
    settings.DROP_DOMAIN = "drop.elsewhere.example"
    assert beginnings() == ["Mail to the desk goes to drop.elsewhere.example"]
    firm.addresses = ["alder.example", "elsewhere.example"]
    firm.save()
    assert beginnings() == []


def test_a_certificate_that_ends_or_is_none_is_said(settings: Settings, tmp_path: Path) -> None:
    certificate(tmp_path, until=NOW + timedelta(days=60))
    settings.DROP_CERT = str(tmp_path / "cert.pem")
    assert beginnings() == []
    certificate(tmp_path, until=NOW + timedelta(days=13))
    assert beginnings() == ["The certificate of the drop door ends on 2025-03-23. Renew it"]
    Path(settings.DROP_CERT).write_text("none", "utf-8")
    assert [each[:32] for each in beginnings()] == ["The certificate of the drop door"]
    Path(settings.DROP_CERT).unlink()
    assert [each[:32] for each in beginnings()] == ["The certificate of the drop door"]


def test_what_waits_long_or_lies_aside_is_said(tmp_path: Path) -> None:
    for folder, count in (("new", 2), ("aside", 1)):
        (tmp_path / "drop" / folder).mkdir(parents=True)
        for n in range(count):
            path = tmp_path / "drop" / folder / f"{n}.eml"
            path.touch()
            os.utime(path, (NOW.timestamp() - 601,) * 2)
    assert beginnings() == [
        (
            f"2 mails to the desk have waited for over 10 minutes in {tmp_path}/drop/new."
            " Start a worker that sees this folder."
        ),
        "1 mail to the desk could not be taken in",
    ]
    os.utime(tmp_path / "drop/new/0.eml", (NOW.timestamp(),) * 2)
    assert beginnings() == ["1 mail to the desk could not be taken in"]
