"""Outlook's files: single messages, archives, and what in them is no mail."""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from msgforge import Message

from amends.core.message import Address, Automated, Mail
from amends.sources import Part, Skipped, SourceError, msg, outlook, parts, pst, read
from amends.sources.folders import LEFT_OUT_REASON
from amends.sources.outlook import Item, mail_of

MARCH = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
HEADER = (
    "Message-ID: <1@brightwater.example>\r\nFrom: Dana Reed <dana@brightwater.example>\r\n"
    "To: priya@alderquay.example\r\nDate: Wed, 4 Mar 2026 10:00:00 +0100\r\n"
)


def item(kind: str = "IPM.Note", *, plain: str = "Nobody came.", html: str = "", **texts: str) -> Item:
    named = {getattr(outlook, name): text for name, text in texts.items()}
    people = (
        (outlook.TO, "Priya", "priya@alderquay.example"),
        (outlook.CC, "Ops", "/O=ALDER/CN=OPS"),
        (3, "Boss", "b@x"),
    )
    return Item({outlook.MESSAGE_CLASS: kind, **named}, MARCH, plain, html, people)


def mail(given: Item) -> Mail:
    found = mail_of(given, "a.msg")
    assert isinstance(found, Mail)
    return found


def test_a_message_that_travelled_is_read_by_its_header() -> None:
    found = mail(item(HEADERS=HEADER, SUBJECT="\x01\x05Re: Night shift", SENDER_ADDRESS="/O=X/CN=DANA"))
    assert (found.id, found.at) == ("1@brightwater.example", MARCH)
    assert (found.sender, found.to) == (
        Address("dana@brightwater.example", "Dana Reed"),
        (Address("priya@alderquay.example"),),
    )
    assert (found.subject, found.body) == ("Re: Night shift", "Nobody came.")


def test_a_message_of_our_own_is_read_by_its_properties() -> None:
    found = mail(
        item(
            SUBJECT="Night shift",
            SENDER_NAME="Priya",
            SENDER_SMTP_ADDRESS="Priya@alderquay.example",
            IN_REPLY_TO="<0@x>",
            REFERENCES="<a@x> <0@x>",
        )
    )
    assert found.id.startswith("sha256:")
    assert found.at == MARCH
    assert (found.sender, found.to, found.cc) == (
        Address("priya@alderquay.example", "Priya"),
        (Address("priya@alderquay.example", "Priya"),),
        (Address("", "Ops"),),
    )
    assert (found.in_reply_to, found.references) == ("0@x", ("a@x", "0@x"))


def test_who_wrote_it_when_exchange_names_its_users_its_own_way() -> None:
    assert mail(item(SENDER_NAME="Priya", SENDER_ADDRESS="/O=ALDER/CN=PRIYA")).sender == Address("", "Priya")
    represented = item(
        REPRESENTED_NAME="office@x.example", REPRESENTED_ADDRESS="office@x.example", SENDER_ADDRESS="p@x.example"
    )
    assert mail(represented).sender == Address("office@x.example")


def test_html_is_read_where_there_is_no_plain_text() -> None:
    assert mail(item(plain="\r\n", html="<p>Nobody<br>came.</p>")).body == "Nobody\ncame."


@pytest.mark.parametrize(
    ("kind", "why", "method"),
    [
        ("IPM.Schedule.Meeting.Request", Automated.CALENDAR, "REQUEST"),
        ("IPM.Schedule.Meeting.Canceled", Automated.CALENDAR, "CANCEL"),
        ("IPM.Schedule.Meeting.Resp.Neg", Automated.CALENDAR, "REPLY"),
        ("REPORT.IPM.Note.NDR", Automated.BOUNCE, ""),
        ("IPM.Note.Rules.OofTemplate.Microsoft", Automated.AUTO_REPLY, ""),
        ("IPM.Note.SMIME", None, ""),
    ],
)
def test_classes_of_items(kind: str, why: Automated | None, method: str) -> None:
    found = mail(item(kind))
    assert (found.automated, found.calendar_method, found.body) == (why, method, "" if why else "Nobody came.")


