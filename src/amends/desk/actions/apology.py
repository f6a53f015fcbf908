"""Own it: an apology is prepared, said, and followed by a note (docs/method.md rule 5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.apology import Way, asks_for_a_reason
from amends.core.case import UNDER_WAY
from amends.core.staffing import TALKS
from amends.desk.actions.event import record, values_of
from amends.desk.actions.letter import LONGEST_REASON, send_letter, write_letter
from amends.desk.actions.talk import record_talk
from amends.desk.models import Apology
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from amends.desk.models import Case, Outgoing, Touch, User

PREPARED = ("apologiser_id", "way", "why_by_mail", "script", "ticked")
SAID = ("said_at", "said", "answer", "touch_id")


class Prepared(TypedDict, total=False):
    """What can be said of an apology before it is made."""

    apologiser: User | None
    way: str
    why_by_mail: str
    script: str
    ticked: Sequence[str]


def apology_of(case: Case) -> Apology:
    """Return the apology of a recovery; a new one, not saved yet, where nobody has prepared any."""
    found = Apology.objects.filter(case=case).select_related("apologiser").first() or Apology()
    found.case = case
    return found


@transaction.atomic
def prepare_apology(case: Case, *, by: User | None, now: datetime, **told: Unpack[Prepared]) -> Apology:
    """Say who apologises, how, and in what words. Refused in writing alone without a reason.

    Nothing is written where nothing changes.
    """
    require(by, Power.WORK)
    _require_under_way(case)
    way, reason = told.get("way", ""), told.get("why_by_mail", "").strip()[:LONGEST_REASON]
    if asks_for_a_reason(way) and not reason:
        raise Refused(_("Say why you write instead of calling. A voice carries what an email cannot."))
    apology = _kept(case)
    before = values_of(apology, PREPARED)
    apology.apologiser, apology.way, apology.why_by_mail = told.get("apologiser"), way, reason
    apology.script, apology.ticked = told.get("script", ""), list(told.get("ticked", ()))
    _save(apology, "prepare_apology", before, by=by, now=now)
    return apology


@transaction.atomic
def keep_note(case: Case, text: str, *, by: User | None, now: datetime) -> Apology:
    """Keep the note that follows the talk, as it is so far. The record tells that it changed, not its words."""
    require(by, Power.WORK)
    _require_under_way(case)
    apology = _kept(case)
    words = text.replace("\r\n", "\n").strip()
    if words != apology.note:
        apology.note = words
        apology.save(update_fields=["note"])
        record("keep_note", apology, by=by, now=now)
    return apology


@transaction.atomic
def say_apology(
    case: Case, kind: str, *, by: User | None, now: datetime, said: str, answer: str = "", at: datetime | None = None
) -> Touch:
    """Log that somebody apologised: how, what was said, and what the client answered.

    It is a contact of the recovery, like any other. After a voicemail it still has to be said.
    """
    require(by, Power.WORK)
    _require_under_way(case)
    told: dict[str, Any] = {"at": at, "person": case.person, "case": case, "words": answer, "detail": said}
    line = _("Said sorry") if kind in TALKS else _("Left a message to say sorry")
    touch = record_talk(case.client, kind, by=by, now=now, summary=line, is_mending=True, **told)
    apology = _kept(case)
    before = values_of(apology, ("said_at", "touch_id"))
    if kind in TALKS:
        apology.said_at, apology.said, apology.answer, apology.touch = touch.at, said, answer, touch
        apology.save(update_fields=SAID)
        record("say_apology", apology, by=by, now=now, before=before, after=values_of(apology, ("said_at", "touch_id")))
    return touch


@transaction.atomic
def write_note(case: Case, to: str, subject: str, *, by: User, now: datetime) -> Outgoing:
    """Make the note a letter in the outbox, where it is read once more. Refused while there is no note."""
    _require_under_way(case)
    note = apology_of(case).note
    if not note:
        raise Refused(_("There is no note yet. Write it, and check it, first."))
    return write_letter(case.client, to, subject, note, by=by, now=now, case=case)


@transaction.atomic
def send_with_reason(
    letter: Outgoing, reason: str, *, case: Case | None, by: User, now: datetime, seen: str
) -> Outgoing:
    """Send a letter that was read, and keep why it is written before anybody has called: with the recovery, too."""
    sent = send_letter(letter, by=by, now=now, seen=seen, why_by_mail=reason)
    if case:
        explain_mail(case, reason, by=by, now=now)
    return sent


@transaction.atomic
def explain_mail(case: Case, reason: str, *, by: User | None, now: datetime) -> Apology:
    """Keep why an apology goes out in writing before anybody has called."""
    require(by, Power.WORK)
    apology = _kept(case)
    before = values_of(apology, PREPARED)
    apology.way, apology.why_by_mail = Way.MAIL, reason.strip()[:LONGEST_REASON]
    _save(apology, "prepare_apology", before, by=by, now=now)
    return apology


def _kept(case: Case) -> Apology:
    """Return the row of an apology, held until the end of the transaction."""
    Apology.objects.get_or_create(case=case)
    return Apology.objects.select_for_update().get(case=case)


def _save(apology: Apology, verb: str, before: dict[str, Any], *, by: User | None, now: datetime) -> None:
    if (after := values_of(apology, PREPARED)) != before:
        apology.save(update_fields=PREPARED)
        record(verb, apology, by=by, now=now, before=before, after=after)


def _require_under_way(case: Case) -> None:
    if case.status not in UNDER_WAY:
        raise Refused(_("This recovery is over. Open it again first."))
