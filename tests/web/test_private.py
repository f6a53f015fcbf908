"""Whose mail is never stored: listed, asked about before anything goes, and taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.private import mark_private
from amends.desk.models import Message, Private
from cast import NOW, TALK, a_client, a_found_client, a_restricted_client, browser_of, person_at
from shown import text_of, words_in

if TYPE_CHECKING:
    from django.test import Client as Pages
    from pytest_django import DjangoAssertNumQueries

    from amends.desk.models import Branch, User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
PAGE = "/settings/private"


def does(pages: Pages, **typed: Any) -> str:
    return words_in(pages.post(PAGE, typed, follow=True).content.decode())


def test_before_stored_mail_goes_the_page_says_how_much(mona: User) -> None:
    a_client(TALK, name="North")
    pages = browser_of(mona)
    assert "Nobody yet." in text_of(pages, PAGE)
    words = does(pages, what="North.example")
    assert "Never store mail with north.example? Mail from or to anybody at north.example is not kept" in words
    assert "2 messages with them are stored here. Removed, they are gone for good" in words
    assert (Private.objects.count(), Message.objects.count()) == (0, 2)
    assert "Mail with north.example is never stored from now on." in does(pages, what="north.example", stored="go")
    assert (Private.objects.get().what, Message.objects.count()) == ("north.example", 0)


def test_what_is_stored_may_stay(mona: User) -> None:
    a_client(TALK, name="North")
    assert "never stored" in does(browser_of(mona), what="gary@north.example", stored="stay")
    assert (Private.objects.get().what, Message.objects.count()) == ("gary@north.example", 2)


def test_where_nothing_is_stored_it_says_so(mona: User) -> None:
    words = does(browser_of(mona), what="doctor@clinic.example")
    assert "Mail from or to this address is not kept from now on." in words
    assert "Nothing of theirs is stored here. Never store it" in words
    does(browser_of(mona), what="doctor@clinic.example", stored="stay")
    assert Private.objects.get().what == "doctor@clinic.example"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Write an address, or a domain"),
        ("nobody", "“nobody” is neither an address nor a domain."),
        ("gmail.com", "Everybody may have an address at gmail.com."),
        ("alder.example", "alder.example is your own firm’s."),
    ],
)
def test_what_is_wrong_is_said(mona: User, typed: str, says: str) -> None:
    assert says in does(browser_of(mona), what=typed)
    assert Private.objects.count() == 0


def test_nobody_is_marked_twice(mona: User) -> None:
    mark_private("clinic.example", by=mona, now=NOW)
    words = does(browser_of(mona), what="clinic.example", stored="go")
    assert "clinic.example is marked as private already." in words


def test_somebody_is_taken_off_the_list(mona: User) -> None:
    private = mark_private("clinic.example", by=mona, now=NOW)
    pages = browser_of(mona)
    assert "clinic.example Since Mar 10 · Mona Quay Store it again" in text_of(pages, PAGE)
    words = does(pages, do="remove", private=private.pk)
    assert "New mail with clinic.example is stored again." in words
    assert Private.objects.count() == 0


def test_a_person_and_a_found_company_lead_here(mona: User, bob: User) -> None:
    a_client(TALK, name="North")
    found = a_found_client("3 Mar 09:00 ann: Hello.")
    person = person_at(found, "ann@stranger.example")
    pages = browser_of(mona)
    assert "Never store mail with ann@stranger.example" in text_of(pages, f"/people/{person.pk}")
    assert "Never store mail with stranger.example" in text_of(pages, f"/clients/{found.pk}/messages")
    words = text_of(pages, f"{PAGE}?what=ann@stranger.example")
    assert "Never store mail with ann@stranger.example?" in words
    gary = person_at(found, "gary@north.example")
    assert "Never store" not in text_of(browser_of(bob), f"/people/{gary.pk}")


def test_what_one_may_not_see_is_neither_counted_nor_named(mona: User, bob: User, harbour: Branch) -> None:
    a_restricted_client(TALK, branch=harbour, looked_after_by=bob)
    pages = browser_of(mona)
    assert "Nothing of theirs is stored here." in does(pages, what="secret.example")
    words = does(pages, what="secret.example", stored="go")
    assert "Some of what is stored is not yours to remove. Keep it, or ask the owner." in words
    assert (Private.objects.count(), Message.objects.count()) == (0, 2)


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_as_many_queries_with_one_row_as_with_three(
    mona: User, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        mark_private(f"clinic{number}.example", by=mona, now=NOW)
    pages = browser_of(mona)
    with django_assert_num_queries(9):
        pages.get(PAGE)
