"""What a path holds is found out, and all of it is read or skipped with a reason."""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
from typing import TYPE_CHECKING

import pytest

from amends.core.message import Mail
from amends.sources import KINDS, Part, Skipped, SourceError, discover, parts, read
from amends.sources.folders import LEFT_OUT_REASON, is_left_out, is_sent_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

POSTMARK = b"From dana@brightwater.example Tue Mar  3 09:00:00 2026\n"
NOT_LIKE_MAIL = discover.NOT_LIKE_MAIL


def letter(number: int) -> bytes:
    return f"From: dana@brightwater.example\nMessage-ID: <{number}@x>\n\nNobody came.\n".encode()


def put(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def found(path: Path) -> tuple[list[str], list[Skipped]]:
    """Read everything at a path: the identities (sent ones with an arrow), and what was skipped."""
    everything: list[Mail | Skipped] = []
    for part in parts(path):
        everything.extend([part] if isinstance(part, Skipped) else read(part))
    mails = [mail.id + " →" * mail.is_sent for mail in everything if isinstance(mail, Mail)]
    return mails, [each for each in everything if isinstance(each, Skipped)]


def test_one_file_of_each_kind(tmp_path: Path) -> None:
    assert found(put(tmp_path / "a.eml", letter(1))) == (["1@x"], [])
    assert found(put(tmp_path / "a.mbox", POSTMARK + letter(1) + b"\n" + POSTMARK + letter(2))) == (["1@x", "2@x"], [])
    assert found(put(tmp_path / "b.eml", POSTMARK + letter(1))) == (["1@x"], [])
    assert found(put(tmp_path / "7.emlx", b"75\n" + letter(1) + b"<?xml")) == (["1@x"], [])
    assert found(put(tmp_path / "Sent.mbox", POSTMARK + letter(1))) == (["1@x →"], [])
    assert found(put(tmp_path / "mark.eml", b"\xef\xbb\xbf" + letter(1)))[1] == []


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0\0\0", f"{NOT_LIKE_MAIL}. {discover.ADVICE}"),
        ("notes.txt", b"Dear Sirs,\nnobody came.", f"{NOT_LIKE_MAIL}. {discover.ADVICE}"),
        ("zeros", b"From: \0\0", f"{NOT_LIKE_MAIL}. {discover.ADVICE}"),
        ("empty.eml", b"", "the file is empty; check whether it was copied or exported whole."),
        ("takeout.ZIP", b"PK\3\4\0\0", "it is an archive: unpack it first, then scan the folder."),
        ("takeout.tgz", b"\x1f\x8b\b", "it is an archive: unpack it first, then scan the folder."),
        ("old.tar", b"mail/inbox\0\0", "it is an archive: unpack it first, then scan the folder."),
        ("a.msg", b"\0\0\0", "the Outlook message is damaged; save it again from Outlook."),
        ("a.ost", b"\0\0\0", "the Outlook file is damaged; export it again from Outlook."),
    ],
)
def test_a_file_that_is_no_mail(tmp_path: Path, name: str, content: bytes, why: str) -> None:
    path = put(tmp_path / name, content)
    with pytest.raises(SourceError) as refused:
        list(parts(path))
    assert refused.value.message == why
    assert refused.value.permanent


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("nowhere", "there is no such file or folder; check how it is spelt."),
        ("~/nowhere", "there is no such file or folder; check how it is spelt."),
        ("~nobody-is-called-so/mail", "there is no such user; check how it is spelt."),
    ],
)
def test_a_path_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, why: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(SourceError) as refused:
        list(parts(path))
    assert refused.value.message == why


def test_a_path_that_cannot_be_read(tmp_path: Path) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    with pytest.raises(SourceError, match="no such file"):
        list(parts(loop))
    with pytest.raises(SourceError, match="cannot be read"):
        list(parts(tmp_path / ("x" * 300)))


def test_a_folder_without_mail(tmp_path: Path) -> None:
    put(tmp_path / "Trash" / "a.eml", letter(1))
    with pytest.raises(SourceError) as refused:
        list(parts(tmp_path))
    assert refused.value.message == f"no mail was found in this folder. {discover.ADVICE}"


def test_a_folder_of_unreadable_files_says_so_of_each_and_no_more(tmp_path: Path) -> None:
    put(tmp_path / "photo.jpg", b"\xff\xd8\xff\xe0\0\0")
    put(tmp_path / "takeout.zip", b"PK\3\4\0\0")
    assert list(parts(tmp_path)) == [
        Skipped(str(tmp_path / "photo.jpg"), NOT_LIKE_MAIL),
        Skipped(str(tmp_path / "takeout.zip"), "it is an archive: unpack it first, then scan the folder"),
    ]


