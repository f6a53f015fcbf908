"""Notices by a service: which addresses are taken, and that each is sent at most once and without clients' words."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection

from amends.desk import tasks
from amends.desk.actions import notice_way
from amends.desk.actions.notice import choose_notice, send_test_notice, service_name, tell_late, tell_morning
from amends.desk.actions.notice_out import send_next_notice
from amends.desk.actions.notice_way import plain, send_by, service_of
from amends.desk.actions.waiting import cover_waiting
from amends.desk.models import Firm, LetterKind, Notice, NoticeChoice, Outgoing, User, Waiting, Way
from amends.desk.queries.notice import TO_GO
from amends.desk.rules import Refused
from amends.desk.seal import unseal
from amends.desk.tasks import Worker
from cast import NOW, ROSTER, TALK, a_client, assessed, at
from hooked import Hook, hook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django.fixtures import Settings

EIGHT = at("10 Mar 08:00")
SLACK = "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ"
ASKS = "Does anyone there read these?"


@pytest.fixture
def service() -> Iterator[Hook]:
    with hook() as told:
        yield told


def late_wait(alice: User, name: str = "North") -> Waiting:
    """Let somebody wait whose answer is due at NOW, at a client of Alice's."""
    client = a_client(f"7 Mar 17:30 gary: {ASKS}", name=name, looked_after_by=alice)
    message = client.messages.get()
    return Waiting.objects.create(
        client=client, person=message.person, message=message, thread=message.thread, quote=message.text,
        asked_at=message.at, due_at=NOW,
    )  # fmt: skip


def by_service(user: User, service: Hook, kind: LetterKind = LetterKind.LATE) -> NoticeChoice:
    return choose_notice(user, kind, Way.OTHER, service.address, by=user, now=NOW)


# Which addresses are taken


@pytest.mark.parametrize(
    ("address", "service"),
    [
        (SLACK, "Slack"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/", "Slack"),
        ("https://discord.com/api/webhooks/4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", "Discord"),
        ("ntfy://our-topic", "ntfy"),
        ("mmost://8.8.8.8/aaaabbbbccccdddd", "Mattermost"),
    ],
)
def test_services_of_the_world_are_everybodys(address: str, service: str) -> None:
    assert service_of(address, is_owner=False) == service


@pytest.mark.parametrize(
    "address",
    [
        "", "Slack", "file:///etc/passwd", "exec:///bin/sh", "http://169.254.169.254/latest", f"{SLACK} and more",
        f"{SLACK}\nfile:///etc/passwd", "json://" + "x" * 3000, "slack://one", "syslog://", "rsyslog://127.0.0.1", "dbus://",
        "xml://localhost", "mailto://bob:secret@mail.example",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_service_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="no address of a service that we know"):
        service_of(address, is_owner=True)


@pytest.mark.parametrize("more", ["template=/etc/passwd", "Template=x", "+template=x", "attach=file:///etc/passwd"])
def test_an_address_that_could_read_a_file_is_refused(more: str) -> None:
    with pytest.raises(Refused, match="it could read files of this machine"):
        service_of(f"slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?{more}", is_owner=True)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1:8000", "localhost", "0x7f000001", "10.0.0.7", "192.168.1.4", "[::1]", "[::ffff:10.0.0.7]",
     "169.254.169.254", "[fd00::1]", "224.0.0.1"],
)  # fmt: skip
def test_what_is_inside_is_an_owners_to_choose(host: str) -> None:
    with pytest.raises(Refused, match=r"inside your network\. Only an owner"):
        service_of(f"json://{host}/hook", is_owner=False)
    assert service_of(f"json://{host}/hook", is_owner=True) == "JSON"


def test_a_server_that_is_nowhere_is_refused() -> None:
    with pytest.raises(Refused, match=r"There is no server called “chat\.invalid”"):
        service_of("mmost://chat.invalid/aaaabbbb", is_owner=True)


def test_names_are_no_commands() -> None:
    assert plain("<!channel> @everyone [Gary](http://x) `rm` *now*") == "!channel (at)everyone Gary(http://x) rm now"


