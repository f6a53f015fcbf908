"""Mailboxes on servers as the user names them; the password never stands where others can read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from amends.cli.account import accounts_in, is_account, read_password, without_password
from amends.sources import SourceError
from amends.sources.imap import Account


def secret(owner: str) -> str:
    return f"the password of {owner}"


def test_a_file_is_no_account() -> None:
    assert [is_account(path) for path in ("inbox.mbox", "imaps://dana@mail.example", "imap://dana@mail.example")] == [
        False,
        True,
        True,
    ]


def test_an_address_names_server_user_folder_and_how_it_is_protected() -> None:
    accounts, refused = accounts_in(
        ["inbox.mbox", "imaps://dana%40brightwater.example@mail.example/Sent%20Items", "imap://dana@mail.example:1143"],
        secret,
        Path("ca.pem"),
    )

    assert refused == []
    assert accounts == [
        Account(
            "mail.example",
            "dana@brightwater.example",
            "the password of dana@brightwater.example at mail.example",
            folders=("Sent Items",),
            ca_file="ca.pem",
        ),
        Account(
            "mail.example",
            "dana",
            "the password of dana at mail.example",
            port=1143,
            security="starttls",
            ca_file="ca.pem",
        ),
    ]


@pytest.mark.parametrize(
    ("path", "shown", "why"),
    [
        (
            "imaps://dana:hunter2@mail.example",
            "imaps://dana@mail.example",
            (
                "Leave the password out of the address: others can read it there. Use --password-file,"
                " AMENDS_IMAP_PASSWORD, or type it when asked."
            ),
        ),
        (
            "imaps://mail.example/INBOX",
            "imaps://mail.example/INBOX",
            "It names no user or no server. Write it like imaps://dana@mail.example/INBOX.",
        ),
        (
            "imaps://dana@mail.example:port",
            "imaps://dana@mail.example:port",
            "This is no address of a mailbox. Write it like imaps://dana@mail.example/INBOX.",
        ),
    ],
)
def test_an_incomplete_address_says_how_to_write_it_and_shows_no_password(path: str, shown: str, why: str) -> None:
    assert accounts_in([path], secret, None) == ([], [(shown, why)])


def test_what_has_no_user_is_shown_as_it_is() -> None:
    assert without_password("imaps://mail.example") == "imaps://mail.example"


def test_a_password_comes_from_a_file_else_the_environment_else_a_question(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("hunter2\r\nanother line\n")
    environment = {"AMENDS_IMAP_PASSWORD": "from-the-environment"}

    assert read_password(file, environment, lambda: "typed") == "hunter2"
    assert read_password(None, environment, lambda: "typed") == "from-the-environment"
    assert read_password(None, {}, lambda: "typed") == "typed"


def test_a_password_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as missing:
        read_password(tmp_path / "none", {}, str)
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SourceError) as binary:
        read_password(tmp_path / "binary", {}, str)

    assert str(missing.value) == (
        f"The password file {tmp_path / 'none'} could not be read (No such file or directory). Check its path."
    )
    assert str(binary.value) == (
        f"The password file {tmp_path / 'binary'} could not be read (it is not text). Check its path."
    )


def test_an_empty_password_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(SourceError) as empty:
        read_password(tmp_path / "empty", {}, str)

    assert str(empty.value) == (
        f"The password file {tmp_path / 'empty'} is empty. Put the password into its first line."
    )
