"""`amends sample`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from amends.cli.sample import sample_command

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
