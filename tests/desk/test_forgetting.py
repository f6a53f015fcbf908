"""Names that are words do not take the words with them; the desk's own mails forget whom they told of."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import override_settings

from amends.desk.actions.client import add_client, delete_client
from amends.desk.actions.delivery import deliver_next
from amends.desk.actions.person import add_person, erase_person
from amends.desk.actions.personal import forget_old
from amends.desk.actions.promise import agree_item
from amends.desk.actions.touch import record_touch
from amends.desk.actions.waiting import cover_waiting
from amends.desk.models import AgreedItem, Event, Outgoing, Person, Touch, Waiting
from amends.desk.queries.spelled import spelled
from cast import NOW, a_client, person_at

if TYPE_CHECKING:
    from pytest_django import Settings

    from amends.desk.models import Client, Firm, User

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def erased(alice: User, name: str, text: str, *, phone: str = "") -> str:
    """Erase somebody and return what a colleague wrote about their client then."""
    client = add_client("Keel", by=alice, now=NOW)
    person = add_person(client, name, by=alice, now=NOW, addresses=["me@keel.example"], phone=phone)
    touch = record_touch(client, "note", by=alice, now=NOW, summary=text)
    erase_person(person, by=alice, now=NOW)
    return Touch.objects.get(pk=touch.pk).summary


@pytest.mark.parametrize(
    ("name", "wrote", "left"),
    [
        ("Mark May", "May I mark it? Mark May asks.", "May I mark it? [erased] asks."),
        ("Mark May", "In May MARK MAY or May, Mark", "In May [erased] or [erased]"),
        ("Will Long", "It will long be so. Will it? Long, says Will Long.",
         "It will long be so. Will it? Long, says [erased]."),
        ("Rose Hill", "Rose to the top of Hill Street.", "Rose to the top of Hill Street."),
        ("Gary Stone", "Gary had a stone. gary stone", "[erased] had a stone. [erased]"),
        ("Rob", "Rob called", "Rob called"),
        ("Gary", "Gary called, at ME@keel.example", "[erased] called, at [erased]"),
    ],
)  # fmt: skip
def test_only_what_can_be_nothing_else_is_replaced(alice: User, name: str, wrote: str, left: str) -> None:
    assert erased(alice, name, wrote) == left


def test_a_phone_number_goes_however_it_is_written(alice: User) -> None:
    assert erased(alice, "Mark May", "Ring 555-0177 or (555) 0177, room 12", phone="555 0177") == (
        "Ring [erased] or ([erased], room 12"
    )


def test_a_number_too_short_to_be_theirs_alone_stays(alice: User) -> None:
    assert erased(alice, "Mark May", "Extension 177", phone="177") == "Extension 177"


def test_a_name_that_the_client_writes_small_is_a_word() -> None:
    client = a_client("3 Feb 09:00 gary: The zander is off. What about zander next week?", name="North")
    person = person_at(client, "gary@north.example")
    person.name = "Zander Quill"
    assert (spelled(person).parts, spelled(person).left) == (("Quill",), ("Zander",))
    assert spelled(person).everywhere == ("Zander Quill", "Quill", "gary@north.example")


def test_nobody_known_is_looked_for_nowhere(alice: User) -> None:
    client = add_client("Keel", by=alice, now=NOW)
    assert spelled(Person(client=client, pk=0)).pattern() is None


def covered(alice: User, bob: User) -> Client:
    """Let Gary wait, and ask Bob to answer him; a mail to Bob lies in the outbox."""
    client = a_client("3 Feb 09:00 gary: Where is the zebra?", name="North")
    gary = person_at(client, "gary@north.example")
    asked = client.messages.get()
    waiting = Waiting.objects.create(
        client=client,
        message=asked,
        person=gary,
        thread=1,
        asked_at=asked.at,
        due_at=asked.at,
        quote="Where is the zebra?",
    )
    with override_settings(EMAIL_HOST="mail.example"):
        cover_waiting(waiting, bob, by=alice, now=NOW)
    return client


def letters() -> list[tuple[str, str]]:
    return list(Outgoing.objects.values_list("subject", "text"))


def test_erasing_somebody_takes_the_mail_about_them_out_of_the_outbox(alice: User, bob: User) -> None:
    client = covered(alice, bob)
    Outgoing.objects.create(to="x@y.example", subject="Your invitation", text="Hello", added_at=NOW)
    erase_person(person_at(client, "gary@north.example"), by=alice, now=NOW)
    assert letters() == [("", ""), ("Your invitation", "Hello")]
    assert Outgoing.objects.filter(sending_at=None).count() == 1


def test_deleting_a_client_deletes_the_mail_about_it(alice: User, bob: User) -> None:
    delete_client(covered(alice, bob), by=alice, now=NOW)
    assert letters() == []


def test_a_request_to_cover_is_not_sent_days_later(alice: User, bob: User, settings: Settings) -> None:
    covered(alice, bob)
    settings.EMAIL_HOST = "mail.example"
    assert deliver_next(now=NOW + 2 * A_DAY) is True
    assert letters() == [("", "")]
    assert Outgoing.objects.get().problem == "It was out of date before it could be sent."
    assert deliver_next(now=NOW + 2 * A_DAY) is False


def test_where_no_mail_is_sent_requests_are_forgotten_too(alice: User, bob: User) -> None:
    covered(alice, bob)
    forget_old(NOW + 2 * A_DAY)
    assert letters() == [("", "")]


def test_mails_are_blanked_a_month_after(firm: Firm) -> None:
    del firm
    made = {"to": "x@y.example", "subject": "Hello", "text": "A link", "added_at": NOW}
    Outgoing.objects.create(**made, sending_at=NOW, failed_at=NOW)
    Outgoing.objects.create(**made, sending_at=NOW)
    Outgoing.objects.create(**made)
    forget_old(NOW + 2 * A_DAY)
    assert letters() == [("Hello", ""), ("Hello", ""), ("Hello", "A link")]
    forget_old(NOW + 31 * A_DAY)
    assert letters() == [("", ""), ("", ""), ("", "")]
    assert Outgoing.objects.filter(sending_at=None).exists() is False


def test_who_never_wrote_and_what_was_agreed_goes_with_the_years(alice: User, firm: Firm) -> None:
    firm.keep_years = 2
    firm.save()
    old, new = NOW - 1000 * A_DAY, NOW - 10 * A_DAY
    keel = add_client("Keel", by=alice, now=old)
    for name, at in (("Olga Old", old), ("Nina New", new)):
        add_person(keel, name, by=alice, now=at)
        agree_item(keel, f"{name} calls on Mondays", by=alice, now=at)
    forget_old(NOW)
    assert list(Person.objects.values_list("name", flat=True)) == ["Nina New"]
    assert list(AgreedItem.objects.values_list("what", flat=True)) == ["Nina New calls on Mondays"]
    told = Event.objects.filter(verb="forget_old").get().after
    assert (told["people"], told["agreed"]) == (1, 1)
