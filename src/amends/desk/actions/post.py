"""The talk with the mail server (SMTP): who we are, one mail, and what became of it as far as the server said."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail.utils import DNS_NAME
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from amends.desk.actions.envelope import as_sent, one_line, our_address

if TYPE_CHECKING:
    from collections.abc import Iterator

OK, FORWARDED, GO_AHEAD = 250, 251, 354  # RFC 5321, 4.2.3
FOR_NOW, FOR_EVER = 400, 500  # the first of the answers that say "not now" and of those that say "never"
REFUSED = gettext_noop("The mail server refused it")
LONGEST_SAID = 500  # characters of a server's words; judgement
DOT = re.compile(rb"^\.", re.MULTILINE)


class UnreachableError(Exception):
    """The mail server does not answer; its words are for people. Nothing was sent, and everything waits."""


class Fate(Enum):
    """What became of a mail that was handed to the server."""

    SENT = "sent"
    LATER = "later"  # not now
    NEVER = "never"
    UNKNOWN = "unknown"  # it may have arrived, or not


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a mail, and why: a sentence in English, then the server's words (`Outgoing.problem`)."""

    fate: Fate
    words: str = ""


@contextmanager
def connected() -> Iterator[smtplib.SMTP]:
    """Give a connection to the mail server that has let us in and takes mail from our address.

    Raises UnreachableError with a sentence that says at which step it ended, and what to look at.
    """
    server = _opened()
    try:
        _introduce(server)
        yield server
    finally:
        with suppress(OSError):
            server.quit()


def _introduce(server: smtplib.SMTP) -> None:
    """Say who the mail is from; a server that takes none from us refuses every mail, not this one."""
    if not as_sent(our_address()):
        told = _("AMENDS_MAIL_FROM is “%s”, and no mail server takes such an address. Mail waits until it is another.")
        raise UnreachableError(told % our_address())
    try:
        code, words = server.mail(our_address())
    except OSError as error:
        raise UnreachableError(_outside(why_not(error))) from error
    if code != OK:
        told = _("The mail server %(place)s takes no mail from %(sender)s: %(said)s. Mail waits until it does.")
        raise UnreachableError(told % {"place": _place(), "sender": our_address(), "said": said(code, words)})


def _opened() -> smtplib.SMTP:
    """Connect, in the clear or not as AMENDS_SMTP_URL says, and sign in where it names a user."""
    host, port, seconds, name = settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT, DNS_NAME.get_fqdn()
    try:
        if settings.EMAIL_USE_SSL:
            safe = ssl.create_default_context(cafile=settings.MAIL_CERTIFICATES)
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, name, timeout=seconds, context=safe)
        else:
            server = smtplib.SMTP(host, port, name, timeout=seconds)
        try:
            if settings.EMAIL_USE_TLS:
                server.starttls(context=ssl.create_default_context(cafile=settings.MAIL_CERTIFICATES))
            if settings.EMAIL_HOST_USER:
                server.login(settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD)
            server.ehlo_or_helo_if_needed()
        except BaseException:
            server.close()
            raise
    except OSError as error:  # smtplib's own are among them
        raise UnreachableError(_outside(why_not(error))) from error
    return server


def _place() -> str:
    return f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"


def _outside(why: str) -> str:
    told = _("The mail server %(place)s takes no mail: %(why)s. Mail waits until it does.")
    return told % {"place": _place(), "why": why}


def why_not(error: OSError) -> str:
    """Say in words why a mail server could not be reached or did not let us in."""
    told = str(error)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        words = said(error.smtp_code, error.smtp_error)
        told = _("it refuses the user name or the password of AMENDS_SMTP_URL (%s)") % words
    elif isinstance(error, smtplib.SMTPResponseException):
        told = _("it says %s") % said(error.smtp_code, error.smtp_error)
    elif isinstance(error, smtplib.SMTPNotSupportedError):
        told = _("it offers no encryption or no way to sign in, which AMENDS_SMTP_URL asks for (%s)") % error
    elif isinstance(error, socket.gaierror):
        told = _("no server of that name is known (%s)") % error.strerror
    elif isinstance(error, ssl.SSLCertVerificationError):
        told = _(
            "its certificate is not trusted (%s). Name the server in AMENDS_SMTP_URL as its certificate does, or name"
            " the file of the authority that signed it in AMENDS_MAIL_CERTIFICATES, then start the desk again"
        ) % (getattr(error, "verify_message", "") or error)
    elif isinstance(error, ssl.SSLError):
        told = _("its encryption cannot be trusted or is not spoken at that port (%s)") % (
            getattr(error, "reason", "") or error
        )
    elif isinstance(error, TimeoutError):
        told = _("it did not answer within %d seconds") % settings.EMAIL_TIMEOUT
    elif isinstance(error, ConnectionRefusedError):
        told = _("nothing answers there (%s)") % error.strerror
    return told


def said(code: int, words: bytes | str) -> str:
    """Return a server's answer on one line, its number first: no password that it repeats, no sign that acts."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if settings.EMAIL_HOST_PASSWORD:
        text = text.replace(settings.EMAIL_HOST_PASSWORD, "…")
    return f"{code} {one_line(text)}"[:LONGEST_SAID].strip()


def hand_over(server: smtplib.SMTP, to: str, mail: bytes) -> Answer:
    """Hand one mail over, and say what became of it.

    Until the server says "go ahead" nothing has left us, and a connection that breaks means: later. From then on only
    its answer tells, and where it does not come nobody knows.
    """
    try:
        refusal = _announced(server, to)
    except OSError as error:
        told = gettext_noop("The connection broke before it was handed over")
        return Answer(Fate.LATER, f"{told} ({error}).")
    if refusal:
        return refusal
    lines = DOT.sub(b"..", mail) + b".\r\n"  # RFC 5321, 4.5.2
    try:
        server.send(lines)
        code, words = server.getreply()
    except OSError as error:
        told = gettext_noop("The connection broke while it was sent; it may have arrived, or not.")
        return Answer(Fate.UNKNOWN, f"{told} ({error})")
    return Answer(Fate.SENT) if code == OK else _refusal(code, words)


def _announced(server: smtplib.SMTP, to: str) -> Answer | None:
    """Say whom a mail is for and that it comes now; return the refusal, or None where the server wants it."""
    code, words = server.rcpt(to)
    if code not in {OK, FORWARDED}:
        return _refusal(code, words)
    code, words = server.docmd("DATA")
    return None if code == GO_AHEAD else _refusal(code, words)


def _refusal(code: int, words: bytes) -> Answer:
    fate = Fate.LATER if FOR_NOW <= code < FOR_EVER else Fate.NEVER
    return Answer(fate, f"{REFUSED}: {said(code, words)}")