# What becomes of it


def test_what_a_service_answers_is_said(service: Hook) -> None:
    assert send_by(service.address, "Hello", "There", is_owner=True) == ""
    assert [(one["title"], one["message"]) for one in service.got] == [("Hello", "There")]
    service.answer = 404
    assert send_by(service.address, "a", "b", is_owner=True) == (
        "JSON did not take it: it answered 404. Check the address, or make a new one there."
    )
    assert "Only an owner" in send_by(service.address, "a", "b", is_owner=False)
    assert len(service.got) == 2


def test_a_service_sends_nobody_on_to_another_place(service: Hook) -> None:
    with hook() as inside:
        service.answer, service.to = 307, f"http://127.0.0.1:{inside.port}/inside"
        assert "it answered 307" in send_by(service.address, "a", "b", is_owner=True)
        assert inside.got == []


def test_a_service_that_hangs_is_given_up(service: Hook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice_way, "ANSWER_SECONDS", 0.2)
    service.seconds = 1.0
    told = send_by(f"{service.address}?rto=99&cto=99", "a", "b", is_owner=True)
    assert told == "JSON could not be reached, or did not answer in time."


# The whole way


def test_who_waits_is_told_by_the_service_once_and_without_their_words(alice: User, service: Hook) -> None:
    choice = by_service(alice, service)
    assert (service_name(choice), json.loads(unseal(choice.secret))["address"]) == ("JSON", service.address)
    assert service.address not in choice.secret
    wait = late_wait(alice)
    assert tell_late(now=NOW) is True
    assert (send_next_notice(now=NOW), send_next_notice(now=NOW), tell_late(now=NOW)) == (True, False, False)
    [said] = service.got
    assert said["title"] == "Gary at North waits longer than agreed"
    assert said["message"].startswith(
        f"North has waited 2 days for an answer. Can you call Gary?\nhttp://127.0.0.1:8321/clients/{wait.client_id}/call"
    )
    assert "/settings/notices" in said["message"]
    assert ASKS not in json.dumps(said)
    row = Notice.objects.get()
    assert (row.way, row.sending_at, row.told_at, row.problem) == (Way.OTHER, NOW, NOW, "")
    assert Outgoing.objects.count() == 0


def test_the_morning_goes_by_the_service(alice: User, service: Hook) -> None:
    by_service(alice, service, LetterKind.MORNING)
    assessed(TALK, ROSTER, now=EIGHT)
    assert (tell_morning(now=EIGHT), send_next_notice(now=EIGHT)) == (True, True)
    [said] = service.got
    assert said["title"] == "One person to call today"
    assert said["message"].startswith("• Gary at North: has waited 2 days for an answer\n")


def test_a_call_for_help_goes_by_the_service(alice: User, bob: User, service: Hook) -> None:
    by_service(alice, service, LetterKind.COVER)
    wait = late_wait(bob)
    for _ in range(2):  # asked twice at once is asked once
        cover_waiting(wait, alice, by=bob, now=NOW)
    assert (send_next_notice(now=NOW), send_next_notice(now=NOW)) == (True, False)
    assert [one["title"] for one in service.got] == ["Can you call Gary at North?"]


