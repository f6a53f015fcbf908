"""What the pages of the outbox say: rows, what became of a letter, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from amends.desk.actions.envelope import our_address
from amends.desk.actions.page_mail import is_unasked, lost_its_page
from amends.desk.models import LetterKind
from amends.desk.queries.outbox import SENDING, Tab
from amends.web import wording

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from amends.desk.models import Outgoing, User

FIRST = (Tab.READ, Tab.BACK, Tab.UNKNOWN, Tab.WAITING)  # what is shown first where there is any: what needs a person
NAMES = {
    Tab.READ: pgettext_lazy("letters", "To read"),
    Tab.WAITING: pgettext_lazy("letters", "Waiting"),
    Tab.UNKNOWN: pgettext_lazy("letters", "Fate unknown"),
    Tab.BACK: pgettext_lazy("letters", "Came back"),
    Tab.SENT: pgettext_lazy("letters", "Sent"),
}
EMPTY = {
    Tab.READ: (
        gettext_lazy("No letter waits to be read."),
        gettext_lazy("What you write to a client stands here until somebody has read it and sends it."),
    ),
    Tab.WAITING: (gettext_lazy("Nothing waits."), gettext_lazy("What was sent has left this desk.")),
    Tab.UNKNOWN: (
        gettext_lazy("Nothing is in doubt."),
        gettext_lazy(
            "Where a connection breaks at the wrong moment, a mail may have arrived or not. It would stand here."
        ),
    ),
    Tab.BACK: (
        gettext_lazy("Nothing came back."),
        gettext_lazy("Whoever you wrote to has your mail, as far as we know."),
    ),
    Tab.SENT: (
        gettext_lazy("Nothing was sent yet."),
        gettext_lazy("Write to a client from their page, or answer a message."),
    ),
}


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a letter: in which part it stands, a sentence, more of it, and what can be done."""

    tab: Tab
    words: str
    detail: str = ""
    can_again: bool = False
    can_close: bool = False
    is_under_way: bool = False


def reader_of(letter: Outgoing) -> str:
    """Return who will read a letter, by name where one is known."""
    known = letter.person if letter.kind == LetterKind.CLIENT else letter.user
    return (known.name if known else "") or letter.to


def named(name: str, address: str) -> str:
    """Return a name and an address as mail programs show them."""
    return f"{name} <{address}>" if name else address


def fate_of(letter: Outgoing, now: datetime) -> Fate:
    """Return what became of a letter."""
    is_open = letter.closed_at is None
    if letter.bounced_at:
        told = _("It came back %(when)s.") % {"when": wording.when(letter.bounced_at, now)}
        return Fate(Tab.BACK, told, wording.kept(letter.problem), can_close=is_open)
    if letter.failed_at:
        can_again = bool(letter.text or letter.kind == LetterKind.INVITATION)
        return Fate(Tab.BACK, _("It was not delivered."), wording.kept(letter.problem), can_again, can_close=is_open)
    if letter.sent_at:
        return Fate(Tab.SENT, _since_sent(letter, letter.sent_at, now))
    return _unsettled(letter, now)


def _unsettled(letter: Outgoing, now: datetime) -> Fate:
    """Return how it stands with a letter that was neither sent nor refused."""
    if letter.sending_at is None:
        if letter.kind == LetterKind.CLIENT and letter.read_at is None:
            words = _("It goes nowhere until somebody has read it and sends it.")
            return Fate(Tab.READ, words, wording.kept(letter.problem))
        return Fate(Tab.WAITING, _waiting(letter, now), wording.kept(letter.problem))
    if not letter.problem and letter.sending_at >= now - SENDING:
        return Fate(Tab.WAITING, _("It is being sent."), is_under_way=True)
    told = _("Nobody knows whether it arrived: the connection was cut %(when)s, in the midst of sending.")
    words = told % {"when": wording.when(letter.sending_at, now)}
    return Fate(Tab.UNKNOWN, words, wording.kept(letter.problem), bool(letter.text or letter.user_id), can_close=True)


def _waiting(letter: Outgoing, now: datetime) -> str:
    """Return what a letter waits for."""
    if letter.due_at and letter.due_at > now:
        told = (
            _("The mail server said: not now. It is tried again %(when)s.")
            if letter.tries
            else _("It goes out %(when)s.")
        )
        return told % {"when": wording.when(letter.due_at, now)}
    return _("It goes out as soon as the mail server takes it.")


def _since_sent(letter: Outgoing, sent_at: datetime, now: datetime) -> str:
    """Return when a letter was sent, and what came of it."""
    told = _("Sent %(when)s.") % {"when": wording.when(sent_at, now)}
    if letter.replied_at:
        return f"{told} {_('Answered %(when)s.') % {'when': wording.when(letter.replied_at, now)}}"
    if letter.auto_replied_at and letter.away_until:
        return f"{told} {_('They are away until %(day)s.') % {'day': wording.day(letter.away_until, now)}}"
    return f"{told} {_('A program answered.')}" if letter.auto_replied_at else told


