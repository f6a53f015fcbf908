"""A desk with nothing in it yet says so in the reader's language, and so do its first screens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from cast import browser_of
from pseudo import spoken_between_brackets
from walked import Known, bare, pages_of, refused_forms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from amends.desk.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def language(tmp_path: Path) -> Iterator[None]:
    with spoken_between_brackets(tmp_path):
        yield


def test_every_word_of_an_empty_desk_is_translated(alice: User) -> None:
    found: dict[str, str] = {}
    for _, address, page in pages_of(browser_of(alice)):
        found |= dict.fromkeys(bare(Known(), page), address)
    assert found == {}


def test_every_word_of_the_first_screen_is_translated() -> None:
    browser = browser_of(None)
    assert bare(Known(), browser.get("/welcome").content.decode()) == []
    assert bare(Known(), refused_forms(browser, "/welcome")) == []
