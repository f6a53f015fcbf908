"""What a mail that was sent to the desk's own address brings: itself, or the mail that it forwards.

A colleague's mail to somebody outside is itself what was said. A mail to nobody but the desk and colleagues is looked
through for what it forwards: mails attached to it, else the one that is printed in its text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from amends.core.forwarding import forwarded_in
from amends.core.message import Address, Mail
from amends.core.thread import bare_subject
from amends.sources.headers import split_header, unstructured
from amends.sources.mime import attached_mails
from amends.sources.part import Skipped
from amends.sources.printed import printed_moment, printed_people
from amends.sources.rfc822 import first_id, mail_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import tzinfo

MOST_ATTACHED = 50  # mails in one; judgement
FORWARDED_ID = re.compile(rb"^x-forwarded-message-id[ \t]*:([^\r\n]{1,1000})", re.IGNORECASE | re.MULTILINE)
FORWARD_MARKS = re.compile(  # as mail programs set them before a subject; those of answers are other ones
    r"\s*(?:(?:fwd?|wg|tr|rv|enc|i|doorst|vs|vb|vl|pd|fs|továbbítás|ilt|ynt|转发|轉寄|転送|πρθ)\s?[:\uff1a]\s*)",
    re.IGNORECASE,
)
NO_MAIL = "It is no mail that can be read."
A_PROGRAM = "A program sent it."
NOTHING_IN_IT = "It went to nobody outside the firm, and no forwarded mail was found in it."
NO_WRITER = "It forwards a mail, and does not say with an address who wrote that one. Forward it as an attachment."
NO_DATE = "It forwards a mail, and does not say when that one was written. Forward it as an attachment."


def brought_by(raw: bytes, *, is_ours: Callable[[str], bool], zone: tzinfo) -> list[Mail | Skipped]:
    """Return the mails that one brings, or why there are none (Skipped). `is_ours` tells our addresses from others."""
    mail = mail_from(raw, "")
    if isinstance(mail, Skipped):
        return [Skipped("", NO_MAIL)]
    if any(each.address and not is_ours(each.address) for each in (*mail.to, *mail.cc)):
        return [mail]
    fields, start = split_header(raw)
    attached = [mail_from(each, "") for each in attached_mails(fields, raw, start)[:MOST_ATTACHED]]
    if attached:
        return [
            Skipped("", NO_MAIL) if isinstance(each, Skipped) and not each.is_on_purpose else each for each in attached
        ]
    return [Skipped("", A_PROGRAM) if mail.automated else _printed(mail, raw[:start], zone)]


def _printed(mail: Mail, head: bytes, zone: tzinfo) -> Mail | Skipped:
    """Return the mail that is printed in the text of another, as far as that shows it."""
    told = forwarded_in(mail.body)
    if told is None or mail.at is None:
        return Skipped("", NOTHING_IN_IT)
    senders = printed_people(told.sender)
    at = printed_moment(told.date, before=mail.at, zone=zone)
    if not senders or at is None:
        return Skipped("", NO_DATE if senders else NO_WRITER)
    subject = told.subject or FORWARD_MARKS.sub("", mail.subject)
    return Mail(
        id=_id_of(mail, head, subject) or _made_id(senders[0], at.isoformat(), subject, told.text),
        where="",
        at=at,
        sender=senders[0],
        to=printed_people(told.to),
        cc=printed_people(told.cc),
        subject=subject,
        body=told.text,
    )


def _id_of(mail: Mail, head: bytes, subject: str) -> str:
    """Return the Message-ID of what is forwarded, where the forwarding mail names it without doubt; else nothing.

    Thunderbird names it in a field of its own; others answer it (In-Reply-To) under its subject with a mark of
    forwarding. An answer's own In-Reply-To is another matter.
    """
    named = FORWARDED_ID.search(head)
    if named:
        return first_id(unstructured(named[1].decode("ascii", "replace")))
    is_forward = FORWARD_MARKS.match(mail.subject) is not None
    is_same = _plain(mail.subject) == _plain(subject)
    return mail.in_reply_to if is_forward and is_same else ""


def _plain(subject: str) -> str:
    return bare_subject(FORWARD_MARKS.sub("", subject))[0].strip().lower()


def _made_id(sender: Address, *told: str) -> str:
    """Return an id for a mail whose own is not known: the same whoever forwards it, and however often."""
    words = "".join("".join(each.split()) for each in told)
    return f"forwarded:{sha256(f'{sender.address}{words}'.encode('utf-8', 'replace')).hexdigest()}"


def without(mail: Mail, is_desk: Callable[[str], bool]) -> Mail:
    """Return a mail without the desk's own addresses, which are secrets."""
    return replace(mail, to=_others(mail.to, is_desk), cc=_others(mail.cc, is_desk))


def _others(people: Iterable[Address], is_desk: Callable[[str], bool]) -> tuple[Address, ...]:
    return tuple(each for each in people if not is_desk(each.address))
