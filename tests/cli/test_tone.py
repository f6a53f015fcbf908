"""`amends tone`: a draft told for people, as one object, or as lines of JSON."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from amends.cli.tone import tone_command
from amends.core.apology import LONGEST, measured

DRAFT = "Hi Dana,\n\nI'm sorry if you were upset. I will call you on Monday.\n\nTom"
GERMAN = "Es tut uns sehr leid, falls Sie sich geärgert haben."


def tone(*options: str, given: str | bytes = "") -> Result:
    return CliRunner().invoke(tone_command, list(options), input=given)


def test_a_draft_is_told_for_a_person(tmp_path: Path) -> None:
    file = tmp_path / "draft.txt"
    file.write_text(DRAFT)
    result = tone(str(file))
    assert result.output.splitlines() == [
        "One line to look at again",
        "",
        "  1  Line 3: “sorry if you were upset”",
        "     The “if” takes the sorry back. They have told you that it happened: say what.",
        "     Better: sorry that I … (say what happened)",
        "",
        "What a good apology has",
        "   ?   Takes the responsibility",
        "  yes  Puts right what can be put right: “I will call”",
        "   ?   Says sorry",
        "   ?   Says what happened",
        "   ?   Says what will change",
        "   ?   Asks for forgiveness (may be left out)",
        "",
        "Ask yourself before you send it",
        "  - I did not spot where you take responsibility: mark the sentence, or add one.",
        "  - I did not spot where you say that you are sorry: mark the sentence, or add one.",
        "  - I did not spot what happened, in a sentence: mark it, or add one.",
        "  - I did not spot what will be different so that it cannot happen again: mark it, or add it.",
        "  - Do you want to ask whether they can forgive it? It may be left out.",
        "  - Who does the verb in each sentence?",
        "  - Would they agree with this account?",
        "  - Is any sentence about us rather than them?",
        "",
        "It reads as closed (+0); a hint, not a verdict.",
        measured(),
    ]
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("draft", "title"),
    [
        ("See you on Monday.", "No line found to look at again."),
        ("Rest assured. Let me be clear.", "2 lines to look at again"),
    ],
)
def test_the_first_line_says_how_many(draft: str, title: str) -> None:
    assert tone("-", given=draft).output.splitlines()[0] == title


def test_hints_are_told_once() -> None:
    told = tone("-", given="You rang. You wrote. You came.").output
    assert told.count("Several sentences open with “you”.") == 1


def test_one_object_has_the_shape_that_is_documented() -> None:
    answer = json.loads(tone("--json", "-", given=DRAFT).output)
    assert answer == {
        "id": None,
        "parts": {"repair": [[39, 50]]},
        "asked": ["responsibility", "regret", "explanation", "change", "forgiveness"],
        "faults": [
            {
                "rule": "conditional",
                "start": 14,
                "end": 37,
                "quote": "sorry if you were upset",
                "why": "The “if” takes the sorry back. They have told you that it happened: say what.",
                "better": "sorry that I … (say what happened)",
            }
        ],
        "openness": {"points": 0, "reads": "closed"},
    }


def test_lines_of_json_are_answered_and_what_is_too_long_is_named() -> None:
    lines = [{"id": 7, "text": DRAFT}, {"id": 8, "text": "x" * (LONGEST + 1)}, {"id": 9, "text": GERMAN}]
    result = tone("--jsonl", "-", given="\n".join(map(json.dumps, lines)))
    first, third = map(json.loads, result.stdout.splitlines())
    assert (first["id"], [fault["quote"] for fault in first["faults"]]) == (7, ["sorry if you were upset"])
    assert third == {
        "id": 9,
        "parts": None,
        "asked": None,
        "faults": None,
        "openness": None,
        "unchecked": "This is not checked: it does not seem to be English, the only language that is known so far.",
    }
    assert result.stderr == (
        "standard input, line 2: The draft has 20,481 characters; 20,480 are checked at most. Check it in pieces.\n"
    )
    assert result.exit_code == 1


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_another_language_has_an_exit_code_of_its_own(options: tuple[str, ...]) -> None:
    result = tone(*options, "-", given=GERMAN)
    assert "This is not checked" in result.output
    assert result.exit_code == 3


@pytest.mark.parametrize("options", [(), ("a.txt", "--jsonl", "b"), ("--jsonl", "b", "--json")])
def test_one_thing_is_checked_at_a_time(options: tuple[str, ...]) -> None:
    assert tone(*options).exit_code == 2


def test_what_cannot_be_read_is_told_in_one_sentence(tmp_path: Path) -> None:
    missing = tmp_path / "nowhere.txt"
    assert tone(str(missing)).stderr == (
        f"Error: Cannot read {missing}: No such file or directory. Give the path of a text file, or -.\n"
    )
    assert tone("-", given=b"sorry \xff").stderr == "Error: - is not UTF-8 at byte 7. Save it as UTF-8.\n"
    assert tone("-", given="sorry " * 9_000).stderr == (
        "Error: The draft has 54,000 characters; 20,480 are checked at most. Check it in pieces.\n"
    )


def test_the_program_has_the_command() -> None:
    words = [sys.executable, "-m", "amends", "tone", "-"]
    told = subprocess.run(words, input="Rest assured.", capture_output=True, text=True, check=True)
    assert told.stdout.startswith("One line to look at again")