def tabs(counts: Mapping[Tab, int]) -> list[dict[str, Any]]:
    """Return the parts of the outbox; how many stand in those that need somebody."""
    return [{"key": tab, "name": NAMES[tab], "count": counts[tab] if tab is not Tab.SENT else 0} for tab in Tab]


def empty(tab: Tab) -> dict[str, Any]:
    """Return what an empty part says."""
    title, text = EMPTY[tab]
    return {"title": title, "text": text}


def row_of(letter: Outgoing, tab: Tab, now: datetime) -> dict[str, Any]:
    """Return one row: who it is for, where, what about, and what became of it."""
    fate = fate_of(letter, now)
    ends = {Tab.SENT: letter.sent_at, Tab.BACK: letter.bounced_at or letter.failed_at}
    note = wording.when(ends.get(tab) or letter.added_at, now)
    subject = letter.subject or str(letter.get_kind_display())
    if tab is Tab.READ:
        detail = (
            subject if letter.by is None else _("%(subject)s · by %(name)s") % {"subject": subject, "name": letter.by}
        )
    else:
        why = short(letter) if tab is Tab.BACK else ""
        detail = f"{subject} · {why or fate.words}"
    return {
        "href": reverse("letter", args=[letter.pk]),
        "title": reader_of(letter),
        "beside": str(letter.client or letter.get_kind_display()),
        "detail": detail,
        "note": note,
        "urgency": "late" if tab in {Tab.BACK, Tab.UNKNOWN} else "",
    }


def row_in_recovery(letter: Outgoing, now: datetime) -> dict[str, Any]:
    """Return one letter of a recovery: to whom, what about, and what came of it."""
    fate = fate_of(letter, now)
    why = short(letter) if fate.tab is Tab.BACK else ""
    return {
        "href": reverse("letter", args=[letter.pk]),
        "title": letter.subject,
        "detail": f"{reader_of(letter)} · {fate.words}{f' {why}' if why else ''}",
        "note": str(NAMES[fate.tab]),
        "urgency": "late" if fate.tab in {Tab.BACK, Tab.UNKNOWN} else "",
    }


def short(letter: Outgoing) -> str:
    """Return why a letter did not arrive without what stands behind it in brackets: a server's own words."""
    return wording.kept(letter.problem).partition(" (")[0].rstrip(".")


def told_back(letter: Outgoing, user: User, now: datetime) -> dict[str, str]:
    """Return what Today says of a letter that came back, was refused, or is lost."""
    names = {"name": reader_of(letter), "writer": letter.by.first_name if letter.by else ""}
    is_own = letter.by is None or letter.by.pk == user.pk
    if letter.bounced_at is None and letter.failed_at:
        told = (
            _("Your mail to %(name)s was not delivered.")
            if is_own
            else _("%(writer)s’s mail to %(name)s was not delivered.")
        )
        return {"text": told % names, "href": reverse("letter", args=[letter.pk])}
    if fate_of(letter, now).tab is Tab.READ:
        told = (
            _("A letter to %(name)s was not sent: its page was ended.")
            if lost_its_page(letter)
            else _("A letter to %(name)s was not sent: they asked not to be asked any more.")
            if is_unasked(letter)
            else _("A letter to %(name)s was not sent: who wrote it writes there no more.")
        )
        return {"text": told % names, "href": reverse("letter", args=[letter.pk])}
    if fate_of(letter, now).tab is Tab.UNKNOWN:
        told = (
            _("Nobody knows whether your mail to %(name)s arrived.")
            if is_own
            else _("Nobody knows whether %(writer)s’s mail to %(name)s arrived.")
        )
        return {"text": told % names, "href": reverse("letter", args=[letter.pk])}
    told = (
        _("Your mail to %(name)s came back: %(why)s.")
        if is_own
        else _("%(writer)s’s mail to %(name)s came back: %(why)s.")
    )
    return {"text": told % (names | {"why": short(letter)}), "href": reverse("letter", args=[letter.pk])}


def setup() -> list[tuple[str, str]]:
    """Return how mail goes out, as the settings say; never the password."""
    if not settings.EMAIL_HOST:
        return []
    way = _("encrypted from the start") if settings.EMAIL_USE_SSL else _("encrypted")
    if not (settings.EMAIL_USE_SSL or settings.EMAIL_USE_TLS):
        way = _("in the clear, on this machine")
    return [
        (_("Mail server"), f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}, {way}"),
        (_("Signs in as"), settings.EMAIL_HOST_USER or _("nobody")),
        (_("Sends from"), our_address()),
    ]
