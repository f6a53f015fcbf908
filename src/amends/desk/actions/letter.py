"""Letters to clients: written, read by a person and sent, let go, or sent again where their fate is unknown."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from amends.desk.actions.envelope import one_line
from amends.desk.actions.event import record
from amends.desk.actions.firm import mail_address
from amends.desk.actions.outgoing import LONGEST_SUBJECT, queue_letter
from amends.desk.actions.page_mail import (
    PAGE_ENDED,
    UNASKED,
    answers_go_to,
    is_made_up,
    is_unasked,
    lost_its_page,
    require_link_in,
    require_page_of,
)
from amends.desk.actions.reading import PAGE
from amends.desk.actions.user import invite_again
from amends.desk.models import Client, Event, LetterKind, Outgoing, PersonAddress
from amends.desk.queries.firm import the_firm
from amends.desk.queries.outbox import BACK, DRAFT, QUEUED, lost, spoken_last
from amends.desk.rules import Power, Refused, may, opened_by, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case, ClientPage, FollowUp, Message, Person, User

NOT_THEIRS = gettext_noop(
    "Who wrote it writes to this client no more, so it was not sent. Change it, and it goes out as yours."
)
LONGEST_REASON = 300  # characters, as `Apology.why_by_mail`
LONGEST_TEXT = 50_000  # characters: nobody writes a longer letter; judgement


class Belonging(TypedDict, total=False):
    """What a letter belongs to: the message it answers, its recovery, the page that it opens, a planned call."""

    answers: Message | None
    case: Case | None
    page: ClientPage | None
    followup: FollowUp | None


@transaction.atomic
def write_letter(
    client: Client, to: str, subject: str, text: str, *, by: User, now: datetime, **of: Unpack[Belonging]
) -> Outgoing:
    """Write a letter to somebody at a client. It is a draft: it goes out once a person has read it (`send_letter`).

    `answers` is the message in whose conversation it goes out, `case` the recovery it belongs to: answers go to who
    leads it. `page` is the page whose link stands in it: the text has the line `PAGE_MARK`, and where the page is a
    recovery's the letter goes out in the conversation that it is about. Refused for an address that is nobody's there,
    or not whom the page is for.
    """
    _require(by, client)
    person, page = _person_of(client, to), of.get("page")
    require_page_of(page, client, person)
    case = of.get("case") or (page.case if page else None)
    case = case if case and case.client_id == client.pk else None
    answers = of.get("answers") or (spoken_last(person, case) if page and case else None)
    letter = queue_letter(
        LetterKind.CLIENT,
        *_told(client, to, subject, text),
        now=now,
        client=client,
        person=person,
        by=by,
        reply_to=answers_go_to(by, case),
        answers=answers if answers and answers.client_id == client.pk else None,
        case=case,
        page=page,
        followup=of.get("followup"),
    )
    record("write_letter", letter, by=by, now=now)
    return letter


@transaction.atomic
def change_letter(letter: Outgoing, to: str, subject: str, text: str, *, by: User, now: datetime) -> Outgoing:
    """Write a draft anew: it is then a letter of who did, whose name it carries. Refused when it was sent already."""
    client = _client_of(letter, by)
    address, line, words = _told(client, to, subject, text)
    person = _person_of(client, address)
    require_page_of(letter.page, client, person)
    fields: dict[str, Any] = {"to": address, "subject": line, "text": words, "person": person}
    fields |= {"by": by, "reply_to": answers_go_to(by, letter.case), "added_at": now, "problem": ""}
    if not Outgoing.objects.filter(DRAFT, pk=letter.pk).update(**fields):
        raise Refused(_("This letter is no draft any more, so it cannot be changed."))
    letter.refresh_from_db()
    record("change_letter", letter, by=by, now=now)
    return letter


def _told(client: Client, to: str, subject: str, text: str) -> tuple[str, str, str]:
    """Return address, subject and text as they are kept."""
    address, line, words = mail_address(to), one_line(subject)[:LONGEST_SUBJECT], text.replace("\r\n", "\n").strip()
    _person_of(client, address)
    if not line:
        raise Refused(_("Write a subject: without one, mail is easily taken for junk."))
    if not words:
        raise Refused(_("Write what they are to read."))
    if PAGE.search(words):
        told = _("This holds the link to a client’s page: whoever reads it here could answer for them. Take it out.")
        raise Refused(told)
    if len(words) > LONGEST_TEXT:
        raise Refused(_("This is longer than a letter: at most %d characters go out.") % LONGEST_TEXT)
    return address, line, f"{words}\n"


def _person_of(client: Client, address: str) -> Person:
    """Return who has an address at a client; Refused where nobody there has it any more."""
    told = mail_address(address)
    found = PersonAddress.objects.filter(address=told, person__client=client).select_related("person").first()
    if found is None:
        raise Refused(_("%(address)s is nobody’s at %(client)s.") % {"address": told, "client": client})
    return found.person


def _require(by: User, client: Client) -> None:
    """Raise Refused unless somebody may write to a client."""
    require(by, Power.WORK)
    if not _writes_to(by, client):
        raise Refused(_("You cannot write to this client."))


def _writes_to(user: User, client: Client) -> bool:
    return may(user, Power.WORK) and Client.objects.filter(opened_by(user), pk=client.pk).exists()


def _client_of(letter: Outgoing, by: User) -> Client:
    """Return whose letter it is; Refused where it is no letter to a client, or not for `by`."""
    if letter.kind != LetterKind.CLIENT or letter.client is None:
        raise Refused(_("This is no letter to a client."))
    _require(by, letter.client)
    return letter.client


def seal_of(letter: Outgoing) -> str:
    """Return what changes with every word of a letter: who says "send" says it of the words they have read."""
    told = f"{letter.by_id}\n{letter.to}\n{letter.subject}\n{letter.text}"  # the text alone has line ends
    return sha256(told.encode("utf-8", "replace")).hexdigest()


@transaction.atomic
def send_letter(letter: Outgoing, *, by: User, now: datetime, seen: str, why_by_mail: str = "") -> Outgoing:
    """Say that a person has read a letter, and that it may go out: the worker delivers it.

    `seen` is the `seal_of` the letter that was read, `why_by_mail` why it is written and not said. Refused when
    somebody changed it since, when whom it is for is gone or who wrote it writes there no more, and where no mail can
    be sent.
    """
    client = _client_of(letter, by)
    kept = Outgoing.objects.select_for_update().filter(pk=letter.pk).first()
    if kept is None:
        raise Refused(_("This letter was discarded, or its client is gone. Nothing was sent."))
    if not settings.EMAIL_HOST:
        raise Refused(_("No mail can be sent from here: AMENDS_SMTP_URL is not set. Your letter is kept."))
    if the_firm().is_demo and not is_made_up(kept.to):
        raise Refused(_("The demo firm sends mail to made-up addresses alone (.example). Your letter is kept."))
    if seal_of(kept) != seen:
        raise Refused(_("Somebody changed this letter since you read it. Read it again before it goes out."))
    require_page_of(kept.page, client, _person_of(client, kept.to))
    require_link_in(kept)
    if kept.by is None or not _writes_to(kept.by, client):
        told = _("%s writes to this client no more, and answers would go there. Change it, and it goes out as yours.")
        raise Refused(told % (kept.by or _("Who wrote this")))
    if not Outgoing.objects.filter(DRAFT, pk=letter.pk).update(read_at=now, read_by=by, added_at=now, problem=""):
        raise Refused(_("This letter was sent already."))
    reason = {"why_by_mail": why_by_mail.strip()[:LONGEST_REASON]} if why_by_mail.strip() else {}
    record("send_letter", letter, by=by, now=now, after={"to": kept.to, **reason})
    letter.refresh_from_db()
    return letter


@transaction.atomic
def drop_letter(letter: Outgoing, *, by: User, now: datetime) -> None:
    """Let a letter go that was not sent: a draft, or one that still waits. Refused once it is on its way."""
    _client_of(letter, by)
    kept = Outgoing.objects.select_for_update().filter(DRAFT | QUEUED, pk=letter.pk).first()  # no worker takes it now
    if kept is None or _may_have_arrived(kept):
        raise Refused(_("This letter is on its way already, or was discarded."))
    kept.delete()
    record("drop_letter", letter, by=by, now=now)


@transaction.atomic
def take_back_letter(letter: Outgoing, *, by: User, now: datetime) -> Outgoing:
    """Make a letter that still waits a draft again, or one of unknown fate where it is sent again.

    Refused once it is on its way.
    """
    _client_of(letter, by)
    if not _taken_back(letter, problem="", why_lost=gettext_noop("It was held back before it went out again.")):
        raise Refused(_("This letter is on its way already. Nothing brings it back."))
    record("take_back_letter", letter, by=by, now=now)
    letter.refresh_from_db()
    return letter


def _taken_back(letter: Outgoing, *, problem: str, why_lost: str) -> bool:
    fields: dict[str, Any] = {"read_at": None, "read_by": None, "due_at": None, "tries": 0, "problem": problem}
    if _may_have_arrived(letter):
        fields = {"sending_at": F("added_at"), "problem": why_lost}
    return bool(Outgoing.objects.filter(QUEUED, pk=letter.pk).update(**fields))


def _may_have_arrived(letter: Outgoing) -> bool:
    """Tell whether a letter that waits is sent again because nobody knew what had become of it."""
    again = _sent_again(letter)
    return again is not None and not again.before


def _sent_again(letter: Outgoing) -> Event | None:
    """Return when and by whom a letter was sent again last."""
    events = Event.objects.filter(verb="resend_letter", thing="outgoing", thing_id=letter.pk).select_related("by")
    return events.order_by("pk").last()


@transaction.atomic
def give_back_letter(letter: Outgoing, *, now: datetime) -> bool:
    """Make a letter a draft again whose writer writes to its client no more, or whose page was ended; say whether so.

    It is then for whoever takes it over (`change_letter`). One of unknown fate is of unknown fate again, unless who
    sent it again knew of that, and may write there.
    """
    if letter.kind != LetterKind.CLIENT or letter.client is None:
        return False
    why = PAGE_ENDED if lost_its_page(letter) else UNASKED if is_unasked(letter) else ""
    if why:
        if _taken_back(letter, problem=why, why_lost=why):
            record("give_back_letter", letter, by=None, now=now)
        return True
    again = _sent_again(letter)
    answering = (letter.by, again.by if again else None)
    if any(user and _writes_to(user, letter.client) for user in answering):
        return False
    if _taken_back(letter, problem=NOT_THEIRS, why_lost=NOT_THEIRS):
        record("give_back_letter", letter, by=None, now=now)
    return True


@transaction.atomic
def resend_letter(letter: Outgoing, *, by: User, now: datetime) -> Outgoing:
    """Send a letter again whose fate nobody knows, or that the server refused: the same mail, under its Message-ID.

    An invitation is made anew, with a link of its own. Refused where the letter arrived, its words are gone, or the
    address is nobody's any more.
    """
    if letter.client is not None:
        _require(by, letter.client)
    else:
        require(by, Power.MANAGE)
    again = Outgoing.objects.filter(lost(now) | Q(failed_at__isnull=False), pk=letter.pk, sent_at=None)
    refused_at = again.values_list("failed_at", flat=True).first()
    if letter.kind == LetterKind.CLIENT and letter.client is not None:
        require_page_of(letter.page, letter.client, _person_of(letter.client, letter.to))
        require_link_in(letter)
    if letter.kind == LetterKind.INVITATION and letter.user is not None and again.exists():
        invite_again(letter.user, by=by, now=now)
        again.update(failed_at=now, closed_at=now, text="", problem=gettext_noop("Another invitation took its place."))
        return letter
    fresh = {"sending_at": None, "failed_at": None, "closed_at": None, "due_at": None, "tries": 0, "problem": ""}
    if not again.exclude(text="").update(**fresh, added_at=now):
        raise Refused(_("This cannot be sent again: it arrived, it is being sent, or its words are gone."))
    before = {"failed_at": refused_at} if refused_at else None
    record("resend_letter", letter, by=by, now=now, before=before, after={"to": letter.to})
    letter.refresh_from_db()
    return letter


@transaction.atomic
def close_letter(letter: Outgoing, *, by: User, now: datetime) -> None:
    """Say that one has seen that a letter came back, was refused or is lost: it is told no more."""
    if letter.client is not None:
        _require(by, letter.client)
    else:
        require(by, Power.MANAGE)
    is_lost = Outgoing.objects.filter(lost(now), pk=letter.pk)
    is_lost.update(failed_at=now, problem=gettext_noop("Nobody knows whether it arrived; it was not sent again."))
    if Outgoing.objects.filter(BACK, pk=letter.pk).update(closed_at=now):
        record("close_letter", letter, by=by, now=now)


@transaction.atomic
def send_test(*, by: User, now: datetime) -> Outgoing:
    """Queue a mail to oneself, to see whether mail goes out. Refused where no mail server is set."""
    require(by, Power.OWN)
    if not settings.EMAIL_HOST:
        raise Refused(_("No mail server is set. Set AMENDS_SMTP_URL, and start the desk again."))
    Outgoing.objects.filter(QUEUED, kind=LetterKind.TEST, user=by).delete()  # one is enough
    letter = queue_letter(
        LetterKind.TEST,
        by.email,
        _("A test from Amends"),
        _("This mail shows that %(firm)s’s desk can send mail. Nothing is to be done.\n") % {"firm": the_firm().name},
        now=now,
        user=by,
        by=by,
        why=_("You get this because you asked for a test under Settings, Outgoing mail."),
    )
    record("send_test", letter, by=by, now=now)
    return letter
