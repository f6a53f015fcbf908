"""The edges of taking mail in: processes that die, disks that fill, workers that are overtaken, files left behind."""

from __future__ import annotations

import gzip
import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings

from amends.desk.actions import readers, upload
from amends.desk.actions.homes import join_people_at_home
from amends.desk.actions.intake import (
    TakenAwayError,
    begin_import,
    fail_import,
    finish_import,
    job_of,
    receive_files,
    work_on_import,
)
from amends.desk.actions.look import look_through
from amends.desk.actions.mail import keep_messages
from amends.desk.actions.reading import Seen, letters_in, seen_in
from amends.desk.actions.upload import safe_name, sweep, take_in
from amends.desk.models import (
    Client,
    ClientKey,
    ImportStatus,
    MailImport,
    Message,
    Person,
    PersonAddress,
    Reference,
    Standing,
)
from amends.desk.rules import Refused
from amends.sources import SourceError
from cast import NOW
from mailbag import US, brought_in, looked_through, mail, mbox, read, received
from trouble import breaks, dies

if TYPE_CHECKING:
    from amends.desk.actions.reading import Letter

pytestmark = pytest.mark.usefixtures("firm")
DISK_FULL = OSError(28, "No space left on device")


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def letters(*mails: bytes) -> list[Letter]:
    """Return letters as a live mailbox would bring them."""
    mailing = looked_through(mbox(*mails))
    mailing.us = ["alder.example"]
    return [letter for batch in letters_in(job_of(mailing, NOW), 0) for letter in batch.letters]


def threads() -> int:
    return Message.objects.values("thread").distinct().count()


def fails_with(error: Exception) -> Any:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    return fail


# ── Processes that read


