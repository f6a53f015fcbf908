"""A firm keeps the words that it asks its people not to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions import phrase
from amends.desk.actions.phrase import add_phrase, change_phrase, remove_phrase
from amends.desk.models import Event, FirmPhrase
from amends.desk.queries.tone import firm_phrases
from amends.desk.rules import Refused
from cast import NOW

if TYPE_CHECKING:
    from amends.desk.models import User


def told() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def test_words_are_added_changed_and_taken_off(alice: User) -> None:
    kept = add_phrase(" going\n forward ", by=alice, now=NOW, why="Nobody says it", better="from now on")
    assert [(one.words, one.why, one.better) for one in firm_phrases()] == [
        ("going forward", "Nobody says it", "from now on")
    ]
    change_phrase(kept, by=alice, now=NOW, words="Going forward", why="", better="from Monday")
    change_phrase(kept, by=alice, now=NOW, words="Going forward", why="", better="from Monday")
    assert told() == ["add_phrase", "change_phrase"]
    changed = Event.objects.get(verb="change_phrase")
    assert changed.after == {"words": "Going forward", "why": "", "better": "from Monday"}
    remove_phrase(kept, by=alice, now=NOW)
    assert (told()[-1], FirmPhrase.objects.count()) == ("remove_phrase", 0)


def test_the_same_words_stand_there_once(alice: User) -> None:
    add_phrase("We’re unable to", by=alice, now=NOW)
    with pytest.raises(Refused, match="“we are UNABLE to!” is on the list already"):
        add_phrase("we are UNABLE to!", by=alice, now=NOW)
    with pytest.raises(Refused, match="Write words"):
        add_phrase(" … !", by=alice, now=NOW)


def test_the_list_has_an_end(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phrase, "MOST_PHRASES", 1)
    add_phrase("per our policy", by=alice, now=NOW)
    with pytest.raises(Refused, match="The list is full"):
        add_phrase("going forward", by=alice, now=NOW)


def test_only_the_owner_keeps_the_list(alice: User, mona: User) -> None:
    kept = add_phrase("per our policy", by=alice, now=NOW)
    for change in (
        lambda: add_phrase("x y", by=mona, now=NOW),
        lambda: change_phrase(kept, by=mona, now=NOW, words="x y"),
        lambda: remove_phrase(kept, by=mona, now=NOW),
    ):
        with pytest.raises(Refused, match="You may look at this"):
            change()
