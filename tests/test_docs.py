"""The documentation says what the program does: every command, every option, every signal."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from amends.__main__ import COMMANDS, commands
from amends.core import health
from amends.core.language import Rule
from amends.core.signals import SIGNALS

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
COMMANDS_PAGE = (ROOT / "docs/guide/commands.md").read_text("utf-8")
HEAR_PAGE = (ROOT / "docs/guide/hear.md").read_text("utf-8")
METHOD_PAGE = (ROOT / "docs/method.md").read_text("utf-8")
LINKED = re.compile(r"\]\(\.\./((?:src|tests)/[^)]+)\)")


def command(name: str) -> click.Command:
    found = commands.get_command(click.Context(commands), name)
    assert found
    return found


def test_the_generated_pages_are_what_the_program_says() -> None:
    script = ROOT / "docs/generate.py"
    checked = subprocess.run([sys.executable, script, "--check"], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def test_hear_answers_the_example_of_its_page_as_shown() -> None:
    asked, shown = re.findall(r"^```json\n(.*?)\n```$", HEAR_PAGE, re.MULTILINE | re.DOTALL)
    words = [sys.executable, "-m", "amends", "hear", "--jsonl", "-"]
    answered = subprocess.run(words, input=asked, capture_output=True, text=True, check=True)
    assert json.loads(answered.stdout) == json.loads(shown)


def test_the_page_on_hearing_names_every_rule() -> None:
    assert [rule.value for rule in Rule if f"`{rule.value}`" not in HEAR_PAGE] == []


@pytest.mark.parametrize("number", range(1, 13))
def test_every_rule_that_the_code_cites_is_in_the_method(number: int) -> None:
    assert len(re.findall(rf"^(?:## |- \*\*)Rule {number}[:,]", METHOD_PAGE, re.MULTILINE)) == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    section = COMMANDS_PAGE.partition(f"\n## amends {name}\n")[2].partition("\n## ")[0]
    explained = set(re.findall(r"(--[a-z-]+)", " ".join(re.findall(r"^- `(.*?)`", section, re.MULTILINE))))
    options = [one for one in command(name).params if isinstance(one, click.Option)]
    assert {spelled for one in options for spelled in one.opts if spelled.startswith("--")} == explained - {"--help"}
    assert [one.name for one in options if not one.help] == []


@pytest.mark.parametrize("module", SIGNALS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_signal_has_its_row_in_the_method_with_its_points(module: ModuleType) -> None:
    name = module.__name__.rpartition(".")[2]
    [row] = [line for line in METHOD_PAGE.splitlines() if f"src/amends/core/signals/{name}.py" in line]
    assert LINKED.findall(row) == [f"src/amends/core/signals/{name}.py", f"tests/core/signals/test_{name}.py"]
    named = {value for constant, value in vars(module).items() if constant.endswith("POINTS")}
    stepped = {points for _, points in getattr(module, "STEPS", ())}
    assert {int(number.replace("−", "-")) for number in re.findall(r"−?\d+", row.split("|")[2])} == named | stepped


def test_the_method_gives_the_numbers_that_count() -> None:
    for number in (
        f"{health.BASE_RATE:.1%}".replace("%", " %"),
        f"{health.DOUBLING} points",
        f"{health.ENOUGH_MESSAGES} messages",
    ):
        assert number in METHOD_PAGE
    for family, cap in health.CAPS.items():
        assert f"{family} {cap}" in METHOD_PAGE


def test_the_two_commands_of_the_readme_exist() -> None:
    promised = re.findall(r"^make (\w+)", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert promised == ["demo", "test"]
    assert [name for name in promised if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []
