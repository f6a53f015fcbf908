"""What is missing or unsafe is said, with what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from amends.desk.models import Client, Firm, Mailbox, MailImport, Outgoing, User
from amends.desk.queries.safety import disk_kind, findings
from cast import NOW

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    """Give the desk a home that only its owner reads."""
    tmp_path.chmod(0o700)
    settings.HOME = tmp_path
    settings.MOST_UPLOAD_BYTES = 1
    (tmp_path / "secret-key").touch(mode=0o600)
    return tmp_path


def beginnings(settings: Settings | None = None) -> list[str]:
    del settings
    return [finding.partition(",")[0].partition(":")[0].partition(".")[0] for finding in findings(NOW)]


def test_a_sound_desk_has_no_findings(alice: User) -> None:
    del alice
    assert findings(NOW) == []


def test_a_desk_without_an_owner_is_anybodys(firm: Firm) -> None:
    assert findings(NOW) == ["No owner has ever come in. Make one a link: amends sign-in E-MAIL"]
    firm.delete()
    told = (
        "Nobody has set up this desk yet: whoever has the link that amends serve prints becomes its owner. Run it,"
        " and open the link, at http://127.0.0.1:8321."
    )
    assert findings(NOW) == [told]


def test_what_crosses_the_network_in_the_clear_is_said(alice: User, settings: Settings) -> None:
    del alice
    settings.ADDRESS, settings.EMAIL_HOST = "http://desk.alder.example", "mail.alder.example"
    settings.DEFAULT_FROM_EMAIL = "desk@alder.example"
    assert beginnings() == ["Passwords and clients’ words cross the network in the clear"]
    settings.ADDRESS, settings.IS_SECURE, settings.EMAIL_HOST = "https://desk.alder.example", True, ""
    assert beginnings() == ["The address is https", "No mail can be sent"]
    settings.IS_BEHIND_PROXY, settings.IS_DEMO = True, True
    assert beginnings() == ["The demo firm can be reached from other machines", "No mail can be sent"]


def test_settings_that_are_for_developers_are_said(alice: User, settings: Settings) -> None:
    del alice
    settings.DEBUG, settings.SECRET_KEY, settings.CLOCK_OFFSET = True, "short", timedelta(days=1)
    assert beginnings() == ["Debugging is on", "The secret key is short enough to guess", "The clock is moved"]


def test_what_others_can_read_is_said(alice: User, home: Path) -> None:
    del alice
    home.chmod(0o755)
    (home / "secret-key").chmod(0o644)
    assert findings(NOW) == [
        f"Others on this machine can read {home}. Run: chmod 700 {home}",
        f"Others on this machine can read {home}/secret-key. Run: chmod 600 {home}/secret-key",
    ]


def test_a_key_that_seals_is_looked_after(alice: User, settings: Settings, home: Path) -> None:
    del alice
    (home / "seal-key").touch()
    (home / "seal-key").chmod(0o640)
    settings.SEAL_KEY = "short"
    short = (
        "AMENDS_SEAL_KEY is short enough to guess. Put a longer one before it, of 32 letters at least, with a space"
        " between; the short one can go the day after."
    )
    assert findings(NOW) == [
        short,
        f"Others on this machine can read {home}/seal-key. Run: chmod 600 {home}/seal-key",
    ]


def test_mailboxes_that_nobody_looks_at_are_said(alice: User) -> None:
    del alice
    due = {"poll_due_at": NOW - timedelta(minutes=11), "added_at": NOW, "port": 993}
    Mailbox.objects.create(address="bob@alder.example", host="mail.example", login="bob", **due)
    assert beginnings() == ["Work has waited for over 10 minutes"]
    Mailbox.objects.update(is_paused=True)
    assert findings(NOW) == []


def test_a_disk_too_small_is_said(alice: User, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    del alice
    settings.MOST_UPLOAD_BYTES = 10**18
    assert beginnings() == ["Mail files may have 931322574"]
    monkeypatch.setattr("amends.desk.queries.safety.LEAST_FREE", 10**18)
    assert findings(NOW)[0].startswith("Only ")


def test_a_network_disk_is_said(
    alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    del alice
    mounts = tmp_path / "mounts"
    monkeypatch.setattr("amends.desk.queries.safety.MOUNTS", mounts)
    assert findings(NOW) == []
    mounts.write_text("disk / ext4 rw 0 0\nserver:/share /tmp nfs4 rw 0 0\nshort\n", "utf-8")
    settings.HOME = Path("/tmp/amends-does-not-exist")  # noqa: S108  (never made)
    is_sqlite = "sqlite" in settings.DATABASES["default"]["ENGINE"]
    assert beginnings() == (["The database lies on a network disk (nfs4)"] if is_sqlite else [])


def test_the_kind_of_a_disk_is_that_of_the_nearest_mount() -> None:
    assert disk_kind(Path("/data/desk"), "a / ext4\nb /data nfs\nc /database xfs") == "nfs"
    assert disk_kind(Path("/data"), "") == ""


def test_mail_that_was_not_delivered_is_said(alice: User) -> None:
    del alice
    Outgoing.objects.create(to="jo@x.example", subject="Hello", added_at=NOW, failed_at=NOW)
    assert findings(NOW) == ["1 mail of the desk’s own was not delivered, or nobody knows. The outbox says why."]
    Outgoing.objects.update(closed_at=NOW)
    assert findings(NOW) == []


def test_a_mail_server_that_is_down_is_said(alice: User, settings: Settings) -> None:
    del alice
    Firm.objects.update(mail_down_at=NOW - timedelta(minutes=59), mail_problem="It does not let us in.")
    assert findings(NOW) == []
    Firm.objects.update(mail_down_at=NOW - timedelta(hours=2))
    assert findings(NOW) == [
        "No mail has gone out since 2025-03-10 10:00 UTC. It does not let us in. Settings, Outgoing mail sends a test."
    ]
    Firm.objects.update(mail_down_at=None)
    settings.EMAIL_HOST, settings.DEFAULT_FROM_EMAIL = "mail.example", "Desk <amends@localhost>"
    assert findings(NOW) == [
        "Mail goes out from an address that nobody can answer. Set AMENDS_MAIL_FROM to an address of your own."
    ]


@pytest.mark.parametrize("what", ["client", "import"])
def test_work_that_nobody_does_is_said(alice: User, what: str) -> None:
    late = NOW - timedelta(minutes=11)
    if what == "client":
        Client.objects.create(name="North", created_at=NOW, assess_due_at=late)
    else:
        MailImport.objects.create(by=alice, name="a.mbox", path="a", size=1, added_at=late)
    words = "Work has waited for over 10 minutes: no worker is running. Start amends serve, or amends worker."
    assert findings(NOW) == [words]
    Client.objects.update(leased_until=NOW + timedelta(minutes=1))
    MailImport.objects.update(leased_until=NOW + timedelta(minutes=1))
    assert findings(NOW) == []


def test_a_database_of_an_older_version_is_said(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    del alice
    name = "amends.desk.queries.safety.MigrationExecutor.migration_plan"
    monkeypatch.setattr(name, lambda *_: [1, 2])
    assert findings(NOW) == [
        "The database is 2 steps behind this version of Amends. Run amends serve, which brings it up to date."
    ]
