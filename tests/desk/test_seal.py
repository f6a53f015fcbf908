"""What is sealed is opened with its key alone; keys can be changed; a lost one is said."""

from __future__ import annotations

from stat import S_IMODE
from typing import TYPE_CHECKING

import pytest

from amends.desk.seal import SealError, has_short_key, resealed, seal, unseal

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_django import Settings

OLD, NEW = "an old key of more than thirty letters", "a new key of more than thirty letters"


def keys(*given: str) -> str:
    return ",".join(key.replace(" ", "-") for key in given)


@pytest.fixture(autouse=True)
def home(settings: Settings, tmp_path: Path) -> Path:
    settings.HOME, settings.SEAL_KEY = tmp_path / "desk", ""
    return tmp_path / "desk"


def test_what_was_sealed_can_be_opened_and_not_read() -> None:
    sealed = seal("correct horse, ä")
    assert "horse" not in sealed
    assert unseal(sealed) == "correct horse, ä"
    assert seal("correct horse, ä") != sealed


def test_the_key_is_made_once_and_only_its_owner_reads_it(home: Path) -> None:
    sealed = seal("word")
    file = home / "seal-key"
    assert (S_IMODE(file.stat().st_mode), len(file.read_text()) > 50) == (0o600, True)
    assert unseal(sealed) == "word"


def test_a_key_from_the_environment_leaves_no_file(home: Path, settings: Settings) -> None:
    settings.SEAL_KEY = keys(OLD)
    assert unseal(seal("word")) == "word"
    assert not home.exists()


def test_keys_are_changed_without_losing_anything(settings: Settings) -> None:
    settings.SEAL_KEY = keys(OLD)
    sealed = seal("word")
    settings.SEAL_KEY = keys(NEW, OLD)
    fresh = resealed(sealed)
    assert (unseal(sealed), fresh == sealed, resealed(fresh) == fresh) == ("word", False, True)
    settings.SEAL_KEY = keys(NEW)
    assert unseal(fresh) == "word"


def test_a_lost_key_is_said_in_a_sentence(settings: Settings) -> None:
    settings.SEAL_KEY = keys(OLD)
    sealed = seal("word")
    settings.SEAL_KEY = keys(NEW)
    with pytest.raises(SealError, match=r"^The stored password cannot be opened: .* or enter the password again[.]$"):
        unseal(sealed)


@pytest.mark.parametrize(("given", "is_short"), [("", False), (keys(OLD), False), (keys(OLD) + " abc", True)])
def test_a_short_key_is_noticed(settings: Settings, given: str, is_short: bool) -> None:  # noqa: FBT001  (a parameter)
    settings.SEAL_KEY = given
    assert has_short_key() == is_short
