"""The register of numbers is complete, says what docs/method.md says, and is fit to be read by people."""

import re
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from amends.core import escalation, health, waiting
from amends.core.defaults import DEFAULTS, SHARE, SUBJECTS, UNIT_NAMES, WINDOWS, Default, Source
from amends.core.signals import POINTS, SIGNALS
from amends.core.terms import FOR_ALL, OWN

METHOD_PAGE = (Path(__file__).resolve().parents[2] / "docs/method.md").read_text("utf-8")
RULE_1 = METHOD_PAGE.partition("## Rule 1: notice")[2].partition("### The backtest")[0]
BY_KEY = {default.key: default for default in DEFAULTS}
# Parts of a calculation that nobody would change: a unit, the middle value, the best answer, how a page rounds.
NO_DEFAULTS = {
    "TYPE_CHECKING",
    "WEEK",
    "HOUR",
    "MEDIAN",
    "TENTHS",
    "BEST",
    "HEAVIEST",
    "NEVER_SAID",
    "IN_TEN",
    "ALARM",
}
# How the method says a number in words.
WORDS = {
    "26 weeks": "half year",
    "52 weeks": "year",
    "0.5 share": "half",
    "2 times": "twice",
    "2 answers": "twice",
    "3 times": "three times",
    "1 business days": "a business day",
    "1 hours": "(?:an|the) hour",
}


def name_of(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


@pytest.mark.parametrize("module", [*SIGNALS, escalation, waiting, health], ids=name_of)
def test_every_number_of_a_module_is_in_the_register(module: ModuleType) -> None:
    numbers = {
        name
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, int | float | timedelta) and not name.endswith("POINTS")
    }
    listed = {f"{name_of(module)}.{name.lower()}" for name in numbers - NO_DEFAULTS}
    assert listed - set(BY_KEY) == set()


def test_every_rule_has_its_points_and_every_key_is_one() -> None:
    assert {default.rule: default.value for default in DEFAULTS if default.rule} == POINTS
    assert len(BY_KEY) == len(DEFAULTS)


def test_a_value_is_a_number_in_its_unit() -> None:
    assert BY_KEY["quiet.floor"] == Default("quiet.floor", 14, "days", "No shorter silence counts", Source.JUDGED)
    assert BY_KEY["promise.grace"].value == 8
    assert BY_KEY["health.base_rate"].source is Source.READ
    assert (BY_KEY["survey.survey"].value, BY_KEY["survey.survey"].unit) == (6, "of 10")


@pytest.mark.parametrize("default", DEFAULTS, ids=lambda default: default.key)
def test_a_number_is_explained_in_one_line(default: Default) -> None:
    assert re.fullmatch(r"[A-Z].{9,99}[^.]", default.words)


@pytest.mark.parametrize("module", SIGNALS, ids=name_of)
def test_the_method_gives_the_numbers_of_each_signal(module: ModuleType) -> None:
    name = name_of(module)
    [row] = [line for line in RULE_1.splitlines() if f"core/signals/{name}.py" in line]
    said = [default for key, default in BY_KEY.items() if key.startswith(f"{name}.")]
    assert [default.key for default in said if not is_said(default, row)] == []


@pytest.mark.parametrize(
    "key", [key for key in BY_KEY if key.startswith(("health.", "waiting.", "escalation.", "signals."))]
)
def test_the_method_gives_the_numbers_around_them(key: str) -> None:
    assert is_said(BY_KEY[key], RULE_1)


def is_said(default: Default, text: str) -> bool:
    """Whether a text gives a number, in figures, as a percentage or in words."""
    value = f"{default.value:g}"
    figures = {value, value.removeprefix("0"), f"{100 * default.value:g} %"}
    ways = [*map(re.escape, figures), *filter(None, [WORDS.get(f"{value} {default.unit}")])]
    return any(re.search(rf"(?<![\w.]){way}(?![\w%]|\.\d)", text) for way in ways)


@pytest.mark.parametrize("default", DEFAULTS, ids=lambda default: default.key)
def test_a_number_is_written_in_words_that_are_in_the_catalogue(default: Default) -> None:
    assert default.unit in UNIT_NAMES | {SHARE}
    figure, _, unit = default.amount.partition(" ")
    assert (float(figure), unit) == (
        (100 * default.value, "%") if default.unit == SHARE else (default.value, default.unit)
    )


def test_a_subject_is_the_part_of_the_method() -> None:
    assert {default.subject for default in (*DEFAULTS, *OWN, *FOR_ALL)} == set(SUBJECTS.values())
    assert BY_KEY["copied_in.new"].subject == "Copied in"


def test_windows_name_modules_that_exist_once() -> None:
    assert set(SIGNALS) <= set(WINDOWS)
