"""`amends sample`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from amends.cli.sample import sample_command
from amends.cli.scan import scan_command
from amends.sources.sample import Planted, read_clients, sample_truth, write_sample

if TYPE_CHECKING:
    from pathlib import Path


def test_sample_is_written_and_the_next_command_named(tmp_path: Path) -> None:
    path = tmp_path / "sample.mbox"
    result = CliRunner().invoke(sample_command, [str(path)])
    count = path.read_bytes().count(b"\nMessage-ID: ")
    assert (result.exit_code, result.output) == (0, f"Wrote {count:,} messages to {path}. Try: amends scan {path}\n")


def test_a_file_is_not_replaced_unasked(tmp_path: Path) -> None:
    path = tmp_path / "sample.mbox"
    path.write_text("my mail")
    result = CliRunner().invoke(sample_command, [str(path)])
    sentence = f"Error: {path} is there already; choose another name, or add --force to replace it\n"
    assert (result.exit_code, result.output) == (1, sentence)
    assert path.read_text() == "my mail"


def test_force_replaces_a_file(tmp_path: Path) -> None:
    path = tmp_path / "sample.mbox"
    path.write_text("my mail")
    result = CliRunner().invoke(sample_command, [str(path), "--force", "--messages", "2500", "--seed", "7"])
    assert result.exit_code == 0
    assert path.read_bytes().startswith(b"From ")


def test_too_few_messages_are_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(sample_command, [str(tmp_path / "sample.mbox"), "--messages", "10"])
    assert result.exit_code == 2


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Scan the sample once and give what was found, by client."""
    path = tmp_path_factory.mktemp("sample") / "sample.mbox"
    write_sample(path)
    result = CliRunner().invoke(scan_command, [str(path), "--zone", "America/New_York", "--format", "json"])
    return {row["client"]: row for row in json.loads(result.stdout)["relationships"]}


@pytest.mark.parametrize("truth", sample_truth().values(), ids=lambda truth: truth.client)
def test_the_scan_says_what_was_planted(truth: Planted, found: dict[str, dict[str, Any]]) -> None:
    row = found[truth.client]
    rules = {signal["rule"] for signal in row["signals"]}
    assert (row["state"], set(truth.rules) - rules) == (truth.state, set())


@pytest.mark.parametrize(
    "truth", [truth for truth in sample_truth().values() if truth.quote], ids=lambda truth: truth.client
)
def test_the_scan_shows_the_sentences_of_the_story(truth: Planted, found: dict[str, dict[str, Any]]) -> None:
    quotes = {evidence["quote"] for signal in found[truth.client]["signals"] for evidence in signal["evidence"]}
    assert [quote for quote in quotes if quote and quote in truth.quote] != []


def test_the_scan_finds_everybody_else_steady(found: dict[str, dict[str, Any]]) -> None:
    others = {client.key for client in read_clients()} - set(sample_truth())
    assert {client: found[client]["state"] for client in others} == dict.fromkeys(others, "Steady")


def test_the_scan_judges_nobody_who_is_no_client(found: dict[str, dict[str, Any]]) -> None:
    strangers = set(found) - {client.key for client in read_clients()}
    assert {found[stranger]["state"] for stranger in strangers} == {"Not enough yet"}