@pytest.mark.parametrize("count", [1, 2])
def test_processes_side_by_side_read_the_same_as_one(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.sources.mbox.PART_BYTES", 2_000)
    mailing = looked_through(mbox(*(mail(f"Mail {n} " + "x " * 300, id=f"m{n}") for n in range(30))))
    job = job_of(mailing, NOW)
    assert len(job.parts) > 4
    here = [batch for number in range(1, len(job.parts)) for batch in letters_in(job, number, 2 if number == 1 else 0)]
    with readers.read_by(count, letters_in, job, part=1, done=2) as batches:
        assert list(batches) == here


def test_a_file_large_enough_is_read_in_processes_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("intake", "look"):
        monkeypatch.setattr(f"amends.desk.actions.{module}.SMALL_BYTES", 0)
    assert brought_in(mbox(mail("One", id="a"), mail("Two", id="b"))).kept == 2


@pytest.mark.parametrize(("work", "says"), [(dies, "ended by the system"), (breaks, "it is damaged")])
def test_what_happens_to_a_process_is_said(work: Any, says: str) -> None:
    job = job_of(looked_through(mbox(mail())), NOW)
    with pytest.raises(SourceError, match=says), readers.read_by(1, work, job) as pieces:
        list(pieces)


def test_a_process_that_dies_fails_the_import_and_it_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = looked_through(mbox(mail()))
    begin_import(mailing, by=None, now=NOW, us=["alder.example"])
    monkeypatch.setattr("amends.desk.actions.intake.letters_in", fails_with(SourceError(readers.DIED, permanent=False)))
    assert not work_on_import(mailing, now=NOW)
    assert (mailing.status, mailing.problem) == (ImportStatus.FAILED, readers.DIED)
    monkeypatch.undo()
    begin_import(mailing, by=None, now=NOW, us=["alder.example"])
    assert read(mailing).kept == 1


class Listener:
    """The end of a pipe at which somebody listens, or nobody any more."""

    def __init__(self, *, is_there: bool = True) -> None:
        self.heard: list[Any] = []
        self.is_there = is_there

    def send(self, piece: Any) -> None:
        if not self.is_there:
            raise BrokenPipeError
        self.heard.append(piece)


def test_what_a_process_hands_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    job, end = job_of(looked_through(mbox(mail())), NOW), Listener()
    readers._hand_over(end, seen_in, job, range(1), 0, 0)  # type: ignore[arg-type]  # stands in for a pipe
    assert [piece and piece.messages for piece, _ in end.heard] == [1, None]
    broken = Listener()
    readers._hand_over(broken, breaks, job, range(1), 0, 0)  # type: ignore[arg-type]  # the same
    assert broken.heard == [(1, None), (None, ("it is damaged", True))]
    readers._hand_over(Listener(is_there=False), seen_in, job, range(1), 0, 0)  # type: ignore[arg-type]  # the same


# ── Overtaken, stopped, in trouble


def test_whoever_is_overtaken_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = looked_through(mbox(mail()))
    begin_import(mailing, by=None, now=NOW, us=["alder.example"])
    monkeypatch.setattr("amends.desk.actions.intake.keep_batch", fails_with(TakenAwayError()))
    assert not work_on_import(mailing, now=NOW)
    MailImport.objects.update(status=ImportStatus.STOPPED)
    with pytest.raises(TakenAwayError):
        finish_import(mailing, now=NOW)
    fail_import(mailing, "too late", now=NOW, is_over=True)
    assert MailImport.objects.get().status == ImportStatus.STOPPED


def test_an_error_that_is_no_full_disk_is_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = looked_through(mbox(mail()))
    begin_import(mailing, by=None, now=NOW, us=["alder.example"])
    monkeypatch.setattr("amends.desk.actions.intake.keep_batch", fails_with(OSError(5, "Input/output error")))
    with pytest.raises(OSError, match="Input/output"):
        work_on_import(mailing, now=NOW)
    mailing = received(mbox(mail()))
    monkeypatch.setattr("amends.desk.actions.look.unpack", fails_with(OSError(5, "Input/output error")))
    with pytest.raises(OSError, match="Input/output"):
        look_through(mailing, now=NOW)


def test_a_disk_that_fills_while_unpacking_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = received(gzip.compress(mbox(mail())), "Inbox.gz")
    monkeypatch.setattr("amends.desk.actions.look.unpack", fails_with(DISK_FULL))
    assert look_through(mailing, now=NOW)
    assert mailing.problem.startswith("The disk is full.")


@pytest.mark.parametrize("moment", ["unpack", "seen_in", "passed_over"])
def test_a_look_that_was_stopped_ends(moment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from amends.desk.actions import look  # noqa: PLC0415  (its own names are replaced)

    mailing = received(gzip.compress(mbox(mail())), "Inbox.gz")
    before = getattr(look, moment)

    def stop(*given: Any, **more: Any) -> Any:
        MailImport.objects.update(status=ImportStatus.STOPPED)
        return before(*given, **more)

    monkeypatch.setattr(look, moment, stop)
    monkeypatch.setattr(look, "SHOW_UP_AGAIN", timedelta(0))
    assert not look_through(mailing, now=NOW)
    assert MailImport.objects.get().status == ImportStatus.STOPPED


def test_a_look_is_told_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.desk.actions.reading.GLANCE", 2)
    mailing = looked_through(mbox(*(mail(f"Mail {n}", id=f"m{n}", at=days_ago(n)) for n in range(5))))
    assert (mailing.total, mailing.first_at, mailing.last_at) == (5, days_ago(4), days_ago(0))


# ── Files


def test_no_file_is_no_import() -> None:
    with pytest.raises(Refused, match="Choose a file first"):
        receive_files([], by=None, now=NOW)


def test_two_files_of_one_name_are_both_there(tmp_path: Path) -> None:
    for name in "12":
        (tmp_path / name).write_text(name)
    folder = take_in([("a.eml", tmp_path / "1"), ("a.eml", tmp_path / "2")])
    assert sorted(each.name for each in folder.iterdir()) == ["2 a.eml", "a.eml"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Mail\\Sent", "Sent"),
        (".htaccess", "htaccess"),
        ("a/b\0c?.mbox", "b_c_.mbox"),
        ("…", "_"),
        ("", "mail"),
        (f"{'n' * 300}.mbox", f"{'n' * 25}.mbox"),
    ],
)
def test_a_name_is_made_safe(given: str, kept: str) -> None:
    assert safe_name(given) == kept


def test_a_disk_that_is_full_takes_nothing_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "1").write_text("1")
    before = set(settings.UPLOADS.iterdir()) if settings.UPLOADS.is_dir() else set()
    monkeypatch.setattr("amends.desk.actions.upload.shutil.move", fails_with(DISK_FULL))
    with pytest.raises(Refused, match="The disk is full"):
        take_in([("a.eml", tmp_path / "1")])
    monkeypatch.setattr("amends.desk.actions.upload.shutil.move", fails_with(PermissionError(13, "denied")))
    with pytest.raises(PermissionError):
        take_in([("a.eml", tmp_path / "1")])
    assert set(settings.UPLOADS.iterdir()) == before


def test_what_nobody_needs_is_swept_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "UPLOADS", tmp_path / "uploads")
    assert sweep(NOW, timedelta(days=1)) == 0
    mailing = received(mbox(mail()))
    old = settings.UPLOADS / "old"
    old.mkdir()
    (settings.UPLOADS / "torn.upload").write_text("half")
    (settings.UPLOADS / "new").write_text("just now")
    long_ago = days_ago(9).timestamp()
    for name in (old, settings.UPLOADS / "torn.upload", Path(mailing.path).parent):
        os.utime(name, (long_ago, long_ago))
    assert sweep(NOW, timedelta(days=1)) == 2
    assert sorted(each.name for each in settings.UPLOADS.iterdir()) == sorted(["new", Path(mailing.path).parent.name])


def test_a_file_elsewhere_is_never_removed(tmp_path: Path) -> None:
    path = tmp_path / "mine.mbox"
    path.write_bytes(mbox(mail()))
    upload.remove_files(MailImport(path=str(path)))
    upload.remove_files(MailImport(path=str(settings.UPLOADS)))
    assert path.exists()


# ── Conversations and people


