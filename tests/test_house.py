"""The house keeps its own rules (docs/developer/house.md); the layers are checked by import-linter."""

from __future__ import annotations

import ast
import importlib
import re
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from amends.core.signals import SIGNALS

ROOT = Path(__file__).resolve().parent.parent
SOURCE = sorted((ROOT / "src").rglob("*.py"))
PYTHON = sorted(
    path
    for folder in ("src", "tests", "bench", "docs")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts  # Django writes them
)
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SIGNAL_FILES = sorted(path.stem for path in (ROOT / "src/amends/core/signals").glob("[a-z]*.py"))
BANNED_NAMES = {"utils", "util", "helpers", "common", "base", "manager", "service", "handler", "misc", "data"}
LONGEST_FUNCTION = 60
USUAL_FUNCTION = 10
LONGEST_FILE = 400
LONGEST_VIEW = 20
Function = ast.FunctionDef | ast.AsyncFunctionDef


def named(paths: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", paths, ids=lambda path: str(path.relative_to(ROOT)))


@cache
def functions(path: Path) -> tuple[Function, ...]:
    tree = ast.parse(path.read_text("utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, Function))


def length(function: Function) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


@named(PYTHON)
def test_no_function_is_too_long_to_read_at_once(path: Path) -> None:
    assert [f"{one.name}: {length(one)}" for one in functions(path) if length(one) > LONGEST_FUNCTION] == []


def test_the_usual_function_is_short() -> None:
    assert statistics.median(length(one) for path in SOURCE for one in functions(path)) <= USUAL_FUNCTION


@named(PYTHON)
def test_no_file_is_too_long(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= LONGEST_FILE


@named(PYTHON)
def test_a_module_is_named_for_what_it_holds(path: Path) -> None:
    assert BANNED_NAMES.isdisjoint(path.relative_to(ROOT).with_suffix("").parts)


@named(PYTHON)
def test_a_silenced_warning_says_why(path: Path) -> None:
    silenced = re.findall(r"# (?:noqa|type: ignore)(?::? ?[A-Z0-9]+|\[[a-z-]+\])?[ \t]*(.*)", path.read_text("utf-8"))
    assert [reason for reason in silenced if not re.search("[a-z]{3}", reason)] == []


def test_every_rule_that_ruff_leaves_out_is_explained() -> None:
    settings = (ROOT / "pyproject.toml").read_text("utf-8")
    left_out = re.findall(r'^  "[A-Z]+[0-9]*",(.*)$', settings, re.MULTILINE)
    assert [line for line in left_out if not re.match(r" +# \w+", line)] == []
    assert left_out != []


@pytest.mark.parametrize("name", SIGNAL_FILES)
def test_every_signal_is_registered(name: str) -> None:
    module = importlib.import_module(f"amends.core.signals.{name}")
    assert module in SIGNALS


@pytest.mark.parametrize("module", ["amends.cli.scan", "amends.cli.hear", "amends.cli.tone"])
def test_the_offline_commands_load_neither_django_nor_the_desk(module: str) -> None:
    program = f"import {module}, sys; print(*sorted(name for name in sys.modules if name.split('.')[0] == 'django'))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == ""


DOORS = sorted(
    path
    for door in ("web", "cli", "portal")
    for path in (ROOT / "src/amends" / door).rglob("*.py")
    if "amends.desk" in path.read_text("utf-8")  # the offline commands have a file of their own, and no desk
)
WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "acreate", "asave"}
ROW_WRITES = {"update", "delete"}  # on a query; a dict has an update of its own


def calls(path: Path) -> list[ast.Attribute]:
    tree = ast.parse(path.read_text("utf-8"))
    return [node.func for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]


def is_a_query(call: ast.Attribute) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "objects" for node in ast.walk(call.value))


@named(DOORS)
def test_a_door_never_writes(path: Path) -> None:
    found = [
        f"{call.attr} in line {call.lineno}"
        for call in calls(path)
        if call.attr in WRITES or (call.attr in ROW_WRITES and is_a_query(call))
    ]
    assert found == []


@named(sorted((ROOT / "src/amends/desk/models").glob("[a-z]*.py")))
def test_a_row_saves_itself_in_no_way_of_its_own(path: Path) -> None:
    assert [one.name for one in functions(path) if one.name in {"save", "delete"}] == []


@named(sorted((ROOT / "src/amends/web/views").glob("[a-z]*.py")))
def test_a_view_is_short(path: Path) -> None:
    assert [f"{one.name}: {length(one)}" for one in functions(path) if length(one) > LONGEST_VIEW] == []


def test_imports_point_down_and_left() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    judged = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout


@named(PAGES)
def test_a_page_links_only_to_what_exists(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)", path.read_text("utf-8"))
    here = [target for target in targets if "://" not in target and not target.startswith("mailto:")]
    assert [target for target in here if not (path.parent / target).exists()] == []
