"""Write from the program itself what the guide shows of it; `--check` only says whether it is up to date.

docs/guide/commands.md and docs/developer/lists.md are written whole, in docs/guide/hear.md the answer to the example
above it.
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
from amends.sources.listing import FIELDS, KINDS, ONE_OF, PRESETS, Field

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCS = Path(__file__).resolve().parent
GUIDE = DOCS / "guide"
EXAMPLE = re.compile(r"^```json\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
OPENING = """\
# Commands

Every command and every option. This page is written by `docs/generate.py` from the program itself: edit the program.
[Scan a mailbox](scan.md) and [Hear single texts](hear.md) explain the two that matter most.
"""


LISTS = """\
# Lists: what is read from an export

This page is written by `docs/generate.py` from the program itself: edit the presets in
`src/amends/sources/listing/presets`. The package `amends.sources.listing` knows nothing of the desk: a file and its
columns go in, typed values come out.

    table = open_table(path)                          # CSV or .xlsx; SourceError with a sentence when it is no list
    preset, kind = guess(table.columns)               # for a person to confirm
    columns = match(table.columns, preset, kind)      # field -> column; `missing(kind, columns)` says what is lacking
    habits = habits_of(kind, columns, (raw for _, raw in table.rows()), preset=preset, zone="America/Chicago")
    for number, raw in table.rows():                  # the number that a spreadsheet shows; text as it stands
        row = read_row(kind, columns, habits.options, raw)

A `Row` has `values` by the field's key, or `problems` (column, value, what to do), or `left_out` (a sentence: a
candidate, a copy of a group event, a task not done); `facts` of the trade (`core.staffing`), a `talk`, the `client` it
names by id, name and domains, a `key` that is the same when it comes again, and whether it `is_deleted` or
`is_anonymised`.

How each format is read, and what is refused: [decision 10](../decisions/0010-workbooks-are-streamed.md). What it
costs: [what was measured](../benchmarks.md).

**How to read the tables.** `code`: a source documents that the program calls the column so. *Slanted*: known in
general and not read in a source; the screen asks a person to confirm it. Headings are compared without case, padding,
accents and punctuation. Where a program's own headings are not found, the words that staffing programs use are tried
([generic.toml](../../src/amends/sources/listing/presets/generic.toml): COATS, Avionte, JobDiva, Crelate, Loxo and
others publish no format). **Bold** fields are required.

**Add a program.** A file in `presets`, its key in `NAMES` (`preset.py`), and the headings of one real export of each
kind in `tests/sources/listing/test_match.py`. Words that say how something ended are in `vocabulary.toml`.
"""


def page_of_lists() -> str:
    """Return the page on lists: the fields of each kind, and what each program calls them."""
    return "\n".join([LISTS, *(_kind_of_list(kind) for kind in KINDS)])


def _kind_of_list(kind: str) -> str:
    rows = "\n".join(_field(kind, field) for field in FIELDS[kind])
    groups = "".join(f"\nOne of these is needed: {', '.join(f'`{key}`' for key in group)}.\n" for group in ONE_OF[kind])
    return f"## {kind.capitalize()}\n\n| Field | Holds | Called |\n|---|---|---|\n{rows}\n{groups}"


def _field(kind: str, field: Field) -> str:
    known = [(preset.label, preset.headings.get(kind, {}).get(field.key, ())) for preset in PRESETS.values()]
    called = "; ".join(
        f"{label} {', '.join(f'`{one.text}`' if one.is_read else f'*{one.text}*' for one in headings)}"
        for label, headings in known[:-1]
        if headings
    )
    name = f"**`{field.key}`**" if field.is_required else f"`{field.key}`"
    return f"| {name} {field.label} | {field.type} | {called} |"


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
    pages = {
        GUIDE / "commands.md": page_of_commands(),
        DOCS / "developer" / "lists.md": page_of_lists(),
        hearing: page_of_hearing(hearing.read_text("utf-8")),
    }
    for path, page in pages.items():
        if "--check" not in sys.argv:
            path.write_text(page, "utf-8")
            print(f"Wrote {path}.")
        elif not path.exists() or path.read_text("utf-8") != page:
            sys.exit(f"{path} is not what the program says. Run: .venv/bin/python docs/generate.py")


if __name__ == "__main__":
    main()
