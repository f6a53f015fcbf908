"""Part well: what is planned, handed over and said, so that the last memory is a good one (docs/method.md rule 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.case import UNDER_WAY, Step
from amends.core.parting import LONGEST_NOTE
from amends.desk.actions.case import finish_step
from amends.desk.actions.event import record, values_of
from amends.desk.actions.followup import schedule_followup
from amends.desk.models import HandOver, Parting
from amends.desk.queries.parting import hand_over_of, hello_and_second_thought, lacking
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import date, datetime

    from amends.desk.models import Case, User

PLANNED = (
    "called_at", "note", "note_sent_on", "met_on", "is_meeting_declined", "owed_paid_on", "is_nothing_owed", "hello_on",
    "win_back_on", "who_may_hear",
)  # fmt: skip
HAPPENED = ("note_sent_on", "met_on", "owed_paid_on")
AHEAD = ("hello_on", "win_back_on")
SAID = ("said_at", "hello_on", "win_back_on")
LONGEST_THING = 300  # characters, as `HandOver.what`
HELLO = gettext_lazy("The hello after the goodbye: ask how they are, and sell nothing.")
WIN_BACK = gettext_lazy("Think of winning them back: with better service, not with a discount.")


@transaction.atomic
def plan_parting(case: Case, *, by: User, now: datetime, **told: Any) -> Parting:
    """Keep what was said, sent and agreed for a farewell; `told` are fields of `Parting`."""
    parting = _parting(case, by)
    today = timezone.localdate(now)
    _require_sense(told, today, now)
    before = values_of(parting, PLANNED)
    for name, value in told.items():
        setattr(parting, name, value)
    after = values_of(parting, PLANNED)
    changed = [name for name in PLANNED if before[name] != after[name]]
    if changed:
        parting.save(update_fields=changed)
        old, new = ({name: values[name] for name in changed} for values in (before, after))
        record("plan_parting", parting, by=by, now=now, before=old, after=new)
    return parting


@transaction.atomic
def add_hand_over(case: Case, what: str, *, by: User, now: datetime) -> HandOver:
    """Add one thing that the client needs to go on without us."""
    parting = _parting(case, by)
    last = parting.hand_over.aggregate(last=Max("position"))["last"]
    row = HandOver.objects.create(parting=parting, what=what[:LONGEST_THING], position=0 if last is None else last + 1)
    record("add_hand_over", parting, by=by, now=now, after={"what": row.what})
    return row


@transaction.atomic
def hand_over(row: HandOver, *, by: User, now: datetime, is_done: bool = True) -> HandOver:
    """Say that one thing was handed over, or that it was not after all."""
    _require_open(row.parting.case, by)
    if not HandOver.objects.filter(pk=row.pk, done_at__isnull=is_done).update(done_at=now if is_done else None):
        return row  # somebody else has just ticked it, too
    row.done_at = now if is_done else None
    verb = "hand_over" if is_done else "take_back_hand_over"
    record(verb, row.parting, by=by, now=now, after={"what": row.what})
    return row


@transaction.atomic
def remove_hand_over(row: HandOver, *, by: User, now: datetime) -> None:
    """Take one thing off the list."""
    _require_open(row.parting.case, by)
    record("remove_hand_over", row.parting, by=by, now=now, before={"what": row.what})
    row.delete()


@transaction.atomic
def say_goodbye(case: Case, *, by: User, now: datetime, why: str = "") -> Parting:
    """Say that goodbye was said: the recovery is parted, the hello and the second thought are laid down as check-ins.

    Refused while something is missing, unless `why` says that it is enough.
    """
    parting = _parting(case, by)
    missing = lacking(parting, hand_over_of(parting))
    if missing and not why:
        told = {"missing": get_text_list(missing, _("and"))}
        raise Refused(_("Still missing: %(missing)s. Do it first, or say why it is enough like this.") % told)
    before = values_of(parting, SAID)
    hello, second = hello_and_second_thought(timezone.localdate(now))
    parting.said_at = now
    parting.hello_on, parting.win_back_on = parting.hello_on or hello, parting.win_back_on or second
    parting.save(update_fields=SAID)
    after = {**values_of(parting, SAID), "why": why, "missing": missing}
    record("say_goodbye", parting, by=by, now=now, before=before, after=after)
    for on, note in ((parting.hello_on, HELLO), (parting.win_back_on, WIN_BACK)):
        schedule_followup(case.client, on, by=by, now=now, case=case, person=case.person, note=str(note))
    finish_step(case, Step.PART_WELL, by=by, now=now)
    return parting


def _parting(case: Case, by: User) -> Parting:
    """Return the farewell of a recovery, begun where there is none, and locked until the change is made."""
    _require_open(case, by)
    Parting.objects.get_or_create(case=case)
    return Parting.objects.select_for_update(of=("self",)).select_related("case__client").get(case=case)


def _require_open(case: Case, by: User) -> None:
    require(by, Power.WORK)
    if case.status not in UNDER_WAY:
        raise Refused(_("This recovery is over. Open it again first."))


def _require_sense(told: dict[str, Any], today: date, now: datetime) -> None:
    """Refuse days that cannot be, and a note that nobody would copy by hand."""
    called_at = told.get("called_at")
    if any((told.get(name) or today) > today for name in HAPPENED) or (called_at and called_at > now):
        raise Refused(_("What has happened cannot lie ahead. Look at the days."))
    if any(told.get(name) and told[name] <= today for name in AHEAD):
        raise Refused(_("The hello and the second thought lie ahead. Choose days to come."))
    if len(told.get("note") or "") > LONGEST_NOTE:
        raise Refused(_("That is too long to write by hand. A few sentences are enough."))
