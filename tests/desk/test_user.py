"""Colleagues are invited, changed and closed; links work once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from amends.desk.actions.calendar import make_feed
from amends.desk.actions.user import (
    accept_invitation,
    change_user,
    close_user,
    invite_again,
    invite_user,
    make_sign_in_link,
    reopen_user,
    set_password,
    use_sign_in_link,
)
from amends.desk.models import Event, Feed, Invitation, Outgoing, Role, Theme, User
from amends.desk.queries.user import hash_of, invited_by, team
from amends.desk.rules import Refused
from cast import NOW, PASSWORD, a_client, browser_of
from signed_in import is_in

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings as SettingsWrapper

    from amends.desk.models import Branch

pytestmark = pytest.mark.django_db
TOO_OLD = r"^This link no longer works: it was used, or it is too old. Ask for another.$"


def test_an_invitation_lets_somebody_in_once(alice: User, riverside: Branch) -> None:
    user, token = invite_user(
        " Jo Tan ", "Jo@Alder.example", Role.MEMBER, by=alice, now=NOW, branch=riverside, title="Recruiter"
    )
    assert (user.name, user.email, user.joined_at, user.title) == (
        "Jo Tan",
        "jo@alder.example",
        None,
        "Recruiter",
    )
    assert len(token) >= 43
    assert [one.token_hash for one in Invitation.objects.all()] == [hash_of(token)]
    assert accept_invitation(token, PASSWORD, now=NOW + timedelta(days=6)) == user
    user.refresh_from_db()
    assert (user.check_password(PASSWORD), user.joined_at) == (True, NOW + timedelta(days=6))
    with pytest.raises(Refused, match=TOO_OLD):
        accept_invitation(token, PASSWORD, now=NOW)
    assert [event.verb for event in Event.objects.all()] == ["accept_invitation", "invite_user"]


def test_the_record_never_holds_a_token(alice: User) -> None:
    _, token = invite_user("Jo", "jo@alder.example", Role.MEMBER, by=alice, now=NOW)
    told = " ".join(f"{event.before} {event.after}" for event in Event.objects.all())
    assert (token in told, hash_of(token) in told, Outgoing.objects.count()) == (False, False, 0)


def test_where_mail_can_be_sent_the_invitation_is_on_its_way(alice: User, settings: SettingsWrapper) -> None:
    settings.EMAIL_HOST, settings.ADDRESS = "mail.alder.example", "https://desk.alder.example/"
    _, token = invite_user("Jo Tan", "jo@alder.example", Role.MEMBER, by=alice, now=NOW)
    mail = Outgoing.objects.get()
    assert (mail.to, mail.subject) == ("jo@alder.example", "Your invitation to Alder & Quay")
    assert mail.text == (
        "Hello Jo,\n\nAlice Alder invites you to Alder & Quay's desk in Amends. This link lets you in once, until"
        f" Monday, March 17:\n\nhttps://desk.alder.example/invitation/{token}\n\n"
        "If you did not expect this, you can leave it be.\n"
    )


def test_a_second_invitation_voids_the_first(alice: User) -> None:
    user, first = invite_user("Jo", "jo@alder.example", Role.MEMBER, by=alice, now=NOW)
    second = invite_again(user, by=alice, now=NOW)
    with pytest.raises(Refused, match=TOO_OLD):
        accept_invitation(first, PASSWORD, now=NOW)
    assert accept_invitation(second, PASSWORD, now=NOW) == user
    user.refresh_from_db()
    with pytest.raises(Refused, match=r"^Jo has been here already. Make a sign-in link instead.$"):
        invite_again(user, by=alice, now=NOW)


def test_a_weak_password_leaves_the_invitation_unspent(alice: User) -> None:
    user, token = invite_user("Jo", "jo@alder.example", Role.MEMBER, by=alice, now=NOW)
    with pytest.raises(Refused, match=r"^This password is too short. It must contain at least 12 characters."):
        accept_invitation(token, "short", now=NOW)
    assert accept_invitation(token, PASSWORD, now=NOW) == user


@pytest.mark.parametrize("late", [timedelta(days=7), timedelta(days=400)])
def test_an_invitation_ends_after_a_week(alice: User, late: timedelta) -> None:
    _, token = invite_user("Jo", "jo@alder.example", Role.MEMBER, by=alice, now=NOW)
    with pytest.raises(Refused, match=TOO_OLD):
        accept_invitation(token, PASSWORD, now=NOW + late)


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("bob@alder.example", Role.MEMBER, "bob@alder.example belongs to a colleague already."),
        ("jo", Role.MEMBER, "“jo” is not a mail address."),
        ("jo@alder.example", "king", "“king” cannot be chosen here."),
    ],
)
def test_what_cannot_be_invited_is_said(alice: User, bob: User, email: str, role: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        invite_user("Jo", email, role, by=alice, now=NOW)
    assert (str(refusal.value), set(User.objects.all())) == (words, {alice, bob})


def test_only_owners_invite(mona: User) -> None:
    with pytest.raises(Refused):
        invite_user("Jo", "jo@alder.example", Role.OWNER, by=mona, now=NOW)


def test_a_link_signs_in_once_within_a_quarter_of_an_hour(bob: User) -> None:
    first = make_sign_in_link(bob, now=NOW)
    token = make_sign_in_link(bob, now=NOW)
    for spent, at in ((first, NOW), ("nonsense", NOW), (token, NOW + timedelta(minutes=15))):
        with pytest.raises(Refused, match=TOO_OLD):
            use_sign_in_link(spent, now=at)
    assert use_sign_in_link(token, now=NOW + timedelta(minutes=14)) == bob
    with pytest.raises(Refused, match=TOO_OLD):
        use_sign_in_link(token, now=NOW)


def test_a_closed_account_has_no_door(alice: User, bob: User) -> None:
    link = make_sign_in_link(bob, now=NOW, by=alice)
    browser = browser_of(bob)
    close_user(bob, by=alice, now=NOW)
    close_user(bob, by=alice, now=NOW)
    with pytest.raises(Refused, match=TOO_OLD):
        use_sign_in_link(link, now=NOW)
    with pytest.raises(Refused, match=r"^Bob Reed's account is closed. Open it again first.$"):
        make_sign_in_link(bob, now=NOW)
    assert not is_in(browser)
    reopen_user(bob, by=alice, now=NOW)
    reopen_user(bob, by=alice, now=NOW)
    assert use_sign_in_link(make_sign_in_link(bob, now=NOW), now=NOW) == bob
    assert [event.verb for event in Event.objects.filter(by=alice)] == [
        "reopen_user",
        "close_user",
        "make_sign_in_link",
    ]


def test_somebody_closed_before_they_came_is_not_invited_again(alice: User) -> None:
    user, _ = invite_user("Jo", "jo@alder.example", Role.MEMBER, by=alice, now=NOW)
    close_user(user, by=alice, now=NOW)
    with pytest.raises(Refused, match=r"^Jo has been here already"):
        invite_again(user, by=alice, now=NOW)


def test_a_firm_keeps_an_owner(alice: User, bob: User) -> None:
    with pytest.raises(Refused, match=r"^Alice Alder is the only owner, and a firm needs one.$"):
        close_user(alice, by=alice, now=NOW)
    with pytest.raises(Refused, match=r"^Alice Alder is the only owner. Make somebody else an owner first.$"):
        change_user(alice, by=alice, now=NOW, role=Role.MEMBER)
    alice.refresh_from_db()
    change_user(bob, by=alice, now=NOW, role=Role.OWNER)
    change_user(alice, by=bob, now=NOW, role=Role.MEMBER)
    assert [user.name for user in User.objects.filter(role=Role.OWNER)] == ["Bob Reed"]


def test_everybody_changes_what_is_theirs(bob: User, vera: User) -> None:
    change_user(bob, by=bob, now=NOW, name=" Bob R. ", theme=Theme.DARK, has_keys=False, away_until=date(2025, 3, 20))
    event = Event.objects.get()
    assert event.before == {"name": "Bob Reed", "theme": "auto", "has_keys": True, "away_until": None}
    assert event.after == {"name": "Bob R.", "theme": "dark", "has_keys": False, "away_until": "2025-03-20"}
    change_user(vera, by=vera, now=NOW, phone="555 0400")
    change_user(vera, by=vera, now=NOW, phone="555 0400")
    assert Event.objects.count() == 2


@pytest.mark.parametrize("fields", [{"role": Role.OWNER}, {"branch": None}, {"email": "b@alder.example"}])
def test_nobody_raises_themselves(bob: User, fields: dict[str, object]) -> None:
    with pytest.raises(Refused, match=r"^Only an owner changes that.$"):
        change_user(bob, by=bob, now=NOW, **fields)


def test_nobody_but_an_owner_changes_others(mona: User, bob: User, alice: User, harbour: Branch) -> None:
    with pytest.raises(Refused):
        change_user(bob, by=mona, now=NOW, name="B")
    change_user(bob, by=alice, now=NOW, branch=harbour, email="Bob.Reed@alder.example")
    bob.refresh_from_db()
    assert (bob.branch, bob.email) == (harbour, "bob.reed@alder.example")
    change_user(bob, by=None, now=NOW, title="Recruiter")
    assert bob.title == "Recruiter"


def test_a_new_password_ends_every_session(bob: User, alice: User) -> None:
    browser = browser_of(bob)
    set_password(bob, "another long word to enter by", by=bob, now=NOW)
    assert not is_in(browser)
    assert bob.check_password("another long word to enter by")
    with pytest.raises(Refused, match=r"^Everybody chooses their own password.$"):
        set_password(bob, "another long word to enter by", by=alice, now=NOW)


def test_the_team_tells_who_looks_after_how_many(alice: User, bob: User, charlie: User) -> None:
    a_client(name="North", looked_after_by=bob, created_at=NOW)
    close_user(charlie, by=alice, now=NOW)
    colleagues: Any = team()
    assert list(colleagues.values_list("name", "looks_after")) == [
        ("Alice Alder", 0), ("Bob Reed", 1), ("Charlie Stone", 0),
    ]  # fmt: skip


def test_a_link_opens_only_the_door_it_was_made_for(alice: User) -> None:
    _carl, invitation = invite_user("Carl", "carl@alder.example", "member", by=alice, now=NOW)
    with pytest.raises(Refused):
        use_sign_in_link(invitation, now=NOW)
    link = make_sign_in_link(alice, now=NOW)
    with pytest.raises(Refused):
        accept_invitation(link, "four otters count clouds", now=NOW)
    assert invited_by(link, NOW) is None
    assert use_sign_in_link(link, now=NOW) == alice


def test_an_owner_leaves_the_looks_and_keys_of_a_colleague_alone(alice: User, bob: User) -> None:
    with pytest.raises(Refused):
        change_user(bob, by=alice, now=NOW, theme="dark")
    assert change_user(alice, by=alice, now=NOW, theme="dark", has_keys=False).theme == "dark"


def test_who_is_closed_has_no_address_of_a_calendar_any_more(alice: User, bob: User) -> None:
    make_feed(bob, now=NOW)
    close_user(bob, by=alice, now=NOW)
    assert not Feed.objects.exists()
