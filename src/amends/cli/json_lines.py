"""Reads texts as lines of JSON, `{"id", "text"}` each; a line that cannot be read is named, the others are answered."""

from __future__ import annotations

import json
import sys
from typing import IO, TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A line of this size holds far more than any person writes; what is longer is refused instead of filling the memory.
LONGEST_LINE = 16_000_000  # bytes
INTERRUPTED = 130  # what a shell expects after Ctrl-C
_EXAMPLE = '{"id": 1, "text": "..."}'


class BadLineError(Exception):
    """What is wrong with one line of the input, and what to do about it."""


def answer_lines(source: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Print the answer to each line of `source` as JSON while it reads, and leave the program: 1 if one was refused.

    `answer` is given the object of a line, whose "text" is a string; it may raise BadLineError.
    """
    try:
        has_refused = _answer_all(source, answer)
    except KeyboardInterrupt:
        click.echo("Stopped early.", err=True)
        sys.exit(INTERRUPTED)
    sys.exit(1 if has_refused else 0)


def _answer_all(source: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> bool:
    """Answer line by line; return whether a line had to be refused."""
    has_refused = False
    place = "standard input" if source == "-" else source
    for number, line in _lines(source):
        try:
            answered = answer(_record(line))
        except BadLineError as problem:
            has_refused = True
            click.echo(f"{place}, line {number}: {problem}", err=True)
        else:
            click.echo(json.dumps(answered))
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


def _record(line: bytes | None) -> dict[str, Any]:
    """Parse one line; raises BadLineError with a sentence for a person."""
    if line is None:
        raise BadLineError(f"longer than {LONGEST_LINE // 1_000_000} MB; give one message a line.")
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise BadLineError(f"not UTF-8 at byte {problem.start + 1}; save the file as UTF-8.") from problem
    except RecursionError as problem:
        raise BadLineError(f"nested too deeply; write {_EXAMPLE}.") from problem
    except json.JSONDecodeError as problem:
        where = f"{problem.msg} at column {problem.colno}"
        raise BadLineError(f"not JSON ({where}); write one object a line: {_EXAMPLE}.") from problem
    except ValueError as problem:  # the one thing left that the reader refuses: 5,000 digits
        raise BadLineError("holds a number of more digits than can be read; write a shorter id.") from problem
    if not isinstance(record, dict):
        raise BadLineError(f"not a JSON object; write {_EXAMPLE}.")
    if not isinstance(record.get("text"), str):
        lack = "is not a string" if "text" in record else "is missing"
        raise BadLineError(f'"text" {lack}; put the message there as one string.')
    return record
