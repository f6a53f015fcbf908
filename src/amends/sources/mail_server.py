"""A mail server: the account on it, the way in, and one sentence for whatever it or the way there does wrong."""

from __future__ import annotations

import re
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from imaplib import IMAP4
from typing import TYPE_CHECKING, Literal

from amends.sources.part import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imap_tools import BaseMailBox

PORTS = {"tls": 993, "starttls": 143, "none": 143}
TIMEOUT_SECONDS = 60.0
"""Silence after which a connection counts as broken."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
NO_GREETING = ("unexpected", "no CAPABILITY", "server not IMAP4", "got more than", "socket error: unterminated")
"""How imaplib's complaints begin about something that answers, but not as RFC 3501 has it."""

NOT_NOW = re.compile(
    r"\[(?:UNAVAILABLE|INUSE|LIMIT|SERVERBUG|CONTACTADMIN)\]|too many|authenticated but not connected|try again",
    re.IGNORECASE,
)
"""What a server says that refuses the sign-in for the moment only: codes of RFC 5530, words of Gmail and Exchange."""

NO_TLS = frozenset(
    {"WRONG_VERSION_NUMBER", "UNSUPPORTED_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"}
)
"""Reasons of OpenSSL's that trying again does not mend: something else is spoken there."""

RAN_OUT = 10
"""OpenSSL's X509_V_ERR_CERT_HAS_EXPIRED: whoever runs the server will renew the certificate."""

MOST_WORDS = 200
"""Characters kept of what a server or a library says."""