def test_an_appointment_is_no_mail() -> None:
    assert mail_of(item("IPM.Appointment"), "a.msg") == Skipped(
        "a.msg", "it is no mail but an Outlook item of class IPM.Appointment"
    )


@pytest.mark.parametrize(
    ("raw", "codepage", "text"),
    [
        ("für".encode(), 65001, "für"),
        ("für".encode("cp1252"), 1252, "für"),
        ("für".encode("latin-1"), 28591, "für"),
        (b"f\xfcr", 0, "für"),
    ],
)
def test_code_pages(raw: bytes, codepage: int, text: str) -> None:
    assert outlook.codepage_text(raw, codepage) == text


def written(path: Path) -> Path:
    Message(
        subject="Réclamation",
        html_body="<p>Nobody came.</p>",
        to=[("priya@alderquay.example", "Priya")],
        sender=("Dana@brightwater.example", "Dana"),
        sent=MARCH,
    ).save(str(path))
    return path


def test_a_msg_file(tmp_path: Path) -> None:
    path = written(tmp_path / "a.msg")
    [part] = parts(tmp_path)
    assert isinstance(part, Part)
    [found] = read(part)
    assert isinstance(found, Mail)
    assert (found.where, found.at, found.size) == (str(path), MARCH, path.stat().st_size)
    assert (found.sender, found.to) == (
        Address("dana@brightwater.example", "Dana"),
        (Address("priya@alderquay.example", "Priya"),),
    )
    assert (found.subject, found.body) == ("Réclamation", "Nobody came.")