def test_what_a_service_does_not_take_goes_by_mail_once(alice: User, service: Hook, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.alder.example"
    by_service(alice, service)
    late_wait(alice)
    service.answer = 500
    tell_late(now=NOW)
    assert (send_next_notice(now=NOW), send_next_notice(now=NOW), tell_late(now=NOW)) == (True, False, False)
    letter = Outgoing.objects.get()
    assert (letter.kind, letter.user, letter.subject) == (
        LetterKind.LATE, alice, "Gary at North waits longer than agreed",
    )  # fmt: skip
    assert Notice.objects.get().letter == letter
    problem = "JSON did not take it: it answered 500. Check the address, or make a new one there."
    assert (NoticeChoice.objects.get().problem, NoticeChoice.objects.get().failed_at) == (problem, NOW)
    service.answer = 200
    late_wait(alice, "South")
    tell_late(now=NOW + timedelta(hours=2))
    send_next_notice(now=NOW + timedelta(hours=2))
    assert (NoticeChoice.objects.get().problem, Outgoing.objects.count()) == ("", 1)


def test_a_secret_that_cannot_be_opened_is_said(alice: User, service: Hook, settings: Settings) -> None:
    settings.SEAL_KEY = "the first key, which is long enough"
    choice = by_service(alice, service)
    settings.SEAL_KEY = "another key, which is long enough too"
    assert service_name(choice) == ""
    send_test_notice(alice, LetterKind.LATE, by=alice, now=NOW)
    send_next_notice(now=NOW)
    assert "sealed with another key" in Notice.objects.get().problem
    assert service.got == []


def test_who_was_cut_off_while_sending_does_not_send_again(alice: User, service: Hook) -> None:
    by_service(alice, service)
    late_wait(alice)
    tell_late(now=NOW)
    Notice.objects.update(sending_at=NOW)
    assert send_next_notice(now=NOW + timedelta(minutes=5)) is False
    assert (service.got, Notice.objects.get().told_at) == ([], None)


@pytest.mark.parametrize("change", ["settled", "old", "closed", "unchosen"])
def test_what_says_nothing_any_more_is_not_sent(alice: User, service: Hook, change: str) -> None:
    by_service(alice, service)
    late_wait(alice)
    tell_late(now=NOW)
    if change == "settled":
        Waiting.objects.update(settled_at=NOW)
    elif change == "closed":
        User.objects.filter(pk=alice.pk).update(is_active=False)
    elif change == "unchosen":
        choose_notice(alice, LetterKind.LATE, Way.MAIL, by=alice, now=NOW)
    later = NOW + timedelta(hours=25 if change == "old" else 0)
    assert (send_next_notice(now=later), send_next_notice(now=later), service.got) == (True, False, [])


@pytest.mark.parametrize("kind", [LetterKind.MORNING, LetterKind.COVER])
def test_nor_is_a_morning_that_is_over_or_a_wait_that_another_took(
    alice: User, bob: User, service: Hook, kind: LetterKind
) -> None:
    by_service(alice, service, kind)
    if kind is LetterKind.MORNING:
        assessed(TALK, ROSTER, now=EIGHT)
        tell_morning(now=EIGHT)
    else:
        cover_waiting(late_wait(bob), alice, by=bob, now=NOW)
        Waiting.objects.update(covered_by=None)
    assert (send_next_notice(now=NOW), service.got) == (True, [])
    assert Notice.objects.get().way == Way.NONE


def test_at_night_who_waits_is_told_to_nobody_but_a_test_is(alice: User, service: Hook) -> None:
    by_service(alice, service)
    late_wait(alice)
    tell_late(now=NOW)
    night = at("10 Mar 20:00")
    assert send_next_notice(now=night) is False
    send_test_notice(alice, LetterKind.LATE, by=alice, now=night)
    send_test_notice(alice, LetterKind.LATE, by=alice, now=night)  # the one before is not sent twice
    assert (send_next_notice(now=night), send_next_notice(now=night)) == (True, False)
    assert [one["title"] for one in service.got] == ["A test from Amends"]
    assert send_next_notice(now=at("11 Mar 09:00")) is True


def test_the_worker_tells_and_sends_and_then_rests(alice: User, service: Hook) -> None:
    by_service(alice, service)
    late_wait(alice)
    worker = Worker()
    jobs = (tasks.tell_colleagues, tasks.send_notices)
    assert [worker.do_first(jobs, NOW) for _ in range(3)] == [True, True, False]
    assert worker.rests == {
        "tell_colleagues": NOW + timedelta(minutes=1), "send_notices": NOW + timedelta(seconds=5),
    }  # fmt: skip
    Firm.objects.all().delete()
    assert tasks.send_notices(worker, NOW) is False


@pytest.mark.django_db
def test_the_worker_finds_what_waits_for_a_service_by_an_index() -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # of so few rows it reads all
    assert "notice_due" in Notice.objects.filter(TO_GO).order_by("at", "pk")[:1].explain()