class SignInError(SourceError):
    """The server refused who signed in; `is_token` when it was a token, which may have to be renewed."""

    def __init__(self, message: str, *, is_token: bool) -> None:
        super().__init__(message)
        self.is_token = is_token


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox on a server. Without `folders` all are read, but those of deleted, unwanted and unsent mail.

    A `token` is an access token (XOAUTH2) and takes the place of the password. `security` "none" sends either readable
    to everybody on the way: for a server on the same machine only. `ca_file` holds certificates to trust in place of
    the system's.
    """

    host: str
    user: str
    password: str = field(repr=False)
    port: int | None = None
    security: Literal["tls", "starttls", "none"] = "tls"
    folders: tuple[str, ...] = ()
    ca_file: str | None = None
    timeout_seconds: float = TIMEOUT_SECONDS
    token: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """Name the server for people."""
        return f"{self.host}:{self.port or PORTS[self.security]}"


@dataclass(slots=True)
class Progress:
    """Where a reading stands, for the sentence about a broken connection, which ends with `rest`."""

    rest: str
    messages: int = 0
    folder: str = ""


@contextmanager
def connected(account: Account) -> Iterator[BaseMailBox]:
    """Sign in; sign out at the end, whatever happened."""
    _check(account)
    box = _reached(account)
    try:
        _sign_in(box, account)
        yield box
    finally:
        with suppress(OSError, IMAP4.error):
            box.client.logout()
        with suppress(OSError):
            box.client.shutdown()  # a server that broke off has not said goodbye


def _check(account: Account) -> None:
    """Refuse what must not or cannot be sent: a line break in a password would be a command of its own."""
    sent = {"password": account.password, "token": account.token, "user": account.user, "server's name": account.host}
    for what, value in sent.items():
        if CONTROL.search(value):
            raise SourceError(f"The {what} holds a line break or another control character; check how it was entered.")
    if account.security == "starttls" and account.port == PORTS["tls"]:
        raise SourceError(f"Port {account.port} encrypts from the start; write imaps:// or name another port.")
    try:
        account.host.encode("idna")
    except UnicodeError as error:
        raise SourceError(f"{account.host} cannot be the name of a server; check how it is spelt.") from error


def _reached(account: Account) -> BaseMailBox:
    """Connect and hear the greeting. SourceError when it is none of a mail server, or turns us away."""
    from amends.sources.mail_bounds import Box  # noqa: PLC0415  (a scan of files does without imap_tools)

    port = account.port or PORTS[account.security]
    try:
        tls = None if account.security == "none" else ssl.create_default_context(cafile=account.ca_file)
        return Box(account.host, port, account.timeout_seconds, tls=tls, is_later=account.security == "starttls")
    except (IMAP4.error, ValueError) as error:
        greeting = error.args[0] if error.args and isinstance(error.args[0], bytes) else b""
        if greeting.startswith(b"* BYE"):
            words = _words(greeting[5:].decode("utf-8", "replace"), account)
            raise SourceError(
                f"{account.place} turned the connection away ({words}); try again later.", permanent=False
            ) from error
        if greeting or isinstance(error, UnicodeError) or str(error).startswith(NO_GREETING):
            raise SourceError(
                f"What answers at {account.place} is no IMAP server; check name, port and encryption."
            ) from error
        raise


def _sign_in(box: BaseMailBox, account: Account) -> None:
    """Sign in with the token or the password. SourceError when refused; SignInError when that is for good."""
    from imap_tools.errors import MailboxLoginError  # noqa: PLC0415  (see above)

    from amends.sources.mail_bounds import is_let_in  # noqa: PLC0415  (see above)

    try:
        if account.token:
            _show_token(box, account)
        else:
            _log_in(box, account)
        is_let_in(box)
    except IMAP4.abort:
        raise
    except (MailboxLoginError, IMAP4.error) as error:
        words = said(error, account)
        if NOT_NOW.search(words):
            raise SourceError(
                f"{account.place} does not let {account.user} in at the moment ({words}); try again later.",
                permanent=False,
            ) from error
        raise _refused(account) from error


def capabilities(box: BaseMailBox) -> frozenset[str]:
    """Say what the server can do, as it said before the sign-in and, where it said so again, with the welcome."""
    told = " ".join(str(words, "ascii", "replace") for words in untagged(box, "CAPABILITY"))
    return frozenset(box.client.capabilities) | frozenset(told.upper().split())


def untagged(box: BaseMailBox, what: str) -> list[bytes]:
    """Look up what the server said of something since the last question about it."""
    return [words for words in box.client.untagged_responses.get(what, []) if isinstance(words, bytes)]


def _refused(account: Account) -> SignInError:
    """Say what was refused, and what to check."""
    if account.token:
        return SignInError(
            f"{account.place} refused the permission to read the mailbox of {account.user}: it was taken back, has run "
            "out, or IMAP is switched off for this mailbox; check that, then connect the mailbox again.",
            is_token=True,
        )
    return SignInError(
        f"{account.place} refused the user {account.user} or the password; check both "
        "(many providers want an app password for mail programs).",
        is_token=False,
    )


def _log_in(box: BaseMailBox, account: Account) -> None:
    """Log in with the password, by AUTHENTICATE PLAIN (RFC 4616) where LOGIN cannot carry the letters."""
    is_plain = (account.user + account.password).isascii()
    if not is_plain and "AUTH=PLAIN" not in box.client.capabilities:
        raise SourceError(
            f"{account.place} takes only the letters of ASCII in a user and a password (it lacks AUTH=PLAIN); "
            "choose a password, or an app password, without accents."
        )
    (box.login if is_plain else box.login_utf8)(account.user, account.password, initial_folder=None)


def _show_token(box: BaseMailBox, account: Account) -> None:
    """Sign in by XOAUTH2, which Microsoft and Google document: a refusal comes as a question, to be left unanswered."""
    if "AUTH=XOAUTH2" not in box.client.capabilities:
        raise SourceError(f"{account.place} takes no tokens (it lacks AUTH=XOAUTH2); sign in with a password.")
    answers = iter([f"user={account.user}\1auth=Bearer {account.token}\1\1".encode()])
    box.client.authenticate("XOAUTH2", lambda _: next(answers, b""))


@contextmanager
def told_plainly(account: Account, progress: Progress) -> Iterator[None]:
    """Turn whatever a server or the way to it does into one sentence."""
    from imap_tools.errors import ImapToolsError  # noqa: PLC0415  (see above)

    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise SourceError(
            f"{account.place} offers a certificate that is not trusted ({error.verify_message}); "
            "name the server as its certificate does, or name the file of the authority that signed it: for the desk "
            "in the setting AMENDS_MAIL_CERTIFICATES, then start it again; for a scan with --ca-file.",
            permanent=error.verify_code != RAN_OUT,
        ) from error
    except ssl.SSLError as error:
        if error.reason not in NO_TLS:
            raise _broken_off(account, progress, error) from error
        raise SourceError(
            f"{account.place} does not speak {account.security} ({error.reason or error}); check port and encryption."
        ) from error
    except (OSError, IMAP4.error, ImapToolsError, EOFError, ValueError) as error:
        raise _broken_off(account, progress, error) from error


def _broken_off(account: Account, progress: Progress, error: Exception) -> SourceError:
    """Say what failed outside of trust and passwords: no connection, or one that broke."""
    from amends.sources.mail_bounds import SIGN_IN_SECONDS, TooSlowError  # noqa: PLC0415  (see above)

    if isinstance(error, FileNotFoundError):
        return SourceError(f"The file of certificates {account.ca_file} does not exist; check its path.")
    if TooSlowError in {type(error), type(error.__context__)}:  # imaplib makes an error of its own of it
        return SourceError(
            f"{account.place} took longer than {SIGN_IN_SECONDS / 60:.0f} minutes to let {account.user} in; it is "
            "overloaded, or no mail server. Try again later.",
            permanent=False,
        )
    reason = said(error, account)
    if progress.folder:
        return SourceError(
            f"{account.place} broke off in folder {progress.folder} after {progress.messages} messages ({reason}); "
            f"{progress.rest}.",
            permanent=False,
        )
    return SourceError(
        f"{account.place} cannot be reached as a mail server ({reason}); check name, port and connection.",
        permanent=False,
    )


def said(error: Exception, account: Account) -> str:
    """Give what a server said in refusing, or else what failed on the way to it."""
    if isinstance(error, OSError):
        return " ".join(str(error.strerror or error).split())[:MOST_WORDS]
    _, answer = getattr(error, "command_result", ("", [None]))
    if isinstance(answer[0], bytes):
        return _words(answer[0].decode("utf-8", "replace"), account)
    # imaplib writes a server's words into its own: as the repr of a list of bytes, or after an arrow.
    _, is_listed, listed = str(error).partition(" [b")
    return _words(listed[1:-2] if is_listed else str(error).rpartition(" => ")[2], account)


def _words(text: str, account: Account) -> str:
    """Put a server's words on one short line; a server that repeats a secret is not quoted on it."""
    for secret in filter(None, (account.password, account.token)):
        text = text.replace(secret, "…")
    return " ".join(CONTROL.sub(" ", text).split())[:MOST_WORDS]
