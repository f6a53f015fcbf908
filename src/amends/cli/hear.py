"""`amends hear`: what clients' messages say, one JSON object a line in and one a line out."""

from __future__ import annotations

from typing import Any

import click

from amends.cli.json_lines import LONGEST_LINE, answer_lines

__all__ = ["LONGEST_LINE", "hear_command"]

_SHOWN = 4  # decimals of a probability


@click.command("hear")
@click.option("--jsonl", "source", metavar="FILE|-", required=True, help="Lines of JSON to hear; - is standard input.")
def hear_command(source: str) -> None:
    """Hear what messages say: {"id", "text"} a line in, {"id", "unhappy", "findings"} a line out.

    Each text is read as a mail: quoted history and signature are left out. `start` and `end` count characters of the
    text as it was given. A line that cannot be read is named on standard error; the others are still heard.
    """
    answer_lines(source, _heard)


def _heard(record: dict[str, Any]) -> dict[str, Any]:
    """Hear the text of one line; spans are those of the text as given."""
    from amends.core.language import hear  # noqa: PLC0415  (the phrases load with the first text)
    from amends.core.text import written_now  # noqa: PLC0415  (the same)

    text = record["text"]
    written = written_now(text)
    heard = hear(written.text)
    findings = []
    for finding in heard.findings:
        start, end = written.at(finding.start), written.at(finding.end - 1) + 1
        findings.append({"rule": finding.rule.value, "start": start, "end": end, "quote": text[start:end]})
    return {"id": record.get("id"), "unhappy": round(heard.unhappy, _SHOWN), "findings": findings}
