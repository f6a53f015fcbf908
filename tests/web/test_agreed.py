"""What was agreed with a client is written down, changed, moved and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from amends.desk.actions.agreed import change_item, move_item_up
from amends.desk.actions.promise import agree_item
from amends.desk.models import AgreedItem, Event
from amends.desk.rules import Refused
from cast import NOW, a_client, browser_of
from shown import text_of, words_in

if TYPE_CHECKING:
    from amends.desk.models import User

pytestmark = pytest.mark.django_db


def test_lines_are_added_changed_moved_and_removed_after_asking(bob: User) -> None:
    north, browser = a_client(), browser_of(bob)
    where = f"/clients/{north.pk}/agreed"
    assert "Write down what we agreed" in text_of(browser, f"/clients/{north.pk}")
    assert "Nothing is written down yet." in text_of(browser, where)
    assert "Say what was agreed" in words_in(browser.post(where, {"what": ""}).content.decode())
    browser.post(where, {"what": "Answer within 4 hours", "is_kept": "no", "how_kept": "Missed 3 of 11"})
    browser.post(where, {"what": "The roster on Friday"})
    assert "Answer within 4 hours Missed 3 of 11 Not kept The roster on Friday Nobody has said" in text_of(
        browser, where
    )
    assert "Change what we agreed" in text_of(browser, f"/clients/{north.pk}")
    first, second = AgreedItem.objects.all()
    browser.post(f"/agreed/{second.pk}", {"do": "up"})
    assert list(AgreedItem.objects.all()) == [second, first]
    shown = browser.get(f"/agreed/{first.pk}").content.decode()
    assert ('<option value="no" selected>' in shown, 'value="Missed 3 of 11"' in shown) == (True, True)
    browser.post(f"/agreed/{first.pk}", {"what": "Answer within 2 hours", "is_kept": "yes"})
    first.refresh_from_db()
    assert (first.what, first.is_kept, first.how_kept) == ("Answer within 2 hours", True, "")
    asked = text_of(browser, f"/agreed/{second.pk}?remove=ask")
    assert "It goes from what was agreed with North." in asked
    browser.post(f"/agreed/{second.pk}", {"do": "remove"})
    assert list(AgreedItem.objects.all()) == [first]
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)) == [
        "agree_item", "agree_item", "move_item_up", "change_item", "remove_item",
    ]  # fmt: skip


def test_nothing_is_written_where_nothing_changes(bob: User) -> None:
    item = agree_item(a_client(), "The roster on Friday", by=bob, now=NOW)
    move_item_up(item, by=bob, now=NOW)  # it is the first
    change_item(item, "The roster on Friday", by=bob, now=NOW)
    with pytest.raises(Refused, match="Say what was agreed"):
        change_item(item, " ", by=bob, now=NOW)
    assert Event.objects.count() == 1
