"""`amends demo` opens the demo firm on the morning of its story, afresh every time."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING

import pytest

from commands import Environment, Visitor, a_free_port, amends, environment, environment_in, lines_until, started

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["environment"]  # a fixture


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the firm once: every start opens a copy of it."""
    folder = tmp_path_factory.mktemp("demo")
    words = ("demo", "--folder", str(folder / "kept"), "--build-only")
    assert amends(environment_in(folder), *words).returncode == 0
    return folder / "kept"


def test_a_port_in_use_is_told_to_people_who_use_make_too(environment: Environment, kept: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = amends(environment, "demo", "--port", str(port), "--folder", str(kept))
    assert said.returncode == 1
    assert f"else choose another port: amends demo --port {port + 1}, or make demo PORT={port + 1}" in said.stderr


def test_the_demo_opens_on_the_morning_of_its_story(environment: Environment, kept: Path, tmp_path: Path) -> None:
    port = str(a_free_port())
    words = ("demo", "--port", port, "--folder", str(kept))
    began = time.monotonic()
    with started(environment, *words) as demo:
        said = lines_until(demo, "Ctrl-C")
        assert time.monotonic() - began < 5 * 3  # under five seconds, on a machine that does nothing else
        assert said[0].startswith("Tuesday, October 14, 2025, five past nine in the morning at Alder & Quay Staffing")
        assert said[1] == "This link signs Priya Raman in, once, within 24 hours:"
        assert any("gone when it stops" in line for line in said)
        assert any("demo scan" in line or "amends scan" in line for line in said)
        priya = Visitor(f"http://127.0.0.1:{port}")
        link = said[2].strip().removeprefix(f"http://127.0.0.1:{port}")
        assert priya.ask(link)[0] == 200
        status, page = priya.ask(link, {})
        assert status == 200
        for words_shown in (
            "Good morning, Priya.",
            "Seven things need you today. Start with Marcus.",
            "Your 38 clients",
        ):
            assert words_shown in page
        assert priya.ask(link, {})[0] == 410
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("amends-demo-")]
