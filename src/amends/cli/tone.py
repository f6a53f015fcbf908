"""`amends tone`: one draft to an unhappy client checked for people, or many as lines of JSON."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from amends.cli.json_lines import BadLineError, answer_lines
from amends.cli.plain import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from amends.core.apology import Checked, Fault

UNCHECKED = 3  # the exit code where a draft is not in English, so that no script takes it for a clean one
_LONGEST_FILE = 1_000_000  # bytes that are read of one draft; what is longer is refused all the same
_PARTS = {
    "responsibility": "Takes the responsibility",
    "repair": "Puts right what can be put right",
    "regret": "Says sorry",
    "explanation": "Says what happened",
    "change": "Says what will change",
    "forgiveness": "Asks for forgiveness (may be left out)",
}


@click.command("tone")
@click.argument("file", metavar="[FILE|-]", required=False)
@click.option("--json", "as_json", is_flag=True, help="Tell it as one JSON object.")
@click.option("--jsonl", "source", metavar="FILE|-", help="Check lines of JSON instead; - is standard input.")
def tone_command(file: str | None, *, as_json: bool, source: str | None) -> None:
    """Check a draft to an unhappy client: lines to look at again, and what an apology would still need.

    FILE is plain text, - is standard input. Quoted history and signature are left out. There is no score. With
    --jsonl, {"id", "text"} a line in, {"id", "parts", "asked", "faults", "openness"} a line out. Nothing leaves this
    machine. Exit codes: 0 checked, whatever was found, 3 not in English and so not checked, 1 it could not be read, 2
    the command itself was wrong.
    """
    if (file is None) == (source is None) or (source is not None and as_json):
        raise click.UsageError("Give one draft, `amends tone FILE`, or lines of JSON, `amends tone --jsonl FILE`.")
    if source is not None:
        answer_lines(source, _answered)
    else:
        _tell(str(file), as_json=as_json)


def _tell(file: str, *, as_json: bool) -> None:
    """Check one draft and print what was found."""
    from amends.core.apology import TooLongError, check  # noqa: PLC0415  (the phrases load with the first draft)

    text = _draft(file)
    try:
        checked = check(text)
    except TooLongError as problem:
        raise click.ClickException(str(problem)) from problem
    if as_json:
        click.echo(json.dumps(_shape(None if file == "-" else file, checked)))
    else:
        click.echo("\n".join(_lines(text, checked)))
    if not checked.is_checked:
        sys.exit(UNCHECKED)


def _draft(file: str) -> str:
    """Read a draft; raises ClickException with a sentence."""
    try:
        with click.open_file(file, "rb") as stream:
            content: bytes = stream.read(_LONGEST_FILE)
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise click.ClickException(f"Cannot read {file}: {reason}. Give the path of a text file, or -.") from problem
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as problem:
        raise click.ClickException(f"{file} is not UTF-8 at byte {problem.start + 1}. Save it as UTF-8.") from problem


def _answered(record: dict[str, Any]) -> dict[str, Any]:
    """Check the text of one line."""
    from amends.core.apology import TooLongError, check  # noqa: PLC0415  (the phrases load with the first draft)

    try:
        return _shape(record.get("id"), check(record["text"]))
    except TooLongError as problem:
        raise BadLineError(str(problem)) from problem


def _shape(name: Any, checked: Checked) -> dict[str, Any]:
    """Return the answer to one draft; one that was not checked says so, and has nothing that looks clean."""
    if not checked.is_checked:
        return {
            "id": name, "parts": None, "asked": None, "faults": None, "openness": None, "unchecked": checked.notes[0],
        }  # fmt: skip
    openness = checked.openness
    assert openness is not None  # noqa: S101  (for the type checker: what was checked has it)
    return {
        "id": name,
        "parts": {part.value: spans for part, spans in checked.parts.items() if part.value in _PARTS},
        "asked": [part.value for part in checked.asked],
        "faults": [_fault(fault) for fault in checked.faults],
        "openness": {"points": openness.points, "reads": openness.reads},
    }


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "rule": fault.rule.value, "start": fault.start, "end": fault.end, "quote": fault.quote, "why": fault.why,
        "better": fault.better,
    }  # fmt: skip


def _lines(text: str, checked: Checked) -> Iterator[str]:
    """Yield what a person reads."""
    from amends.core.apology import measured  # noqa: PLC0415  (the phrases load with the first draft)

    if not checked.is_checked:
        yield from checked.notes
        return
    yield _title(len(checked.faults))
    for number, fault in enumerate(checked.faults, start=1):
        yield f"\n  {number}  Line {text.count(chr(10), 0, fault.start) + 1}: “{plain(fault.quote)}”"
        yield f"     {fault.why}"
        yield f"     Better: {fault.better}"
    yield "\nWhat a good apology has"
    found = {part.value: spans for part, spans in checked.parts.items()}
    for name, title in _PARTS.items():
        yield f"  {'yes' if name in found else ' ? '}  {title}{_first(text, found.get(name))}"
    yield "\nAsk yourself before you send it"
    yield from (f"  - {question}" for question in checked.questions)
    yield from (f"  - {says}" for says in dict.fromkeys(hint.says for hint in checked.hints))
    assert checked.openness is not None  # noqa: S101  (for the type checker: what was checked has it)
    yield f"\nIt reads as {checked.openness.reads} ({checked.openness.points:+d}); a hint, not a verdict."
    yield measured()


def _title(number: int) -> str:
    if not number:
        return "No line found to look at again."
    return "One line to look at again" if number == 1 else f"{number} lines to look at again"


def _first(text: str, spans: tuple[tuple[int, int], ...] | None) -> str:
    if not spans:
        return ""
    return f": “{plain(text[spans[0][0] : spans[0][1]])}”"
