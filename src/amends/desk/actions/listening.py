"""The client's words are written down, word for word; what is established is logged apart from them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.correcting import correct, take_out
from amends.desk.actions.event import record, values_of
from amends.desk.actions.promise import make_promise
from amends.desk.actions.talk import record_talk
from amends.desk.actions.touch import change_touch
from amends.desk.models import Case, Client, Heard, LoggedFact, Message, Promise, Touch
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from amends.core.listening import Question
    from amends.desk.actions.touch import Told
    from amends.desk.models import User

HEARD = ("question", "words", "said_at", "person_id", "message_id", "touch_id")
FACT = ("what", "evidence")
BETWEEN = "\n\n"  # answers, where a talk is told as one text


@transaction.atomic
def hear_words(
    case: Case,
    question: Question,
    words: str,
    *,
    by: User | None,
    now: datetime,
    source: Message | Touch | Case | None = None,
) -> Heard:
    """Write down what the client answered to a question, said where `source` says: without one, just now.

    The same words under the same question are kept once, however often and by whom they are sent.
    """
    require(by, Power.WORK)
    words = words.strip()
    if not words:
        raise Refused(_("Write what they said, as near as you can."))
    message = source if isinstance(source, Message) else None
    touch = source if isinstance(source, Touch) else None
    said_at = source.opened_at if isinstance(source, Case) else source.at if source else now
    Case.objects.select_for_update().get(pk=case.pk)
    known = case.heard.filter(question=question, words=words).first()
    if known:
        return known
    who = (source.person if source else None) or case.person
    heard = Heard.objects.create(
        case=case, question=question, words=words, said_at=said_at, person=who, message=message, touch=touch, by=by
    )
    record("hear_words", heard, by=by, now=now, after=values_of(heard, HEARD))
    return heard


def change_heard(heard: Heard, *, by: User | None, now: datetime, question: str, words: str) -> Heard:
    """Correct what was written down, or under which question it stands; whose it is and when stay."""
    if not words.strip():
        raise Refused(_("Write what they said, as near as you can."))
    return correct(heard, "change_heard", by=by, now=now, question=question, words=words.strip())


def remove_heard(heard: Heard, *, by: User | None, now: datetime) -> None:
    """Take an answer out."""
    take_out(heard, "remove_heard", HEARD, by=by, now=now)


def note_remedy(case: Case, remedy: str, *, by: User | None, now: datetime) -> Case:
    """Write down what the client asks for, in their words."""
    return correct(case, "note_remedy", by=by, now=now, remedy=remedy.strip())


@transaction.atomic
def take_call(
    client: Client,
    kind: str,
    answers: Mapping[Question | None, str],
    *,
    by: User | None,
    now: datetime,
    promised: str = "",
    due_at: datetime | None = None,
    **told: Unpack[Told],
) -> Touch:
    """Keep what was written beside the phone: the talk, the client's words under each question, what was promised.

    Words under no question (None) are told of the talk alone.

    Sent again with the same `token` (the connection dropped, and nobody knew whether it had arrived) it is the same
    talk: only what is new in it is added, nothing is doubled.
    """
    require(by, Power.WORK)
    Client.objects.select_for_update().get(pk=client.pk)  # the same form twice at once: one after the other
    words = [text.strip() for text in answers.values() if text.strip()]
    told["words"] = BETWEEN.join(words)
    token = told.get("token")
    known = Touch.objects.filter(token=token).first() if token else None
    if known and known.client_id != client.pk:
        told["token"] = known = None
    if known:
        touch = _add_to(known, words, by=by, now=now)
        _promise_once(touch, promised, due_at, by=by, now=now)
    else:
        touch = record_talk(client, kind, by=by, now=now, promised=promised, due_at=due_at, **told)
    if touch.case:
        for question, text in answers.items():
            if question and text.strip():
                hear_words(touch.case, question, text, by=by, now=now, source=touch)
    return touch


def _add_to(touch: Touch, words: list[str], *, by: User | None, now: datetime) -> Touch:
    """Add to a talk what was not in it yet."""
    new = [text for text in words if text not in touch.words]
    if not new:
        return touch
    whole = BETWEEN.join([touch.words, *new] if touch.words else new)
    return change_touch(touch, by=by, now=now, words=whole)


def _promise_once(touch: Touch, promised: str, due_at: datetime | None, *, by: User | None, now: datetime) -> None:
    """Make a promise of a talk unless it was made when the form came the first time."""
    what = " ".join(promised.split())
    if not what or due_at is None:
        return
    made = Promise.objects.filter(client=touch.client_id, what=what, due_at=due_at, made_at__gte=touch.added_at)
    if not made.exists():
        make_promise(touch.client, what, due_at=due_at, by=by, now=now, person=touch.person, case=touch.case)


@transaction.atomic
def log_fact(case: Case, *, by: User | None, now: datetime, what: str, evidence: str = "") -> LoggedFact:
    """Log what is established about a failure: from then on an apology may admit it."""
    require(by, Power.WORK)
    fact = LoggedFact.objects.create(case=case, what=_told(what), evidence=evidence.strip(), at=now, by=by)
    record("log_fact", fact, by=by, now=now, after=values_of(fact, FACT))
    return fact


def change_logged_fact(fact: LoggedFact, *, by: User | None, now: datetime, what: str, evidence: str) -> LoggedFact:
    """Correct what is established."""
    return correct(fact, "change_logged_fact", by=by, now=now, what=_told(what), evidence=evidence.strip())


def remove_logged_fact(fact: LoggedFact, *, by: User | None, now: datetime) -> None:
    """Say that it is not established after all."""
    take_out(fact, "remove_logged_fact", FACT, by=by, now=now)


def _told(what: str) -> str:
    if not what.strip():
        raise Refused(_("Say what is established."))
    return what.strip()
