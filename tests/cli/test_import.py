"""`amends import`: lists from a schedule, by the answers that were given once."""

from __future__ import annotations

import errno
import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from amends.cli.import_ import import_command
from amends.desk.actions import list_alone
from amends.desk.actions.listing import stop_list
from amends.desk.models import Client, Firm, ListImport, ListSource, ListStatus, StaffingFact
from cast import NOW, firm
from listbag import CLIENTS

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result
    from pytest_django import DjangoCaptureOnCommitCallbacks
    from pytest_django.fixtures import Settings as SettingsWrapper

__all__ = ["firm"]
pytestmark = pytest.mark.django_db
WHAT = ("--preset", "generic", "--kind", "clients")


def ran(folder: Path, text: str, *more: str) -> Result:
    file = folder / "clients.csv"
    file.write_text(text, "utf-8")
    return CliRunner().invoke(import_command, [str(file), *WHAT, *more])


def told(result: Result) -> Any:
    return json.loads(result.output)


@pytest.mark.usefixtures("firm")
def test_a_list_is_taken_in_and_told_in_words(tmp_path: Path) -> None:
    result = ran(tmp_path, CLIENTS + "4,,Active,\n")
    assert (result.exit_code, result.output.splitlines()) == (
        3,
        [
            "clients.csv: 4 rows. 3 were new, 0 updated, 0 the same, 0 removed, 1 not taken.",
            "Row 5: name: “Name” is missing.",
        ],
    )
    assert (Client.objects.count(), ListImport.objects.get().status) == (3, ListStatus.DONE)
    again = ran(tmp_path, CLIENTS, "--json")
    assert (again.exit_code, told(again)["same"], told(again)["problems"]) == (0, 3, [])
    assert (tmp_path / "clients.csv").exists()


@pytest.mark.usefixtures("firm")
def test_a_dry_run_keeps_nothing(
    tmp_path: Path, settings: SettingsWrapper, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    with django_capture_on_commit_callbacks(execute=True):
        result = ran(tmp_path, CLIENTS, "--dry-run", "--json")
    assert (result.exit_code, told(result)["added"], told(result)["is_dry_run"]) == (0, 3, True)
    assert [model.objects.count() for model in (Client, ListImport, ListSource)] == [0, 0, 0]
    assert not [*settings.UPLOADS.iterdir()]
    many = ran(tmp_path, "id,name,status\n" + "".join(f"{n},,Active\n" for n in range(30)), "--dry-run")
    assert many.output.splitlines()[-1] == "And 10 more: all of them: --json."


@pytest.mark.usefixtures("firm")
def test_how_one_source_writes_its_days_says_nothing_of_another(tmp_path: Path) -> None:
    """Europe's list has the day first; by that America's would be taken in with day and month swapped."""
    kind = ("--kind", "placements", "--source")
    ran(tmp_path, "placement id,company,start date\n1,North,31/1/2025\n", *kind, "Europe")
    ran(tmp_path, "placement id,company,start date\n2,North,2/1/2025\n3,North,1/31/2025\n", *kind, "America")
    days = StaffingFact.objects.order_by("external_id").values_list("at__date", flat=True)
    assert [f"{day:%b %d}" for day in days] == ["Jan 31", "Feb 01", "Jan 31"]


@pytest.mark.usefixtures("firm")
def test_where_several_sources_are_known_it_must_be_said_which_it_is(tmp_path: Path) -> None:
    ran(tmp_path, CLIENTS, "--source", "East"), ran(tmp_path, CLIENTS, "--source", "West")
    result = ran(tmp_path, CLIENTS)
    assert (result.exit_code, result.output) == (
        1, "Error: Lists like that come from East, West. Say which one it is: --source.\n"
    )  # fmt: skip


@pytest.mark.usefixtures("firm")
def test_a_dry_run_of_what_is_no_list_leaves_nothing(tmp_path: Path) -> None:
    assert (ran(tmp_path, "", "--dry-run").exit_code, ListImport.objects.count()) == (1, 0)


@pytest.mark.usefixtures("firm")
def test_a_dry_run_keeps_an_answer_that_was_given_before(tmp_path: Path) -> None:
    ran(tmp_path, CLIENTS), ran(tmp_path, CLIENTS, "--dry-run")
    assert (ListSource.objects.count(), ListImport.objects.count()) == (1, 1)


@pytest.mark.usefixtures("firm")
def test_a_list_that_a_person_stops_meanwhile_was_not_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker of the desk has it, and before that is done somebody presses Stop on its page."""

    def elsewhere(listing: ListImport, **_: object) -> bool:
        stop_list(listing, by=None, now=NOW)
        return False

    monkeypatch.setattr(list_alone, "read_list", elsewhere)
    monkeypatch.setattr(list_alone, "PAUSE", 0)
    result = ran(tmp_path, CLIENTS)
    said = "Not read to the end: Somebody went on with it on its page, or stopped it."
    assert (result.exit_code, result.output.splitlines()[-1]) == (1, said)


@pytest.mark.usefixtures("firm")
def test_a_disk_without_room_for_the_copy_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: SettingsWrapper
) -> None:
    settings.UPLOADS = tmp_path / "uploads"

    def full(_of: Path, to: Path) -> Path:
        to.write_text("half")
        raise OSError(errno.ENOSPC, "No space left on device", str(to))

    monkeypatch.setattr(shutil, "copyfile", full)
    result = ran(tmp_path, CLIENTS)
    assert (result.exit_code, "No space left on device" in result.output) == (1, True)
    assert not [*settings.UPLOADS.iterdir()]


@pytest.mark.usefixtures("firm")
def test_the_saved_answer_is_used_and_a_lost_column_is_said(tmp_path: Path) -> None:
    ran(tmp_path, CLIENTS, "--source", "ATS")
    assert ListSource.objects.get().name == "ATS"
    result = ran(tmp_path, "id,name\n1,North\n", "--source", "ATS")
    assert result.exit_code == 1
    assert "The list no longer has the column" in result.output
    assert ListImport.objects.latest("pk").status == ListStatus.STOPPED  # it waits for nobody


@pytest.mark.usefixtures("firm")
def test_what_is_no_list_and_what_names_no_client_are_said(tmp_path: Path) -> None:
    nothing = ran(tmp_path, "")
    assert (nothing.exit_code, "The file is empty. Export the list again." in nothing.output) == (1, True)
    missing = ran(tmp_path, "colour,size\nred,4\n")
    assert (missing.exit_code, "Say which column holds “Name”." in missing.output) == (1, True)


@pytest.mark.usefixtures("firm")
def test_many_rows_that_are_not_taken_are_counted(tmp_path: Path) -> None:
    result = ran(tmp_path, "id,name,status\n" + "".join(f"{n},,Active\n" for n in range(30)))
    assert result.output.splitlines()[-1] == "And 10 more: Settings, Your lists."


def test_without_a_firm_nothing_is_taken(tmp_path: Path) -> None:
    result = ran(tmp_path, CLIENTS)
    assert (result.exit_code, "Start it first: amends serve" in result.output) == (1, True)
    assert Firm.objects.count() == 0
