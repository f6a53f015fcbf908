"""Who is private: their mail is never kept, whichever way it comes, and what was kept goes with all that quotes it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from amends.desk.actions.health import assess_client, dismiss_signal
from amends.desk.actions.letter import write_letter
from amends.desk.actions.private import mark_private, private_name, unmark_private
from amends.desk.models import (
    Client,
    Dismissal,
    Drop,
    Dropped,
    Event,
    Mailbox,
    Meeting,
    Message,
    Outgoing,
    Person,
    PersonAddress,
    Private,
    Reference,
    Signal,
    Standing,
    Touch,
    User,
    Waiting,
)
from amends.desk.queries.mailbox import privates, stored_of
from amends.desk.rules import Refused
from cast import NOW, a_restricted_client, told
from mailbag import US, brought_in, mail, mbox

if TYPE_CHECKING:
    from amends.desk.models import Branch, Firm

pytestmark = pytest.mark.usefixtures("firm")
ANN = "Ann Wells <ann@clinic.example>"
DAYS = timedelta(days=1)


def hidden() -> bytes:
    """Return mail with Ann, of whom nothing shall be kept, and with Gary."""
    return mbox(
        mail("Nobody came this morning. Where are they?", id="a", sender=ANN, at=NOW - 5 * DAYS),
        mail("On their way.", id="b", answers="a", sender=US, to=ANN, at=NOW - 4 * DAYS),
        mail("And again today, can you call me?", id="c", answers="b", sender=ANN, at=NOW - 3 * DAYS),
        mail("Can you send two people?", id="d", at=NOW - 3 * DAYS),
        mail("For you both", id="e", sender=US, to="gary@north.example", cc=ANN, at=NOW - 2 * DAYS),
    )


def texts() -> list[str]:
    return sorted(Message.objects.values_list("text", flat=True))


@pytest.mark.parametrize("what", ["ann@clinic.example", "clinic.example"])
def test_mail_with_the_private_is_counted_and_not_kept(what: str) -> None:
    mark_private(what, by=None, now=NOW)
    mailing = brought_in(hidden())
    assert texts() == ["Can you send two people?"]
    assert (mailing.read, mailing.kept, mailing.left_out) == (5, 1, 4)
    assert list(Client.objects.values_list("name", flat=True)) == ["north.example"]
    assert not PersonAddress.objects.filter(address__contains="clinic").exists()


@pytest.mark.parametrize("what", ["ann@clinic.example", "clinic.example"])
def test_letters_to_them_go_nowhere_and_nothing_is_left_of_them(alice: User, what: str) -> None:
    brought_in(hidden())
    clinic = Client.objects.get(name="clinic.example")
    clinic.looked_after_by = alice
    clinic.standing = Standing.CLIENT
    clinic.save()
    for is_sent in (True, False):
        letter = write_letter(clinic, "ann@clinic.example", "About Ann", "Dear Ann.", by=alice, now=NOW)
        Outgoing.objects.filter(pk=letter.pk).update(
            sent_at=NOW if is_sent else None, problem="550 <ann@clinic.example>"
        )
    mark_private(what, by=alice, now=NOW)
    left = [(each.to, each.subject, each.text, each.person) for each in Outgoing.objects.all()]
    assert left == [("forgotten@erased.invalid", "", "", None)] * 2
    assert [each.problem for each in Outgoing.objects.all()] == ["", ""]
    assert Outgoing.objects.filter(sending_at=None).count() == 0


def test_a_private_domain_holds_all_below_it_and_nothing_beside() -> None:
    mark_private("clinic.example", by=None, now=NOW)
    brought_in(mbox(mail("a", id="a", sender="x@ward.clinic.example"), mail("b", id="b", sender="x@eclinic.example")))
    assert texts() == ["b"]


def test_what_was_kept_goes_with_all_that_quotes_it(alice: User) -> None:
    brought_in(hidden())
    clinic = Client.objects.get(name="clinic.example")
    clinic.standing = Standing.CLIENT
    clinic.save()
    assess_client(clinic, now=NOW)
    first, *_others = clinic.signals.order_by("pk")
    dismiss_signal(first, "No, Ann meant Monday.", by=alice, now=NOW)
    quoting = Outgoing.objects.create(
        to=US, subject="Can you call?", text="“And again today, can you call me?”", client=clinic, added_at=NOW
    )
    morning = Outgoing.objects.create(
        kind="morning", to=US, subject="One person to call today", text="• Ann\n  “And again today, can you call me?”",
        added_at=NOW,
    )  # fmt: skip
    drop = Drop.objects.create(user=alice, made_at=NOW)
    for subject in ("Monday", "Of others"):
        Dropped.objects.create(drop=drop, file=subject, subject=subject, at=NOW)
    other = Outgoing.objects.create(to=US, subject="Hello", text="Nothing of theirs", client=clinic, added_at=NOW)
    assert (stored_of(" Clinic.example"), stored_of("ann@clinic.example"), stored_of("")) == (4, 4, 0)
    assert clinic.signals.exists()
    assert clinic.waiting.exists()
    mark_private("ann@clinic.example", by=alice, now=NOW)
    assert texts() == ["Can you send two people?"]
    assert (Signal.objects.filter(client=clinic).exists(), Waiting.objects.filter(client=clinic).exists()) == (
        False,
        False,
    )
    assert set(Dismissal.objects.values_list("summary", "reason")) == {("", "")}
    assert [(row.before, row.after) for row in Event.objects.filter(verb="dismiss_signal")] == [({}, {})]
    assert list(Outgoing.objects.order_by("pk").values_list("text", flat=True)) == ["", "", "Nothing of theirs"]
    assert sorted(Dropped.objects.values_list("subject", flat=True)) == ["", "Of others"]
    assert (quoting.pk < morning.pk < other.pk, Person.objects.filter(name="Ann Wells").exists()) == (True, False)
    assert Client.objects.get(pk=clinic.pk).assess_due_at == NOW  # a confirmed client stays, and is looked at
    assert Reference.objects.filter(client=clinic).exists()  # how threads hang together
    assert stored_of("clinic.example") == 0


def test_who_was_found_in_that_mail_alone_goes() -> None:
    brought_in(hidden())
    mark_private("clinic.example", by=None, now=NOW)
    assert list(Client.objects.values_list("name", flat=True)) == ["north.example"]
    assert Event.objects.filter(verb="mark_private").get().after == {"is_domain": True, "messages": 4}


def test_who_has_another_address_stays_under_it() -> None:
    brought_in(hidden())
    person = Person.objects.get(name="Ann Wells")
    PersonAddress.objects.create(person=person, address="ann@north.example")
    mark_private("clinic.example", by=None, now=NOW)
    assert list(PersonAddress.objects.filter(person__name="Ann Wells").values_list("address", flat=True)) == []
    assert not Client.objects.filter(name="clinic.example").exists()


def test_meetings_with_the_private_go() -> None:
    brought_in(hidden())
    clinic = Client.objects.get(name="clinic.example")
    touch = Touch.objects.create(client=clinic, at=NOW, kind="meeting", summary="Ann’s check", added_at=NOW)
    row = {"client": clinic, "stamped_at": NOW, "starts_at": NOW}
    Meeting.objects.create(uid="1", organizer="ann@clinic.example", touch=touch, **row)
    Meeting.objects.create(uid="2", attendees={"ann@clinic.example": "ACCEPTED"}, **row)
    Meeting.objects.create(uid="3", organizer=US, **row)
    Client.objects.update(standing=Standing.CLIENT)
    mark_private("ann@clinic.example", by=None, now=NOW)
    assert (list(Meeting.objects.values_list("uid", flat=True)), Touch.objects.count()) == (["3"], 0)


def test_what_was_kept_may_stay_and_marks_can_be_taken_back(alice: User) -> None:
    brought_in(hidden())
    private = mark_private("Ann@Clinic.example", by=alice, now=NOW, is_removed=False)
    assert (list(privates()), stored_of("ann@clinic.example")) == ([private], 4)
    with pytest.raises(Refused, match=r"^ann@clinic\.example is marked as private already\.$"):
        mark_private("ann@clinic.example", by=alice, now=NOW)
    unmark_private(private, by=alice, now=NOW)
    unmark_private(private, by=alice, now=NOW)
    assert (Private.objects.count(), len(told("unmark_private"))) == (0, 1)
    brought_in(mbox(mail("After all", id="z", sender=ANN)))
    assert "After all" in texts()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("clinic", "“clinic” is neither an address nor a domain."),
        ("alder.example", "alder.example is your own firm’s."),
        ("bob@alder.example", "bob@alder.example is your own firm’s."),
        ("mail.alder.example", "mail.alder.example is your own firm’s."),
        ("desk.temps@gmail.com", "desk.temps@gmail.com is your own firm’s."),
        ("gmail.com", "Everybody may have an address at gmail.com. Write the person’s whole address."),
        ("co.uk", "co.uk belongs to too many."),
    ],
)
def test_what_cannot_be_private_is_said(firm: Firm, typed: str, said: str) -> None:
    firm.addresses = [*firm.addresses, "temps@hotmail.com"]
    firm.save()
    way = {"host": "imap.gmail.com", "port": 993, "login": "desk.temps"}
    Mailbox.objects.create(address="desk.temps@gmail.com", added_at=NOW, **way)
    with pytest.raises(Refused) as refused:
        private_name(typed)
    assert str(refused.value).startswith(said)


def test_a_person_at_a_provider_of_everybodys_can_be_private() -> None:
    assert [private_name(each) for each in (" @Clinic.co.uk.", "ann@gmail.com")] == ["clinic.co.uk", "ann@gmail.com"]


def test_only_who_manages_all_that_is_lost_may_remove_it(mona: User, bob: User, charlie: User, harbour: Branch) -> None:
    a_restricted_client("5 Mar 09:00 client: Hello.", branch=harbour, looked_after_by=charlie)
    with pytest.raises(Refused, match="Ask a manager"):
        mark_private("secret.example", by=bob, now=NOW)
    with pytest.raises(Refused, match=r"^Some of what is stored is not yours to remove\."):  # it names nobody
        mark_private("secret.example", by=mona, now=NOW)
    Client.objects.update(is_restricted=False)
    with pytest.raises(Refused, match="Secret is another branch’s"):
        mark_private("secret.example", by=mona, now=NOW)
    assert (Private.objects.count(), Message.objects.count()) == (0, 1)


def test_nothing_of_the_private_is_left_in_any_table_but_the_mark() -> None:
    """Every column of every table is read: their names, addresses and words are in none."""
    brought_in(hidden())
    clinic = Client.objects.get(name="clinic.example")
    Client.objects.filter(pk=clinic.pk).update(standing=Standing.CLIENT)
    assess_client(Client.objects.get(pk=clinic.pk), now=NOW)
    mark_private("clinic.example", by=None, now=NOW)
    assess_client(Client.objects.get(pk=clinic.pk), now=NOW)  # as the worker does at once
    words = ("ann@", "Ann Wells", "Nobody came", "call me", "For you both", "On their way")
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  (names of our own tables)
            rows = " ".join(str(row) for row in cursor.fetchall())
            found += [(table, word) for word in words if word in rows]
    assert found == []
    assert list(Client.objects.filter(pk=clinic.pk).values_list("messages_count", "why")) == [(0, "")]
