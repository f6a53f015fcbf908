"""`amends hear`: one JSON object a line in, one a line out, and a sentence for every line that cannot be read."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from amends.cli.hear import LONGEST_LINE, hear_command

AMENDS = [sys.executable, "-m", "amends", "hear", "--jsonl"]


def hear(given: str | bytes) -> Result:
    return CliRunner().invoke(hear_command, ["--jsonl", "-"], input=given)


def answers(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_each_line_is_answered_by_one_line_with_its_id() -> None:
    result = hear('{"id": 7, "text": "Any update?"}\n{"id": "b", "text": "See you on Monday."}\n')
    first, second = answers(result)
    assert first["id"] == 7
    assert first["findings"] == [{"rule": "chaser", "start": 0, "end": 11, "quote": "Any update?"}]
    assert (second["id"], second["findings"]) == ("b", [])
    assert sorted(second) == ["findings", "id", "unhappy"]
    assert result.exit_code == 0


def test_offsets_are_those_of_the_mail_as_it_was_given() -> None:
    mail = (
        "Hello,\n\nOn Mon, 2 Mar 2026 at 09:00, Tom Hill <tom@alder.example> wrote:\n"
        "> Is all well?\n> We are very unhappy.\n\nNo: we are very disappointed with the roster of this week.\n\n"
        "-- \nAnna Price\nCEO"
    )
    [answer] = answers(hear(json.dumps({"id": 1, "text": mail})))
    assert isinstance(answer["findings"], list)
    [finding] = answer["findings"]
    assert mail[finding["start"] : finding["end"]] == finding["quote"]
    assert finding["quote"] == "No: we are very disappointed with the roster of this week."


def test_an_empty_text_says_nothing_and_blank_lines_are_passed_over() -> None:
    result = hear('\n{"id": 1, "text": ""}\n\n')
    [answer] = answers(result)
    assert answer["findings"] == []
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"yes", 'not JSON (Expecting value at column 1); write one object a line: {"id": 1, "text": "..."}.'),
        (b"[1]", 'not a JSON object; write {"id": 1, "text": "..."}.'),
        (b'{"id": 1}', '"text" is missing; put the message there as one string.'),
        (b'{"text": 5}', '"text" is not a string; put the message there as one string.'),
        (b'{"text": "\xff"}', "not UTF-8 at byte 11; save the file as UTF-8."),
        (b"[" * 200_000, 'nested too deeply; write {"id": 1, "text": "..."}.'),
        (b'{"id": ' + b"1" * 5_000 + b"}", "holds a number of more digits than can be read; write a shorter id."),
        (b'"' + b"a" * LONGEST_LINE + b'"', "longer than 16 MB; give one message a line."),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_heard(line: bytes, problem: str) -> None:
    result = hear(b'{"id": 1, "text": "Any update?"}\n' + line + b'\n{"id": 3, "text": "Any update?"}\n')
    assert [answer["id"] for answer in answers(result)] == [1, 3]
    assert result.stderr == f"standard input, line 2: {problem}\n"
    assert result.exit_code == 1


def test_a_line_at_the_end_that_is_too_long_is_named() -> None:
    result = hear(b"a" * (LONGEST_LINE + 1))
    assert result.stderr == "standard input, line 1: longer than 16 MB; give one message a line.\n"


def test_a_byte_order_mark_is_no_problem() -> None:
    assert hear(b'\xef\xbb\xbf{"id": 1, "text": "hi"}').exit_code == 0


def test_half_a_character_pair_is_answered_in_ascii() -> None:
    [answer] = answers(hear('{"id": 1, "text": "\\ud800 any update?"}'))
    assert answer["findings"] == [{"rule": "chaser", "start": 0, "end": 13, "quote": "\ud800 any update?"}]


def test_a_file_is_named_in_the_problem(tmp_path: Path) -> None:
    file = tmp_path / "mails.jsonl"
    file.write_text("no\n")
    result = CliRunner().invoke(hear_command, ["--jsonl", str(file)])
    assert result.stderr.startswith(f"{file}, line 1: not JSON")


@pytest.mark.parametrize(("name", "reason"), [("nowhere.jsonl", "No such file or directory"), (".", "Is a directory")])
def test_what_cannot_be_opened_is_told_in_one_sentence(tmp_path: Path, name: str, reason: str) -> None:
    path = tmp_path / name
    result = CliRunner().invoke(hear_command, ["--jsonl", str(path)])
    assert result.stderr == (
        f"Error: Cannot read {path}: {reason}. Give the path of a file of JSON lines, or - for standard input.\n"
    )
    assert result.exit_code == 1


def test_each_answer_comes_while_the_next_line_is_still_being_written() -> None:
    with subprocess.Popen([*AMENDS, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        program.stdin.write('{"id": 1, "text": "Any update?"}\n')
        program.stdin.flush()
        assert json.loads(program.stdout.readline())["id"] == 1
        program.stdin.close()
        assert program.wait() == 0


def test_ctrl_c_ends_it_without_a_traceback() -> None:
    program = subprocess.Popen([*AMENDS, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert program.stdin is not None
    assert program.stdout is not None
    program.stdin.write(b'{"id": 1, "text": "Any update?"}\n')
    program.stdin.flush()
    program.stdout.readline()
    os.kill(program.pid, signal.SIGINT)
    _, told = program.communicate()
    assert (told, program.returncode) == (b"Stopped early.\n", 130)


def test_a_reader_that_has_seen_enough_is_no_error(tmp_path: Path) -> None:
    file = tmp_path / "mails.jsonl"
    file.write_text('{"id": 1, "text": "Any update?"}\n' * 5_000)
    with subprocess.Popen([*AMENDS, str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert program.stderr.read() == b""
        assert program.wait() == 1


@settings(deadline=None)
@given(st.text())
def test_any_text_is_answered_and_every_quote_is_where_it_says(text: str) -> None:
    [answer] = answers(hear(json.dumps({"id": 1, "text": text})))
    assert isinstance(answer["findings"], list)
    assert all(text[each["start"] : each["end"]] == each["quote"] for each in answer["findings"])


@given(st.binary())
def test_any_bytes_are_answered_or_named(content: bytes) -> None:
    result = hear(content)
    assert result.exception is None or isinstance(result.exception, SystemExit)
