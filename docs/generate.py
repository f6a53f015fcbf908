"""Write from the program itself what the guide shows of it; `--check` only says whether it is up to date.

docs/guide/commands.md is written whole, in docs/guide/hear.md the answer to the example above it.
"""

from __future__ import annotations

import json
import re
import sys
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.testing import CliRunner

from amends.__main__ import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

GUIDE = Path(__file__).resolve().parent / "guide"
EXAMPLE = re.compile(r"^```json\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
OPENING = """\
# Commands

Every command and every option. This page is written by `docs/generate.py` from the program itself: edit the program.
[Scan a mailbox](scan.md) and [Hear single texts](hear.md) explain the two that matter most.
"""


def page_of_commands() -> str:
    """Return the whole page as Markdown."""
    context = click.Context(commands, info_name="amends", **commands.context_settings)
    sections = [OPENING, _section(commands, context)]
    for name in commands.list_commands(context):
        command = commands.get_command(context, name)
        if command:
            sections.append(_section(command, click.Context(command, info_name=name, parent=context)))
    return "\n".join(sections)


def _section(command: click.Command, context: click.Context) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    options = "\n".join(_options(command, context))
    return f"## {context.command_path}\n\n```\n{usage}\n```\n\n{cleandoc(command.help or '')}\n\n{options}\n"


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record and record[1]:  # an argument is explained above
            yield f"- `{record[0]}`: {record[1]}"


def page_of_hearing(page: str) -> str:
    """Return the page on `amends hear` with the true answer to its first block of JSON as its second."""
    asked, shown = EXAMPLE.findall(page)[:2]
    answer = json.loads(CliRunner().invoke(commands, ["hear", "--jsonl", "-"], input=asked).stdout)
    findings = ",\n".join(f"  {json.dumps(finding)}" for finding in answer.pop("findings"))
    return page.replace(shown, f'{json.dumps(answer)[:-1]}, "findings": [\n{findings}]}}')


def main() -> None:
    """Write the pages, or exit with 1 and a sentence where one is not what the program says."""
    hearing = GUIDE / "hear.md"
    pages = {GUIDE / "commands.md": page_of_commands(), hearing: page_of_hearing(hearing.read_text("utf-8"))}
    for path, page in pages.items():
        if "--check" not in sys.argv:
            path.write_text(page, "utf-8")
            print(f"Wrote {path}.")
        elif not path.exists() or path.read_text("utf-8") != page:
            sys.exit(f"{path} is not what the program says. Run: .venv/bin/python docs/generate.py")


if __name__ == "__main__":
    main()
