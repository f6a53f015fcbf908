"""A mailbox on a server, as the user names it: imaps://USER@HOST/FOLDER, the password never on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from amends.sources import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from amends.sources.imap import Account

SCHEMES = ("imaps", "imap")
PASSWORD_VARIABLE = "AMENDS_IMAP_PASSWORD"  # noqa: S105  (the variable's name)


def is_account(path: str) -> bool:
    """Whether a path names a mailbox on a server."""
    return path.startswith(tuple(f"{scheme}://" for scheme in SCHEMES))


def account_of(path: str, password_for: Callable[[str], str], ca_file: Path | None) -> Account:
    """Return the account a path names; `password_for` is asked with "user at host".

    Raises SourceError where the path is incomplete or holds a password.
    """
    from amends.sources.imap import Account  # noqa: PLC0415  (imap-tools loads only for a server)

    try:
        url = urlsplit(path)
        port = url.port
    except ValueError:
        raise SourceError("This is no address of a mailbox. Write it like imaps://dana@mail.example/INBOX.") from None
    if url.password is not None:
        raise SourceError(
            "Leave the password out of the address: others can read it there. "
            f"Use --password-file, {PASSWORD_VARIABLE}, or type it when asked."
        )
    if not url.hostname or not url.username:
        raise SourceError("It names no user or no server. Write it like imaps://dana@mail.example/INBOX.")
    return Account(
        host=url.hostname,
        user=unquote(url.username),
        password=password_for(f"{unquote(url.username)} at {url.hostname}"),
        port=port,
        security="tls" if url.scheme == "imaps" else "starttls",
        folders=(unquote(url.path[1:]),) if url.path[1:] else (),
        ca_file=str(ca_file) if ca_file else None,
    )


def without_password(path: str) -> str:
    """Return a path fit to be shown: what stands between the first colon of its user and the @ is taken out."""
    scheme, _, rest = path.partition("://")
    user, at, host = rest.rpartition("@")
    return f"{scheme}://{user.partition(':')[0]}{at}{host}"


def accounts_in(
    paths: Iterable[str], password_for: Callable[[str], str], ca_file: Path | None
) -> tuple[list[Account], list[tuple[str, str]]]:
    """Return the mailboxes on servers among the paths, and those that cannot be asked for with the reason."""
    accounts, refused = [], []
    for path in filter(is_account, paths):
        try:
            accounts.append(account_of(path, password_for, ca_file))
        except SourceError as error:
            refused.append((without_password(path), error.message))
    return accounts, refused


def read_password(password_file: Path | None, environment: Mapping[str, str], ask: Callable[[], str]) -> str:
    """Return the password from a file's first line, else from the environment, else by asking.

    Raises SourceError when the file cannot be read.
    """
    if password_file is None:
        return environment.get(PASSWORD_VARIABLE) or ask()
    try:
        password = password_file.read_text("utf-8").partition("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise SourceError(f"The password file {password_file} could not be read ({reason}). Check its path.") from None
    if not password:
        raise SourceError(f"The password file {password_file} is empty. Put the password into its first line.")
    return password