def test_a_folder_of_mails_in_folders(tmp_path: Path) -> None:
    put(tmp_path / "a.eml", letter(1))
    put(tmp_path / "b" / "00001.7c53336b37003a9286aba55d2945844c", letter(2))
    put(tmp_path / "b" / "mbox", POSTMARK + letter(3))
    put(tmp_path / "Gesendete Elemente" / "1.eml", letter(4))
    put(tmp_path / "photo.jpg", b"\xff\xd8\xff\xe0\0\0")
    put(tmp_path / "empty", b"")
    put(tmp_path / ".DS_Store", b"\0\0\0")
    (tmp_path / "gone").symlink_to(tmp_path / "nowhere")
    mails, skipped = found(tmp_path)
    assert mails == ["1@x", "4@x →", "2@x", "3@x"]
    assert skipped == [
        Skipped(str(tmp_path / "gone"), "the file cannot be read (No such file or directory); check it and its rights"),
        Skipped(str(tmp_path / "photo.jpg"), NOT_LIKE_MAIL),
    ]


def test_a_socket_in_a_folder_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a.eml", letter(1))
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket")
        assert found(tmp_path) == (["1@x"], [])


def test_a_maildir_with_its_folders(tmp_path: Path) -> None:
    for name in ("cur", "new", "tmp", ".Sent/cur", ".Sent/new", ".Trash/cur", ".Trash/new"):
        (tmp_path / name).mkdir(parents=True)
    put(tmp_path / "cur" / "1.host:2,S", letter(1))
    put(tmp_path / "cur" / "2.host:2,ST", letter(2))
    put(tmp_path / "new" / "3.host", letter(3))
    put(tmp_path / ".Sent" / "cur" / "4.host:2,S", letter(4))
    put(tmp_path / ".Trash" / "cur" / "5.host:2,S", letter(5))
    put(tmp_path / "dovecot.index.cache", b"\0\0\0")
    put(tmp_path / "maildirfolder", b"")
    assert found(tmp_path) == (
        ["1@x", "3@x", "4@x →"],
        [
            Skipped(
                str(tmp_path / "cur" / "2.host:2,ST"), "it is flagged as deleted or as a draft", is_on_purpose=True
            ),
            Skipped(str(tmp_path / ".Trash"), LEFT_OUT_REASON, is_on_purpose=True),
        ],
    )
    assert found(tmp_path / ".Trash") == (["5@x"], [])


def test_a_message_that_is_moved_while_we_read_is_found(tmp_path: Path) -> None:
    for name in ("cur", "new"):
        (tmp_path / name).mkdir()
    first, second = put(tmp_path / "new" / "1.host", letter(1)), put(tmp_path / "new" / "2.host", letter(2))
    [part] = parts(tmp_path)
    assert isinstance(part, Part)
    first.rename(tmp_path / "cur" / "1.host:2,S")
    second.unlink()
    mail, gone = read(part)
    assert isinstance(mail, Mail)
    assert (mail.id, mail.where) == ("1@x", str(tmp_path / "cur" / "1.host:2,S"))
    assert gone == Skipped(str(second), "the message was moved or deleted while the scan ran; scan again")


def test_a_file_that_is_gone_or_unreadable_when_its_turn_comes(tmp_path: Path) -> None:
    path = put(tmp_path / "a.eml", letter(1))
    [part] = parts(path)
    assert isinstance(part, Part)
    path.unlink()
    assert list(read(part)) == [Skipped(str(path), "the file was there when the scan began and is gone; scan again")]
    path.mkdir()
    assert list(read(part)) == [Skipped(str(path), "the file cannot be read (Is a directory); check its rights")]


def test_a_thunderbird_profile(tmp_path: Path) -> None:
    put(tmp_path / "prefs.js", b"user_pref();")
    put(tmp_path / "places.sqlite", b"SQLite format 3\0\0")
    local = tmp_path / "Mail" / "Local Folders"
    put(local / "Inbox", POSTMARK + letter(1))
    put(local / "Inbox.msf", b"// <!-- <mdb:mork")
    put(local / "Inbox.sbd" / "Clients", POSTMARK + letter(2))
    put(local / "Sent-1", POSTMARK + letter(3))
    put(local / "Trash", POSTMARK + letter(4))
    put(local / "Drafts", b"")
    put(tmp_path / "ImapMail" / "imap.example" / "INBOX", POSTMARK + letter(5))
    mails, skipped = found(tmp_path)
    assert sorted(mails) == ["1@x", "2@x", "3@x →", "5@x"]
    assert skipped == [Skipped(str(local / "Trash"), LEFT_OUT_REASON, is_on_purpose=True)]