def test_msg_files_that_are_damaged_gone_or_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "a.msg")
    whole = path.read_bytes()
    part = Part("msg", str(tmp_path), files=("a.msg",))
    for kept in (9, 600, len(whole) // 2):
        path.write_bytes(whole[:kept])
        [skipped] = read(part)
        assert isinstance(skipped, Skipped)
        assert skipped.why.startswith("it is no Outlook message or a damaged one (")
    monkeypatch.setattr(msg, "MOST_FILE_BYTES", 100)
    assert list(read(part)) == [Skipped(str(path), "it is larger than 0 MB; save it without attachments")]
    path.unlink()
    [gone] = read(part)
    assert isinstance(gone, Skipped)


@pytest.mark.parametrize(("kind", "library"), [("msg", "oxmsg"), ("pst", "pypff")])
def test_without_the_extra_one_sentence_says_what_to_install(
    kind: str, library: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(SourceError) as refused:
        list(read(Part(kind, "a", files=("a",))))
    assert refused.value.message == f"Reading .{kind} files needs the outlook extra: pip install 'amends[outlook]'"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"!BDN", "unable to read file header data at offset: 0 (0x00000000)"),
        (b"!BDN" + b"x" * 600, "unsupported content type: 0x7878"),
    ],
)
def test_a_pst_file_that_is_damaged(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.pst"
    path.write_bytes(content)
    [part] = parts(path)
    assert isinstance(part, Part)
    with pytest.raises(SourceError) as refused:
        list(read(part))
    assert refused.value.message == f"it cannot be opened as an Outlook file ({why}); export it again from Outlook."


def test_a_reason_that_the_library_spells_otherwise() -> None:
    assert pst._reason(ValueError("no\nidea")) == "no idea"
    assert pst._reason(OSError("pypff_file_open: unable to open file.")) == "unable to open file"
    assert pst._reason(OSError("libpff_" * 140_000)) == ("libpff_" * 30)[: pst.MOST_REASON]


class Archive:
    """A folder as libpff shows it: some messages that can be read, the others damaged."""

    def __init__(
        self, name: str, whole: int = 0, damaged: int = 0, folders: tuple[Archive, ...] = (), kind: str = "IPM.Note"
    ) -> None:
        self.name, self.whole, self.folders, self.kind = name, whole, folders, kind
        self.number_of_sub_messages = whole + damaged
        self.number_of_sub_folders = len(folders)

    def get_sub_folder(self, number: int) -> Archive:
        return self.folders[number]

    def get_sub_message(self, number: int) -> SimpleNamespace:
        if number >= self.whole:
            raise OSError(
                "pypff_get_message: unable to read. libpff_block_read: the block is damaged. libpff_io: more."
            )
        return stored(self.kind, number)


def stored(kind: str, number: int) -> SimpleNamespace:
    """One message as libpff shows it."""

    def entry(name: int, content: str | int) -> SimpleNamespace:
        is_text = isinstance(content, str)
        return SimpleNamespace(
            entry_type=name,
            value_type=0x1F if is_text else 3,
            get_data_as_string=lambda: content,
            get_data_as_integer=lambda: content,
        )

    records = [
        entry(outlook.MESSAGE_CLASS, kind),
        entry(outlook.MESSAGE_ID, f"<{number}@x>"),
        entry(outlook.SENDER_SMTP_ADDRESS, "dana@brightwater.example"),
        entry(outlook.CODEPAGE, 1252),
        entry(0x9999, "unknown"),
    ]
    people = [
        entry(outlook.RECIPIENT_KIND, outlook.CC),
        entry(outlook.SHOWN_NAME, "Priya"),
        entry(outlook.ADDRESS, "/O=ALDER/CN=PRIYA"),
        entry(outlook.SMTP_ADDRESS, "priya@alderquay.example"),
        entry(0x9999, "unknown"),
    ]
    return SimpleNamespace(
        client_submit_time=None,
        delivery_time=None if number else MARCH.replace(tzinfo=None),
        plain_text_body=b"Nobody came." if number else None,
        html_body="<p>für</p>".encode("cp1252"),
        record_sets=[SimpleNamespace(entries=records)],
        recipients=SimpleNamespace(record_sets=[SimpleNamespace(entries=people)]) if number else None,
    )


def test_folders_of_an_archive() -> None:
    deep = Archive("Sent Items", whole=2, folders=(Archive("Inner", damaged=1),))
    root = Archive(
        "", folders=(deep, Archive("Deleted Items", whole=9), Archive("Calendar", whole=3, kind="IPM.Appointment"))
    )
    found = list(pst._folders(root, "a.pst"))
    mails = [each for each in found if isinstance(each, Mail)]
    assert [(mail.id, mail.is_sent, mail.at, mail.body) for mail in mails] == [
        ("0@x", True, MARCH, "für"),
        ("1@x", True, None, "Nobody came."),
    ]
    assert [mail.cc for mail in mails] == [(), (Address("priya@alderquay.example", "Priya"),)]
    assert [each for each in found if isinstance(each, Skipped)] == [
        Skipped(
            "a.pst/Sent Items/Inner, message 1", "it is damaged (the block is damaged); let Outlook repair the file"
        ),
        Skipped("a.pst/Deleted Items", LEFT_OUT_REASON, is_on_purpose=True),
        Skipped("a.pst/Calendar", "3 of its items are no mail (appointments, contacts, tasks)", is_on_purpose=True),
    ]


def test_a_folder_that_is_damaged_throughout_is_left_soon() -> None:
    found = list(pst._folders(Archive("Inbox", damaged=1_000_000), "a.pst"))
    assert len(found) == pst.MOST_FAILURES + 1
    assert found[-1] == Skipped("a.pst/Inbox", "the rest of this folder is damaged; let Outlook repair the file")


def test_folders_nested_without_end_are_left_at_a_depth() -> None:
    endless = Archive("Inbox", whole=1)
    endless.folders, endless.number_of_sub_folders = (endless,), 1
    assert len(list(pst._folders(endless, "a.pst"))) == pst.MOST_DEPTH + 1


def test_archives_handed_over_are_read() -> None:
    """AMENDS_OUTLOOK_FILES names a folder of .pst and .ost files; npm's pst-extractor carries three."""
    for path in Path(os.environ.get("AMENDS_OUTLOOK_FILES", "/nowhere")).glob("*.[po]st"):
        found = [each for part in parts(path) for each in ([part] if isinstance(part, Skipped) else read(part))]
        reasons = Counter(each.why.lstrip("0123456789") for each in found if isinstance(each, Skipped))
        assert any(isinstance(each, Mail) for each in found)
        assert set(reasons) <= {LEFT_OUT_REASON, " of its items are no mail (appointments, contacts, tasks)"}
