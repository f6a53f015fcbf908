"""`amends hear`: what clients' messages say, one JSON object a line in and one a line out."""

from __future__ import annotations

import json
import sys
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterator

# A line of this size holds far more than any person writes; what is longer is refused instead of filling the memory.
LONGEST_LINE = 16_000_000  # bytes
INTERRUPTED = 130  # what a shell expects after Ctrl-C
_SHOWN = 4  # decimals of a probability
_EXAMPLE = '{"id": 1, "text": "..."}'


class _BadLineError(Exception):
    """What is wrong with one line of the input, and what to do about it."""


@click.command("hear")
@click.option("--jsonl", "source", metavar="FILE|-", required=True, help="Lines of JSON to hear; - is standard input.")
def hear_command(source: str) -> None:
    """Hear what messages say: {"id", "text"} a line in, {"id", "unhappy", "findings"} a line out.

    Each text is read as a mail: quoted history and signature are left out. `start` and `end` count characters of the
    text as it was given. A line that cannot be read is named on standard error; the others are still heard.
    """
    try:
        has_refused = _answer_all(source)
    except KeyboardInterrupt:
        click.echo("Stopped early.", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(1 if has_refused else 0)


def _answer_all(source: str) -> bool:
    """Answer line by line; return whether a line had to be refused."""
    has_refused = False
    place = "standard input" if source == "-" else source
    for number, line in _lines(source):
        try:
            answer = _heard(line)
        except _BadLineError as problem:
            has_refused = True
            click.echo(f"{place}, line {number}: {problem}", err=True)
        else:
            click.echo(json.dumps(answer))
    return has_refused


def _lines(source: str) -> Iterator[tuple[int, bytes | None]]:
    """Yield the number and content of each line that is not blank; None for one that is too long."""
    try:
        with click.open_file(source, "rb") as stream:
            for number, line in enumerate(iter(lambda: _line(stream), b""), start=1):
                if line is None or line.strip():
                    yield number, line
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise click.ClickException(
            f"Cannot read {source}: {reason}. Give the path of a file of JSON lines, or - for standard input."
        ) from problem


def _line(stream: IO[bytes]) -> bytes | None:
    """Read one line with its end; None, and the line is passed over, where it is longer than LONGEST_LINE."""
    line = stream.readline(LONGEST_LINE)
    if len(line) < LONGEST_LINE or line.endswith(b"\n"):
        return line
    while line and not line.endswith(b"\n"):
        line = stream.readline(LONGEST_LINE)
    return None


def _heard(line: bytes | None) -> dict[str, Any]:
    """Hear the text of one line; spans are those of the text as given."""
    from amends.core.language import hear  # noqa: PLC0415  (the phrases load with the first text)
    from amends.core.text import written_now  # noqa: PLC0415  (the same)

    record = _record(line)
    text = record["text"]
    written = written_now(text)
    heard = hear(written.text)
    findings = []
    for finding in heard.findings:
        start, end = written.at(finding.start), written.at(finding.end - 1) + 1
        findings.append({"rule": finding.rule.value, "start": start, "end": end, "quote": text[start:end]})
    return {"id": record.get("id"), "unhappy": round(heard.unhappy, _SHOWN), "findings": findings}


def _record(line: bytes | None) -> dict[str, Any]:
    """Parse one line; raises _BadLineError with a sentence for a person."""
    if line is None:
        raise _BadLineError(f"longer than {LONGEST_LINE // 1_000_000} MB; give one message a line.")
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise _BadLineError(f"not UTF-8 at byte {problem.start + 1}; save the file as UTF-8.") from problem
    except RecursionError as problem:
        raise _BadLineError(f"nested too deeply; write {_EXAMPLE}.") from problem
    except json.JSONDecodeError as problem:
        where = f"{problem.msg} at column {problem.colno}"
        raise _BadLineError(f"not JSON ({where}); write one object a line: {_EXAMPLE}.") from problem
    except ValueError as problem:  # the one thing left that the reader refuses: 5,000 digits
        raise _BadLineError("holds a number of more digits than can be read; write a shorter id.") from problem
    if not isinstance(record, dict):
        raise _BadLineError(f"not a JSON object; write {_EXAMPLE}.")
    if not isinstance(record.get("text"), str):
        lack = "is not a string" if "text" in record else "is missing"
        raise _BadLineError(f'"text" {lack}; put the message there as one string.')
    return record