def test_a_folder_of_apple_mail(tmp_path: Path) -> None:
    put(tmp_path / "Sent Messages.mbox" / "mbox", POSTMARK + letter(1))
    put(tmp_path / "Sent Messages.mbox" / "table_of_contents", b"\0\0\0")
    assert found(tmp_path)[0] == ["1@x →"]


def test_many_files_are_read_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "GROUP_FILES", 10)
    for number in range(25):
        put(tmp_path / f"{number:02}.eml", letter(number))
    groups = [part for part in parts(tmp_path) if isinstance(part, Part)]
    assert [len(part.files) for part in groups] == [10, 10, 5]
    assert pickle.loads(pickle.dumps(groups)) == groups  # noqa: S301  (our own bytes)
    assert found(tmp_path)[0] == [f"{number}@x" for number in range(25)]


@pytest.fixture
def deepest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder nested deeper than calls may be; it is removed here, as pytest's own cleaning would go too deep."""
    monkeypatch.chdir(tmp_path)
    for _ in range(1_500):
        os.mkdir("d")  # noqa: PTH102  (the whole path would be too long for some systems)
        os.chdir("d")
    os.chdir(tmp_path)
    yield tmp_path
    subprocess.run(["rm", "-r", str(tmp_path / "d")], check=True)


def test_folders_nested_deeper_than_calls_may_be(deepest: Path) -> None:
    put(deepest / "a.eml", letter(1))
    put(deepest / "d" / "d" / "b.eml", letter(2))
    assert found(deepest)[0] == ["1@x", "2@x"]


def test_a_link_to_a_folder_is_not_followed(tmp_path: Path) -> None:
    put(tmp_path / "inbox" / "a.eml", letter(1))
    (tmp_path / "again").symlink_to(tmp_path / "inbox")
    reason = "it is a link to another folder; name that folder itself to read it"
    assert found(tmp_path) == (["1@x"], [Skipped(str(tmp_path / "again"), reason)])


def test_a_maildir_whose_new_is_a_file_is_skipped(tmp_path: Path) -> None:
    put(tmp_path / "a.eml", letter(1))
    put(tmp_path / "odd" / "new", letter(2))
    put(tmp_path / "odd" / "cur" / "1.host:2,S", letter(3))
    reason = "the folder cannot be read (Not a directory); check its rights"
    assert found(tmp_path) == (["1@x", "3@x"], [Skipped(str(tmp_path / "odd"), reason)])


def test_a_folder_that_may_not_be_entered_is_skipped(tmp_path: Path) -> None:
    put(tmp_path / "a.eml", letter(1))
    locked = tmp_path / "locked"
    locked.mkdir()
    locked.chmod(0)
    mails, skipped = found(tmp_path)
    locked.chmod(0o700)
    reason = "the folder cannot be read (Permission denied); check its rights"
    assert (mails, skipped) == (["1@x"], [] if os.getuid() == 0 else [Skipped(str(locked), reason)])


def test_every_kind_has_its_reader() -> None:
    assert sorted(KINDS) == ["eml", "maildir", "mbox", "msg", "pst"]


@pytest.mark.parametrize(
    "name",
    [
        "Sent",
        "INBOX.Sent",
        "[Gmail]/Sent Mail",
        "Sent-2",
        "Sent.mbox.gz",
        "Gesendete Objekte",
        "Éléments envoyés",
        "Enviados",
        "Verzonden items",
        "Posta inviata",
        "Itens Enviados",
    ],
)
def test_folders_of_sent_mail_in_seven_languages(name: str) -> None:
    assert is_sent_folder(name)
    assert not is_left_out(name)


@pytest.mark.parametrize(
    "name",
    [
        ".Trash",
        "Deleted Items",
        "Junk-E-Mail",
        "Spam",
        "Entwürfe",
        "Corbeille",
        "Papelera",
        "Prullenbak",
        "Cestino",
        "Lixeira",
    ],
)
def test_folders_that_are_left_out_in_seven_languages(name: str) -> None:
    assert is_left_out(name)
    assert not is_sent_folder(name)


@pytest.mark.parametrize("name", ["Inbox", "Clients", "Presents", "Trashcan suppliers", "Absent"])
def test_folders_that_are_neither(name: str) -> None:
    assert not is_left_out(name)
    assert not is_sent_folder(name)
