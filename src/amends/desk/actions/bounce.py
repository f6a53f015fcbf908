"""What came of letters: mail that came back, automatic replies and answers, matched by the Message-ID they name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from amends.core.message import Automated
from amends.core.thread import key_of
from amends.desk.actions.event import record
from amends.desk.actions.filing import file_letter
from amends.desk.actions.health import touch_health
from amends.desk.actions.reading import ANSWERED, AUTOMATIC, BOUNCED
from amends.desk.actions.thread import in_pieces
from amends.desk.models import LetterKind, Message, Outgoing

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from amends.desk.actions.reading import Return

# What a status says (RFC 3463), the longest beginning first; `x` stands for 4 or 5.
REASONS = (
    ("x.1.2", gettext_noop("no such domain")),
    ("x.1.1", gettext_noop("no such mailbox")),
    ("x.1.6", gettext_noop("the mailbox has moved")),
    ("x.1.", gettext_noop("no such mailbox")),
    ("x.2.1", gettext_noop("the mailbox is closed")),
    ("x.2.2", gettext_noop("the mailbox is full")),
    ("x.2.3", gettext_noop("it was too long")),
    ("x.3.4", gettext_noop("it was too long")),
    ("x.4.", gettext_noop("their mail server could not be reached")),
    ("x.7.", gettext_noop("their mail server does not want it")),
)
OTHERWISE = gettext_noop("their mail server refused it")


@transaction.atomic
def match_replies(returns: Collection[Return], *, now: datetime) -> int:
    """Write down what came of the letters that some incoming mail names; return how many were ours.

    Called by all who keep incoming mail (`Batch.returns`), in their transaction. The first report of a kind counts, so
    that mail read twice changes nothing. A letter whose fate was unknown was sent where anything came of it. What came
    back answers nobody: who waited for it waits again.
    """
    ids = sorted({each for told in returns for each in told.ids})
    letters: dict[str, Outgoing] = {}
    for some in in_pieces(ids):
        found = Outgoing.objects.filter(message_id__in=some).select_related("by", "person", "answers")
        letters.update({letter.message_id or "": letter for letter in found})
    matched = 0
    for told in sorted(returns, key=lambda each: each.at):
        for letter in (letters[each] for each in told.ids if each in letters):
            matched += 1
            _match(letter, told, now)
    return matched


def _match(letter: Outgoing, told: Return, now: datetime) -> None:
    """Write one report on one letter, unless it was there."""
    fields: dict[str, Any] = {}
    if told.kind == BOUNCED and letter.bounced_at is None:
        fields = {"bounced_at": told.at, "closed_at": None, "problem": why_back(told)}
    elif told.kind == AUTOMATIC and letter.auto_replied_at is None:
        fields = {"auto_replied_at": told.at, "away_until": told.until}
    elif told.kind == ANSWERED and letter.replied_at is None:
        fields = {"replied_at": told.at}
    if not fields:
        return
    is_new = letter.sent_at is None  # whoever names it has met it, though it may wait to be sent again
    sent_at = letter.sent_at or letter.sending_at or told.at
    if is_new:
        fields |= {"sending_at": sent_at, "sent_at": sent_at, "failed_at": None}
        fields.setdefault("problem", "")
    for name, value in fields.items():
        setattr(letter, name, value)
    letter.save(update_fields=list(fields))
    if is_new and letter.kind == LetterKind.CLIENT:
        file_letter(letter, now=sent_at)
    if "bounced_at" in fields and letter.client_id:
        ours = Message.objects.filter(client=letter.client_id, key=key_of(letter.message_id or ""))
        ours.update(automated=Automated.BOUNCE)
        touch_health([letter.client_id], now=now, is_redrawn=True)
    after: dict[str, Any] = {name: value for name, value in fields.items() if value and name.endswith("ed_at")}
    record("hear_of_letter", letter, by=None, now=now, after=after)


def why_back(told: Return) -> str:
    """Return why a letter came back: in words for people, and behind them what the server said."""
    status = f"x{told.status[1:]}"
    words = next((words for beginning, words in REASONS if status.startswith(beginning)), OTHERWISE)
    return f"{_(words)} ({told.says or told.status})" if told.says or told.status else _(words)
