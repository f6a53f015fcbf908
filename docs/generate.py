"""Write docs/guide/commands.md from the command line itself; `--check` only says whether it is up to date."""

from __future__ import annotations

import sys
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING

import click

from amends.__main__ import commands

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = Path(__file__).resolve().parent / "guide" / "commands.md"
OPENING = """\
# Commands

Every command and every option. This page is written by `docs/generate.py` from the program itself: edit the program.
[Scan a mailbox](scan.md) and [Hear single texts](hear.md) explain the two that matter most.
"""


def page() -> str:
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


def main() -> None:
    """Write the page, or exit with 1 and a sentence where it is not what the program says."""
    if "--check" not in sys.argv:
        PAGE.write_text(page(), "utf-8")
        print(f"Wrote {PAGE}.")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != page():
        sys.exit(f"{PAGE} is not what the program says. Run: .venv/bin/python docs/generate.py")


if __name__ == "__main__":
    main()
