"""Promises that are found in our own sent mail: kept as findings, which a person confirms or declines.

A finding counts for nothing by itself. Confirmed, it is a promise like any other, judged by its record alone; declined,
the client's health does not count the sentence either.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.event import record, values_of
from amends.desk.actions.health import touch_health
from amends.desk.actions.promise import make_promise
from amends.desk.models import Dismissal, FoundPromise, FoundState, Message, Outgoing, Promise, User
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from amends.desk.actions.reading import Letter
    from amends.desk.models import Case

LATELY = timedelta(days=7)  # what was promised longer ago is over, or somebody has written it down (judgement)
RULE = "promise"  # of the line of a client's health that the same sentence may make: `core.signals.promise`
LONGEST_WHAT = 300  # characters of `Promise.what` and `Dismissal.summary`
SETTLED = ("state", "promise_id")


def keep_found(
    rows: Iterable[tuple[int, Letter]], people: Mapping[tuple[int, str], int], *, now: datetime
) -> list[FoundPromise]:
    """Keep the promises in mail of ours that was just kept, in its transaction; only in what was sent lately.

    `rows` are clients' ids with the letters to them, `people` the persons behind a client's addresses.
    """
    fresh = {
        (client_id, letter.key): (letter, letter.promised_by)
        for client_id, letter in rows
        if letter.from_us and letter.promised_by and not letter.automated and letter.at >= now - LATELY
    }
    if not fresh:
        return []
    keys = {key for _client, key in fresh}
    kept = Message.objects.filter(client__in={client for client, _key in fresh}, key__in=keys)
    messages = {(client, key): pk for pk, client, key in kept.values_list("pk", "client_id", "key")}
    writers = _writers({letter.sender[0] for letter, _due_at in fresh.values()})
    return FoundPromise.objects.bulk_create(
        FoundPromise(
            client_id=client,
            message_id=messages[client, key],
            person_id=_told(letter, client, people),
            promised_by_id=writers.get(letter.sender[0].lower()),
            sentence=letter.promised,
            due_at=due_at,
            found_at=now,
        )
        for (client, key), (letter, due_at) in fresh.items()
    )


def _writers(addresses: set[str]) -> dict[str, int]:
    """Return which colleague writes from an address."""
    known = User.objects.filter(email__in=addresses | {address.lower() for address in addresses})
    return {email.lower(): pk for email, pk in known.values_list("email", "pk")}


def _told(letter: Letter, client: int, people: Mapping[tuple[int, str], int]) -> int | None:
    """Return whom at a client a letter was written to: the first of them in To, else in Cc."""
    return next((people[client, to] for to, _name in (*letter.to, *letter.cc) if (client, to) in people), None)


@transaction.atomic
def confirm_promise(
    found: FoundPromise, *, by: User | None, now: datetime, what: str, due_at: datetime, promised_by: User | None = None
) -> Promise:
    """Say that what was found is a promise: it is on record from when it was written, and due as any other.

    One that was declined counts again. Refused where it is on record already.
    """
    require(by, Power.WORK)
    _settle(found, FoundState.CONFIRMED, by=by, now=now)
    promise = make_promise(
        found.client,
        what,
        due_at=due_at,
        by=by,
        now=now,
        person=found.person,
        promised_by=promised_by or found.promised_by,
        case=_case_of(found),
    )
    promise.made_at = found.message.at
    promise.save(update_fields=["made_at"])
    _join(found, promise, by=by, now=now)
    return promise


@transaction.atomic
def join_promise(found: FoundPromise, promise: Promise, *, by: User | None, now: datetime) -> Promise:
    """Say that what was found is a promise that somebody wrote down already: it counts once."""
    require(by, Power.WORK)
    if promise.client_id != found.client_id:
        raise Refused(_("That was promised to another client."))
    _settle(found, FoundState.CONFIRMED, by=by, now=now)
    _join(found, promise, by=by, now=now)
    return promise


@transaction.atomic
def decline_promise(found: FoundPromise, *, by: User | None, now: datetime) -> FoundPromise:
    """Say that what was found is no promise; the client's health does not take it for one either."""
    require(by, Power.WORK)
    before = _settle(found, FoundState.DECLINED, by=by, now=now)
    Dismissal.objects.create(
        client=found.client,
        rule=RULE,
        evidence_id=found.message.message_id,
        summary=found.sentence[:LONGEST_WHAT],
        reason=_("This is no promise."),
        by=by,
        at=now,
    )
    record("decline_promise", found, by=by, now=now, before=before, after=values_of(found, SETTLED))
    touch_health([found.client_id], now=now, is_redrawn=True)
    return found


def _settle(found: FoundPromise, state: FoundState, *, by: User | None, now: datetime) -> dict[str, str | int | None]:
    """Write what a person said of a finding, of two people the first; return what it was before."""
    before = values_of(found, SETTLED)
    rows = FoundPromise.objects.filter(pk=found.pk).exclude(state=FoundState.CONFIRMED).exclude(state=state)
    if not rows.update(state=state, settled_by=by, settled_at=now):
        raise Refused(_("Somebody has looked at this already."))
    found.refresh_from_db()
    return before


def _join(found: FoundPromise, promise: Promise, *, by: User | None, now: datetime) -> None:
    """Bind a finding to the promise that it is, so that the mail is judged by its record alone."""
    promise.message = found.message
    promise.save(update_fields=["message"])
    found.promise = promise
    found.save(update_fields=["promise"])
    wrong = Dismissal.objects.filter(client=found.client_id, rule=RULE, evidence_id=found.message.message_id)
    wrong.filter(undone_at=None).update(undone_at=now)
    record("confirm_promise", found, by=by, now=now, after=values_of(found, SETTLED))
    touch_health([found.client_id], now=now, is_redrawn=True)


def _case_of(found: FoundPromise) -> Case | None:
    """Return the recovery that a mail belongs to, if it was written here in one."""
    letters = Outgoing.objects.filter(message_id=found.message.message_id, client=found.client_id)
    letter = letters.select_related("case").first()
    return letter.case if letter else None
