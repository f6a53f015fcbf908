"""The pages for administrators say what the program does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from amends import settings
from amends.desk.queries.verb import VERBS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/admin/settings.md").read_text("utf-8")
SOURCE = Path(settings.__file__).read_text("utf-8")
ROWS = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", PAGE, re.MULTILINE))
READ = re.findall(r"\b(text|flag|number|seconds|address|mail_server)\(\"([A-Z_]+)\"(?:, (.*?))?\)", SOURCE)


def test_every_variable_that_is_read_is_explained() -> None:
    assert sorted(ROWS) == sorted({name for _, name, _ in READ})


@pytest.mark.parametrize(("kind", "name", "default"), [one for one in READ if one[2]], ids=str)
def test_the_default_is_the_one_that_is_said(kind: str, name: str, default: str) -> None:
    del kind
    assert ROWS[name] == f"`{default.strip(chr(34))}`"


def test_a_secret_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("a key in a file\n", "utf-8")
    asked = "from amends import settings; print(settings.SECRET_KEY)"
    for path, said in ((tmp_path / "key", "a key in a file\n"), (tmp_path / "none", "")):
        told = {**os.environ, "AMENDS_HOME": str(tmp_path), "AMENDS_SECRET_KEY_FILE": str(path)}
        done = subprocess.run([sys.executable, "-c", asked], env=told, capture_output=True, text=True, check=False)
        assert done.stdout == said
    assert f"AMENDS_SECRET_KEY_FILE names {tmp_path}/none, which cannot be read" in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("AMENDS_DEMO", "perhaps", "AMENDS_DEMO is 'perhaps'. Write yes or no."),
        ("AMENDS_WORKERS", "-1", "AMENDS_WORKERS is '-1'. Write a whole number."),
    ],
)
def test_a_value_that_cannot_be_read_is_said(tmp_path: Path, name: str, value: str, words: str) -> None:
    told = {**os.environ, "AMENDS_HOME": str(tmp_path), name: value}
    done = subprocess.run(
        [sys.executable, "-c", "import amends.settings"], env=told, capture_output=True, text=True, check=False
    )
    assert words in done.stderr


def test_cookies_are_safe_where_the_address_is_https(tmp_path: Path) -> None:
    asked = (
        "from amends import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE)"
    )
    for address, said in (
        ("https://desk.alder.example", "__Host-amends-session __Host-amends-form True\n"),
        ("http://127.0.0.1:8400", "amends8400-session amends8400-form False\n"),
    ):
        told = {**os.environ, "AMENDS_HOME": str(tmp_path), "AMENDS_ADDRESS": address}
        done = subprocess.run([sys.executable, "-c", asked], env=told, capture_output=True, text=True, check=False)
        assert done.stdout == said


def test_every_change_has_a_name_in_the_record() -> None:
    written = set()
    for path in (ROOT / "src/amends/desk/actions").glob("*.py"):
        told = path.read_text("utf-8")
        written |= set(re.findall(r"\brecord\(\s*\"(\w+)\"", told))
    assert written - set(VERBS) == set()
