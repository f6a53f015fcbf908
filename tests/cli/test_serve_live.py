"""The commands of the desk as a user starts them: a real server and a real database, where nothing was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from commands import Environment, Visitor, amends, environment, lines_until, made, serving, started

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["environment", "made"]  # fixtures


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


def test_a_worker_runs_apart_and_stops_when_told(made: Environment) -> None:
    with started(made, "worker") as worker:
        assert lines_until(worker, "Working") == ["Working on what is due. Ctrl-C stops it."]


def test_nobody_signs_in_where_there_is_nobody(made: Environment) -> None:
    with started(made, *serving(made)) as desk:
        lines_until(desk, "Ctrl-C")
        said = amends(made, "sign-in", "ghost@nowhere.example")
    assert (said.returncode, said.stderr) == (1, "Error: Nobody here signs in as ghost@nowhere.example.\n")


def test_a_database_that_was_never_made_is_named(environment: Environment) -> None:
    said = amends(environment, "sign-in", "ghost@nowhere.example")
    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == "Error: This desk has no database yet. Start it first: amends serve\n"
