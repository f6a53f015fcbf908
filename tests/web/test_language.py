"""Every word of every page passes through gettext: the demo firm, read in a language of English between brackets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from amends.desk import clock
from amends.desk.demo import NOW, OWNER, VISITOR, build_demo
from amends.desk.models import Signal, User
from cast import browser_of
from pseudo import OPEN, bare_texts, spoken_between_brackets
from walked import Known, bare, pages_of, refused_forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.plugin import DjangoDbBlocker

LINKED = {
    "today", "clients", "client", "client-edit", "signal", "message", "person", "upset", "recoveries",
    "recovery-decide", "recovery-understand", "recovery-own_it", "recovery-plan", "recovery-fix", "recovery-make_good",
    "recovery-follow_up", "recovery-learn", "recovery-part_well", "paper-call", "promises", "promise-new", "call-new",
    "find", "more", "keys", "imports", "import", "import-new",
    "clients-confirm", "settings", "settings-firm", "settings-hours", "settings-holidays", "settings-numbers",
    "settings-team", "settings-invite", "settings-branches", "settings-data", "settings-record", "settings-you",
    "settings-mailboxes", "settings-mailbox-new", "settings-private",
    "settings-notices",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """Build the firm once, in that language, for all the tests here."""
    del django_db_setup
    folder = tmp_path_factory.mktemp("language")
    with django_db_blocker.unblock(), transaction.atomic(), spoken_between_brackets(folder):
        build_demo(folder / "alder-quay.mbox")
        with override_settings(CLOCK_OFFSET=settings.CLOCK_OFFSET + (NOW - clock.now())):
            yield
        transaction.set_rollback(True)


@pytest.fixture
def helen(demo: None, db: None) -> User:
    del demo, db
    return User.objects.get(email=OWNER)


def test_every_word_of_every_page_is_translated(helen: User) -> None:
    """Each page as links lead to it, and as it answers a form in which everything is wrong."""
    known, browser, found, walked = Known(), browser_of(helen), dict[str, str](), set[str]()
    for name, address, page in pages_of(browser):
        walked.add(name)
        told = bare(known, page, is_marked=name == "tone")
        if '<form method="post"' in page:
            told += bare(known, refused_forms(browser, address))
        for text in told:
            found.setdefault(text, address)
    assert found == {}
    assert LINKED - walked == set()


@pytest.mark.parametrize("address", ["/sign-in", "/sign-in/gone", "/invitation/gone", "/nowhere"])
def test_every_word_for_who_is_outside_is_translated(demo: None, db: None, address: str) -> None:
    del demo, db
    browser, known = browser_of(None), Known()
    assert bare(known, b"".join(browser.get(address)).decode()) == []
    assert bare(known, b"".join(browser.post(address, {"email": "x", "password": "y"})).decode()) == []


def test_what_may_not_be_seen_is_refused_in_the_language(demo: None, db: None) -> None:
    del demo, db
    browser = browser_of(User.objects.get(email=VISITOR))
    answer = browser.get("/settings/firm")
    assert (answer.status_code, bare(Known(), answer.content.decode())) == (403, [])
    browser.handler.enforce_csrf_checks = True
    answer = browser.post("/promises/new", {})
    assert (answer.status_code, bare(Known(), answer.content.decode())) == (403, [])


def test_the_sentences_of_the_method_are_stored_in_the_language(demo: None, db: None) -> None:
    del demo, db
    for summary in Signal.objects.values_list("summary", flat=True):
        assert summary[0] == OPEN
    assert Signal.objects.count() > 0


def test_a_forgotten_word_is_found() -> None:
    page = '<p title="Forgotten title">⟦Saved <b>now</b>⟧ Forgotten <i>by us</i>⟦, really⟧</p><script>let one</script>'
    assert bare_texts(page) == ["Forgotten title", "Forgotten", "by us"]
