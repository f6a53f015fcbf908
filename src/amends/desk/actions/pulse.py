"""Somebody at a client says how they feel about working with us, and what has to follow does (docs/method.md rule 8).

What they wrote is kept with the answer alone: no event, title or note repeats it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from amends.core.case import UNDER_WAY, Origin
from amends.core.case import call_back_by as within_the_hour
from amends.core.mended import FEELINGS
from amends.core.pulse import STATEMENTS, Order, Reaction, reaction_to, severity_of
from amends.desk.actions.case import open_case
from amends.desk.actions.event import record, values_of
from amends.desk.actions.followup import back_to_weekly, count_contact
from amends.desk.actions.health import touch_health
from amends.desk.models import Case, Client, Pulse
from amends.desk.queries.firm import hours_of, the_firm
from amends.desk.queries.pulse import answer_of, figures_of
from amends.desk.rules import Power, Refused, of_seen_case, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.core.case import Severity
    from amends.desk.models import ClientPage, Person, User

HEARD = ("next_at", "severity")
FIGURES = ("feeling", *STATEMENTS, "handling")
ANSWERED = (*FIGURES, "next_order")  # what an event tells of it: never their words
ONE_SITTING = timedelta(days=1)  # who answers a page otherwise within a day has changed their mind (judgement)
TWICE = timedelta(minutes=10)  # the same, taken down by the same colleague, was sent twice (judgement)
LONGEST_WORDS = 5_000  # characters that somebody writes beside an answer (judgement)


@transaction.atomic
def take_pulse(  # noqa: PLR0913  (keyword-only: the fields of a row)
    client: Client,
    *,
    person: Person,
    now: datetime,
    page: ClientPage | None = None,
    case: Case | None = None,
    by: User | None = None,
    feeling: int | None = None,
    does: int | None = None,
    interests: int | None = None,
    straight: int | None = None,
    next_order: str = "",
    handling: int | None = None,
    words: str = "",
) -> Pulse:
    """Keep what somebody answered, and do what it calls for: at their page (`by` None), or told to a colleague.

    Sent twice it is one answer; answered otherwise at the same page within a day, they changed their mind. A low
    answer opens a recovery, or is heard in the one under way; after a fall they are asked again within a week.
    """
    require(by, Power.WORK)
    told: dict[str, Any] = {"feeling": feeling, "does": does, "interests": interests, "straight": straight}
    told |= {"handling": handling, "next_order": next_order, "words": words.strip()[:LONGEST_WORDS]}
    _require_known(client, person, told)
    client = Client.objects.select_for_update().get(pk=client.pk)  # two answers at once open one recovery
    said = {name: value for name, value in told.items() if value not in (None, "")}
    last = _last(person, page, by, now)
    if last and all(getattr(last, name) == value for name, value in said.items()):
        return last
    if last and page and now - last.at < ONE_SITTING:
        return _change(last, said, by=by, now=now)
    pulse = Pulse.objects.create(client=client, person=person, page=page, case=case, at=now, by=by, **told)
    record("take_pulse", pulse, by=by, now=now, person=None if by else person, after=_figures(pulse))
    _react(pulse, Reaction.NONE, by=by, now=now)
    return pulse


def _require_known(client: Client, person: Person, told: dict[str, Any]) -> None:
    """Raise Refused where something was answered that was never asked, or nothing at all."""
    if person.client_id != client.pk:
        raise Refused(_("%(name)s is not at %(client)s.") % {"name": person, "client": client})
    if any(told[name] is not None and told[name] not in FEELINGS for name in FIGURES):
        raise Refused(_("An answer is one of five."))
    if told["next_order"] not in ("", *Order):
        raise Refused(_("The answer to the next order is yes, unsure or no."))
    if all(value in (None, "") for value in told.values()):
        raise Refused(_("Nothing was answered yet."))


def _last(person: Person, page: ClientPage | None, by: User | None, now: datetime) -> Pulse | None:
    """Return the answer that this one may be a repetition of: the last at the page, or just taken down by the same."""
    rows = Pulse.objects.filter(person=person, page=page, by=by).order_by("-at", "-pk")
    return (rows if page else rows.filter(at__gte=now - TWICE)).first()


def _change(pulse: Pulse, said: dict[str, Any], *, by: User | None, now: datetime) -> Pulse:
    """Take down that somebody answers otherwise, or more, than a while ago; what was heard is not heard again."""
    before, was = _figures(pulse), _reaction_to(pulse)
    for name, value in said.items():
        setattr(pulse, name, value)
    pulse.save(update_fields=list(said))
    after = _figures(pulse)
    person = None if by else pulse.person
    record("change_pulse", pulse, by=by, now=now, person=person, before=before, after=after)
    _react(pulse, was, by=by, now=now)
    return pulse


def _figures(pulse: Pulse) -> dict[str, Any]:
    return {name: value for name, value in values_of(pulse, ANSWERED).items() if value not in (None, "")}


def _reaction_to(pulse: Pulse) -> Reaction:
    before = figures_of(pulse.person, but=pulse) if pulse.person else []
    return reaction_to(answer_of(pulse), before)


def _react(pulse: Pulse, was: Reaction, *, by: User | None, now: datetime) -> None:
    """Do what an answer calls for, unless it was done already for what they said before (`was`)."""
    touch_health([pulse.client_id], now=now)
    reaction = _reaction_to(pulse)
    if reaction in {Reaction.LOW, Reaction.FELL}:
        back_to_weekly(pulse.client, by=by, now=now)
    elif by:
        count_contact(pulse.client, by=by, now=now)
    if reaction is Reaction.LOW and was is not Reaction.LOW:
        _hear(pulse, by=by, now=now)


def _hear(pulse: Pulse, *, by: User | None, now: datetime) -> None:
    """Hear a low answer: in the recovery under way there, whose lead has it on Today, else in a new one."""
    severity = severity_of(answer_of(pulse))
    case = _under_way(pulse, by)
    if case is None:
        _open(pulse, severity, by=by, now=now)
        return
    before = values_of(case, HEARD)
    within = within_the_hour(now, hours_of(the_firm()))
    case.next_at = min(case.next_at or within, within)
    case.severity = max(case.severity, severity)
    case.save(update_fields=HEARD)
    person = None if by else pulse.person
    record("hear_pulse", case, by=by, now=now, person=person, before=before, after=values_of(case, HEARD))


def _open(pulse: Pulse, severity: Severity, *, by: User | None, now: datetime) -> None:
    """Open a recovery with a low answer; what was said of a restricted one opens one that is seen by as few."""
    said_of = pulse.case
    case = open_case(
        pulse.client,
        by=by,
        now=now,
        words=pulse.words,
        severity=severity,
        person=pulse.person,
        lead=said_of.lead if said_of else None,
        origin=Origin.PULSE,
        is_restricted=bool(said_of and said_of.is_restricted),
    )
    if said_of is None:
        pulse.case = case
        pulse.save(update_fields=["case"])


def _under_way(pulse: Pulse, by: User | None) -> Case | None:
    """Return the recovery that an answer belongs to: its own, the person's own, else the last that was opened."""
    seen = Case.objects.filter(of_seen_case(by, "pk"), client=pulse.client_id, status__in=UNDER_WAY)
    cases = list(seen.order_by("-opened_at", "-pk"))
    asked = [case for case in cases if case.pk == pulse.case_id]
    own = [case for case in cases if case.person_id == pulse.person_id]
    return next(iter([*asked, *own, *cases]), None)
