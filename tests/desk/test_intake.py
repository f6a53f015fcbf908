"""A mail file becomes clients, people, conversations and messages; nothing is lost, nothing is kept twice."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from amends.desk.actions.intake import (
    TakenAwayError,
    begin_import,
    job_of,
    keep_batch,
    receive_files,
    stop_import,
    take_lease,
    work_on_import,
)
from amends.desk.actions.look import look_through
from amends.desk.actions.reading import letters_in
from amends.desk.models import (
    Client,
    ClientKey,
    Event,
    Firm,
    ImportStatus,
    MailImport,
    Message,
    Person,
    PersonAddress,
    Standing,
    User,
)
from amends.desk.queries.intake import Found, found_in, progress_of
from amends.desk.rules import Refused
from cast import NOW
from mailbag import US, brought_in, looked_through, mail, mbox, read, received

pytestmark = pytest.mark.usefixtures("firm")
COUNTS = ("read", "kept", "known", "automated", "internal", "left_out", "skipped")


def counts(mailing: MailImport) -> dict[str, int]:
    mailing.refresh_from_db()
    return {name: getattr(mailing, name) for name in COUNTS if getattr(mailing, name)}


def rows() -> list[tuple[Any, ...]]:
    fields = (
        "client__name",
        "person__name",
        "message_id",
        "at",
        "from_us",
        "subject",
        "thread",
        "text",
        "said",
        "asks",
    )
    return list(Message.objects.order_by("client__name", "at", "key").values_list(*fields))


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


MONTH = mbox(
    mail("Hello, can you send two people?", id="a", at=days_ago(9)),
    mail("Yes, on Monday.", id="b", answers="a", sender=f"Bob Reed <{US}>", to="gary@north.example", at=days_ago(8)),
    mail("Nobody came this morning. This is the second time.", id="c", answers="b", at=days_ago(3)),
    mail("Order 4", id="d", sender="Ina <ina@south.example>", at=days_ago(2)),
    mail("The news", id="e", sender="news@paper.example", at=days_ago(2), List_Id="<news.paper.example>"),
    mail("Lunch?", id="f", sender=US, to="mona@alder.example", at=days_ago(1)),
)


def test_every_message_is_accounted_for() -> None:
    mailing = brought_in(MONTH)
    assert (mailing.status, mailing.total) == (ImportStatus.DONE, 6)
    assert counts(mailing) == {"read": 6, "kept": 4, "automated": 1, "internal": 1}
    assert Message.objects.count() == 4


def test_companies_and_people_are_found_in_the_mail() -> None:
    brought_in(MONTH)
    assert sorted(Client.objects.values_list("name", "standing", "keys__key")) == [
        ("north.example", Standing.FOUND, "north.example"),
        ("south.example", Standing.FOUND, "south.example"),
    ]
    people = Person.objects.order_by("name").values_list("name", "addresses__address", "last_wrote_at")
    assert list(people) == [
        ("Gary North", "gary@north.example", days_ago(3)),
        ("Ina", "ina@south.example", days_ago(2)),
    ]


def test_the_client_is_heard_and_the_conversation_is_one() -> None:
    brought_in(MONTH)
    north = Message.objects.filter(client__name="north.example").order_by("at")
    assert [(one.from_us, one.person and one.person.name) for one in north] == [
        (False, "Gary North"),
        (True, None),
        (False, "Gary North"),
    ]
    assert len({one.thread for one in north}) == 1
    assert [rule for rule, _ in north[2].said] == ["complaint"]
    assert north[0].asks == "Hello, can you send two people?"


def test_what_is_too_old_to_count_is_kept_and_not_heard() -> None:
    brought_in(mbox(mail("Nobody came this morning. This is the second time.", at=days_ago(400))))
    [old] = Message.objects.all()
    assert (old.said, old.words) == ([], 9)


def test_a_mail_to_two_clients_is_kept_with_each() -> None:
    brought_in(mbox(mail("Both of you", sender=US, to="gary@north.example, ina@south.example", id="a")))
    assert sorted(Message.objects.values_list("client__name", "message_id")) == [
        ("north.example", "a@test"),
        ("south.example", "a@test"),
    ]


def test_the_same_file_twice_changes_nothing() -> None:
    brought_in(MONTH)
    before = rows()
    again = brought_in(MONTH)
    assert counts(again) == {"read": 6, "known": 4, "automated": 1, "internal": 1}
    assert rows() == before


def test_the_client_is_due_to_be_looked_at() -> None:
    brought_in(MONTH)
    assert set(Client.objects.values_list("assess_due_at", flat=True)) == {NOW}


def test_a_company_is_called_what_its_signatures_say() -> None:
    signed = "Please send two.\n\nBest regards,\nGary North\nWarehouse Manager\nNorth Example Foods\n555 0199\n"
    brought_in(mbox(mail("Hello", id="a"), mail(signed, id="b", sender="Gary North <gary@northexample.test>")))
    assert sorted(Client.objects.values_list("name", flat=True)) == ["North Example Foods", "north.example"]
    assert list(Person.objects.exclude(title="").values_list("name", "title")) == [("Gary North", "Warehouse Manager")]


def test_a_name_that_comes_later_takes_the_place_of_the_domain() -> None:
    brought_in(mbox(mail("Hello", id="a", sender="gary@northexample.test")))
    signed = "Please send two.\n\nBest regards,\nGary North\nNorth Example Foods\n"
    brought_in(mbox(mail(signed, id="b", sender="Gary North <gary@northexample.test>")))
    assert list(Client.objects.values_list("name", "search")) == [
        ("North Example Foods", "north example foods northexample test")
    ]
    assert list(Person.objects.values_list("name", flat=True)) == ["Gary North"]


def test_somebody_who_writes_from_home_counts_for_their_company() -> None:
    home = "Gary North <gary.north@gmail.com>"
    brought_in(mbox(mail("From work", id="a"), mail("From home", id="b", sender=home, cc="gary@north.example")))
    [client] = Client.objects.all()
    assert sorted(client.keys.values_list("key", flat=True)) == ["gary.north@gmail.com", "north.example"]
    [gary] = client.people.all()
    assert sorted(gary.addresses.values_list("address", flat=True)) == ["gary.north@gmail.com", "gary@north.example"]
    assert set(Message.objects.values_list("client", "person")) == {(client.pk, gary.pk)}


def test_mail_from_a_known_private_address_goes_to_its_client() -> None:
    north = Client.objects.create(name="North", created_at=NOW)
    gary = Person.objects.create(client=north, name="Gary North")
    PersonAddress.objects.create(person=gary, address="gary@gmail.com")
    brought_in(mbox(mail("From home", sender="gary@gmail.com")))
    assert list(Message.objects.values_list("client__name", "person__name")) == [("North", "Gary North")]


def test_our_own_people_at_home_are_us() -> None:
    mailing = looked_through(
        mbox(
            mail("One", sender=f"Bob Reed <{US}>", to="gary@north.example"),
            mail("Two", sender="Bob Reed <bob.reed@gmail.com>", to="gary@north.example"),
        )
    )
    assert mailing.us == ["alder.example", "bob.reed@gmail.com"]


def test_a_kill_between_batches_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.desk.actions.reading.BATCH", 1)
    mailing = looked_through(MONTH)
    begin_import(mailing, by=None, now=NOW, us=["alder.example"])
    turns = 0
    while work_on_import(mailing, now=NOW, clock=lambda: NOW, turn=timedelta(0)):
        turns += 1
    assert (turns, counts(mailing)) == (6, {"read": 6, "kept": 4, "automated": 1, "internal": 1})
    in_pieces = rows()
    Client.objects.all().delete()
    brought_in(MONTH)
    assert rows() == in_pieces


def test_a_batch_that_somebody_else_kept_is_not_kept_again() -> None:
    mailing = looked_through(MONTH)
    begin_import(mailing, by=None, now=NOW, us=["alder.example"])
    late = MailImport.objects.get()
    [batch] = letters_in(job_of(mailing, NOW), 0)
    keep_batch(mailing, batch, now=NOW)
    with pytest.raises(TakenAwayError):
        keep_batch(late, batch, now=NOW)
    assert counts(mailing)["read"] == 6


def test_of_two_workers_one_has_the_lease_until_it_runs_out() -> None:
    mailing = received(MONTH)
    assert take_lease(mailing, ImportStatus.LOOKING, NOW)
    assert not take_lease(MailImport.objects.get(), ImportStatus.LOOKING, NOW)
    assert not look_through(mailing, now=NOW)
    assert not work_on_import(mailing, now=NOW)
    assert take_lease(mailing, ImportStatus.LOOKING, NOW + timedelta(minutes=2))


def test_stopping_keeps_what_was_read_and_removes_the_file(
    django_capture_on_commit_callbacks: Any, alice: User
) -> None:
    mailing = looked_through(MONTH)
    begin_import(mailing, by=alice, now=NOW, us=["alder.example"])
    with django_capture_on_commit_callbacks(execute=True):
        stop_import(mailing, by=alice, now=NOW)
    assert (mailing.status, Path(mailing.path).exists()) == (ImportStatus.STOPPED, False)
    assert not work_on_import(mailing, now=NOW)
    with pytest.raises(Refused, match="over already"):
        stop_import(mailing, by=alice, now=NOW)
    with pytest.raises(Refused, match="cannot be read any more"):
        begin_import(mailing, by=alice, now=NOW, us=["alder.example"])


def test_our_addresses_become_the_firms(alice: User) -> None:
    mailing = looked_through(MONTH)
    begin_import(mailing, by=alice, now=NOW, us=["Alder.example", "desk@alder-temps.example"])
    assert Firm.objects.get().addresses == ["alder.example", "desk@alder-temps.example"]
    assert mailing.us == ["alder.example", "alder-temps.example"]
    assert Event.objects.filter(verb="begin_import").get().by == alice


def test_somebody_must_be_us(alice: User) -> None:
    with pytest.raises(Refused, match="Say which addresses are yours"):
        begin_import(looked_through(MONTH), by=alice, now=NOW, us=[" "])


def test_members_bring_no_mail_in(bob: User) -> None:
    with pytest.raises(Refused, match="Ask a manager"):
        received(MONTH, by=bob)


def test_the_file_goes_when_all_of_it_is_read(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        mailing = brought_in(MONTH)
    assert not Path(mailing.path).parent.exists()


def test_several_files_are_one_import(tmp_path: Path) -> None:
    (tmp_path / "1").write_bytes(mbox(mail("One", id="a")))
    (tmp_path / "2").write_bytes(mail("Two", id="b"))
    (tmp_path / "3").write_bytes(b"PK\3\4")
    files = [("In.mbox", tmp_path / "1", 5), ("two.eml", tmp_path / "2", 6), ("all.zip", tmp_path / "3", 4)]
    mailing = receive_files(files, by=None, now=NOW)
    look_through(mailing, now=NOW, clock=lambda: NOW)
    assert (mailing.name, mailing.size, mailing.total) == ("In.mbox and 2 more", 15, 2)
    assert [(skip.where, skip.why) for skip in mailing.skips.all()] == [
        ("all.zip", "It is an archive: unpack it first, then add the files in it")
    ]
    assert counts(read(mailing)) == {"read": 2, "kept": 2}


def test_progress_says_how_long_it_will_take_and_what_was_found(alice: User) -> None:
    mailing = brought_in(MONTH)
    MailImport.objects.update(status=ImportStatus.READING, total=24, started_at=days_ago(1))
    mailing.refresh_from_db()
    progress = progress_of(mailing, NOW, alice)
    assert progress.left == timedelta(days=3)
    assert progress.found == found_in(mailing, alice)
    assert progress.found == Found(clients=0, unconfirmed=2, people=2, need_you=0)


BAD = {
    "all.zip": (b"PK\3\4", "It is an archive: unpack it first, then add the files in it."),
    "empty.mbox": (b"", "The file is empty; check whether it was copied or exported whole."),
    "photo.jpg": (b"\xff\xd8\xff\xe0\0\0", "It is neither an mbox nor a single mail"),
    "broken.msg": (b"not really", "The Outlook message is damaged; save it again from Outlook."),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_mail_is_refused_with_a_sentence(name: str, django_capture_on_commit_callbacks: Any) -> None:
    content, words = BAD[name]
    with django_capture_on_commit_callbacks(execute=True):
        mailing = looked_through(content, name)
    assert mailing.status == ImportStatus.FAILED
    assert mailing.problem.startswith(words)
    assert not Path(mailing.path).exists()


def test_a_packed_mailbox_is_unpacked() -> None:
    assert counts(brought_in(gzip.compress(MONTH), "Inbox.mbox.gz"))["kept"] == 4


def test_a_packed_mailbox_that_is_cut_off_is_read_as_far_as_it_goes() -> None:
    long = mbox(*(mail(f"Mail {n} " + "x" * 500, id=f"m{n}") for n in range(200)))
    mailing = brought_in(gzip.compress(long, 1)[:-200], "Inbox.mbox.gz")
    assert 100 < mailing.kept < 200
    assert [(skip.where, skip.why[:25]) for skip in mailing.skips.all()] == [
        ("Inbox.mbox.gz", "It is damaged or cut off;")
    ]


def test_a_bomb_stops_where_it_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "MOST_UNPACKED_BYTES", 5_000_000)
    mailing = looked_through(gzip.compress(b"From a\n" + b"\0" * 10_000_000), "bomb.gz")
    assert mailing.problem.startswith("bomb.gz is too large: unpacked it has more than 4 MB")


def test_a_mailbox_packed_twice_is_refused() -> None:
    mailing = looked_through(gzip.compress(gzip.compress(MONTH)), "twice.gz")
    assert mailing.problem == "twice.gz is packed more than once. Unpack it yourself, then add it."


def test_what_no_database_takes_is_cleaned() -> None:
    raw = (
        b"From: =?utf-8?q?Ga=00ry?= <gary@north.example>\nTo: bob@alder.example\nSubject: a\0b " + b"s" * 5_000_000
        + b"\nDate: Mon, 3 Mar 2025 09:00:00 +0000\nMessage-ID: <x\0y@test>\n"
        b"Content-Type: text/plain; charset=utf-7\n\n+2AA- half a character\n\0\n"
    )  # fmt: skip
    mailing = brought_in(mbox(raw))
    [kept] = Message.objects.all()
    assert counts(mailing) == {"read": 1, "kept": 1}
    assert len(kept.subject) <= 1_000
    assert "\0" not in kept.subject + kept.text + kept.message_id + kept.sender_name


def test_mail_of_no_time_or_a_time_to_come_is_named_and_left_out() -> None:
    undated = mail("When?", id="a").replace(b"Date:", b"X-Date:")
    mailing = brought_in(b"From x\n" + undated + b"\n" + mbox(mail("Later", id="b", at=NOW + timedelta(days=800))))
    assert counts(mailing) == {"read": 2, "skipped": 2}
    assert [skip.why.partition(",")[0] for skip in mailing.skips.order_by("pk")] == [
        "It carries no date that can be believed",
        "It is dated May 19",
    ]


def test_an_address_longer_than_any_is_nobody() -> None:
    assert counts(brought_in(mbox(mail("Hi", sender=f"{'a' * 300}@north.example")))) == {"read": 1, "internal": 1}


def test_the_disk_being_full_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = looked_through(MONTH)
    begin_import(mailing, by=None, now=NOW, us=["alder.example"])

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("amends.desk.actions.intake.keep_messages", full)
    assert not work_on_import(mailing, now=NOW)
    mailing.refresh_from_db()
    assert (mailing.status, mailing.problem) == (
        ImportStatus.FAILED,
        "The disk is full. Nothing that is here already is lost. Make room, then try again.",
    )
    monkeypatch.undo()
    begin_import(mailing, by=None, now=NOW, us=["alder.example"])
    assert counts(read(mailing))["kept"] == 4


def test_a_client_of_ours_keeps_its_mail_under_its_own_name() -> None:
    north = Client.objects.create(name="The North", created_at=datetime(2020, 1, 1, tzinfo=UTC))
    ClientKey.objects.create(client=north, key="north.example")
    brought_in(MONTH)
    assert north.messages.count() == 3