def test_nothing_new_changes_nothing() -> None:
    told = letters(mail("One", id="a"))
    assert keep_messages(told, now=NOW).kept == 1
    assert (keep_messages(told, now=NOW).known, keep_messages([], now=NOW).kept) == (1, 0)


def test_a_late_bridge_makes_two_conversations_one() -> None:
    for each in (mail("First", id="a", subject="A"), mail("Third", id="c", answers="b", subject="C")):
        keep_messages(letters(each), now=NOW)
    assert threads() == 2
    keep_messages(letters(mail("Second", id="b", answers="a", subject="B")), now=NOW)
    assert threads() == 1
    assert Reference.objects.values("thread").distinct().count() == 1


def test_answers_to_a_message_that_is_missing_are_one_conversation() -> None:
    both = (mail("One", id="b", answers="lost", subject="B"), mail("Two", id="c", answers="lost", subject="C"))
    keep_messages(letters(*both), now=NOW)
    assert (threads(), Reference.objects.count()) == (1, 3)


@pytest.mark.parametrize(
    ("after", "subject", "to", "expected"),
    [(5, "Re: Monday", US, 1), (35, "Re: Monday", US, 2), (5, "Re: Tuesday", US, 2), (5, "Monday", US, 2)],
)
def test_an_answer_that_names_nothing_is_joined_by_its_subject(
    after: int, subject: str, to: str, expected: int
) -> None:
    keep_messages(letters(mail("First", id="a", at=days_ago(50))), now=NOW)
    keep_messages(letters(mail("Second", id="b", subject=subject, to=to, at=days_ago(50 - after))), now=NOW)
    assert threads() == expected


def test_an_answer_met_before_what_it_answers_joins_at_the_end_of_the_file() -> None:
    brought_in(
        mbox(mail("Answer", id="b", subject="Re: Monday", at=days_ago(2)), mail("First", id="a", at=days_ago(3)))
    )
    assert threads() == 1


def test_a_namesake_at_two_companies_stays_at_home() -> None:
    who = ("gary@north.example", "gary@south.example", "gary@gmail.com")
    brought_in(mbox(*(mail(f"From {each}", id=each[:6], sender=f"Gary Stone <{each}>") for each in who)))
    assert Client.objects.count() == 3


def test_a_private_client_that_somebody_confirmed_stays_one() -> None:
    brought_in(mbox(mail("Home", id="h", sender="Gary North <gary.n@gmail.com>")))
    Client.objects.update(standing=Standing.CLIENT)
    brought_in(mbox(mail("Work", id="w")))
    assert (Client.objects.count(), join_people_at_home(now=NOW)) == (2, 0)


def test_two_addresses_of_one_name_are_one_person() -> None:
    who = ("gary@north.example", "g.north@north.example")
    brought_in(mbox(*(mail(f"From {each}", id=each[:3], sender=f"Gary North <{each}>") for each in who)))
    [gary] = Person.objects.all()
    assert gary.addresses.count() == 2


def test_what_we_sent_and_what_was_thrown_away_is_told_by_its_labels() -> None:
    sent = mail("Sent", id="a", sender=f"Bob Reed <{US}>", to="gary@north.example", X_Gmail_Labels="Sent")
    spam = mail("Win", id="b", X_Gmail_Labels="Spam")
    got = mail("Got", id="c", Delivered_To=US)
    mailing = brought_in(mbox(sent, spam, got))
    assert (mailing.us, mailing.read, mailing.kept, mailing.left_out) == (["alder.example"], 3, 2, 1)


def test_somebody_whose_work_address_was_given_to_another_client_is_joined_without_a_namesake() -> None:
    brought_in(mbox(mail("Home", id="h", sender="Gary North <gary.n@gmail.com>")))
    work = Client.objects.create(name="North", created_at=NOW)
    ClientKey.objects.create(client=work, key="north.example")
    other = Client.objects.create(name="Other", created_at=NOW)
    gary = Person.objects.create(client=other, name="Gary North", last_wrote_at=NOW)
    PersonAddress.objects.create(person=gary, address="gary@north.example")
    assert join_people_at_home(now=NOW) == 1
    assert list(work.people.values_list("name", "addresses__address")) == [("Gary North", "gary.n@gmail.com")]


def test_older_mail_changes_nothing_about_a_person() -> None:
    keep_messages(letters(mail("New", id="a", at=days_ago(2))), now=NOW)
    keep_messages(letters(mail("Old", id="b", at=days_ago(5))), now=NOW)
    assert list(Person.objects.values_list("name", "last_wrote_at")) == [("Gary North", days_ago(2))]


def test_a_mailbox_without_a_message_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("amends.desk.actions.look.seen_in", lambda *_: iter([Seen(0)]))
    assert looked_through(mbox(mail())).problem == "It holds no messages."


def test_only_a_file_in_a_sent_folder_was_sent() -> None:
    mailing = looked_through(mbox(mail("Sent", sender=US, to="gary@north.example")), "Sent.mbox")
    assert mailing.us == ["alder.example"]
