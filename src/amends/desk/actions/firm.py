"""The firm: founded once, then its name, hours, holidays, branches and numbers."""

from __future__ import annotations

import re
from datetime import time
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.hours import BusinessHours
from amends.core.money import MOST
from amends.desk.actions.event import record, values_of
from amends.desk.models import ESCALATE_HOURS, ONLY_FIRM, Branch, Client, Firm, Holiday, Role, User
from amends.desk.queries.number import NUMBERS
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date, datetime
    from decimal import Decimal

    Week = Sequence[Sequence[Sequence[str]]]

BRANCH_FIELDS = ("name", "phone")
MOST_ANSWER_HOURS = 80  # working hours: two weeks; judgement
MOST_LEVEL_HOURS = 80  # working hours: two weeks; judgement
MOST_KEEP_YEARS = 50  # judgement: longer is for ever, which is its own choice
MOST_PAGE_DAYS = 365  # a link that works for longer is one that everybody forgot; judgement
LONGEST_FOOT = 1_000  # characters under a client's page: an address and a register, not a contract; judgement
COLOUR = re.compile(r"#[0-9a-f]{6}")
# A domain ("alder-quay.example") or a mail address ("desk@alder-quay.example"): one label at least before the last.
OURS = re.compile(r"(?:[^@\s,;/]{1,64}@)?(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_][\w-]{1,62}")
CURRENCY = re.compile(r"[A-Z]{3}")  # ISO 4217


@transaction.atomic
def found_firm(
    name: str,
    *,
    addresses: Iterable[str],
    zone: str,
    owner_name: str,
    owner_email: str,
    now: datetime,
    is_demo: bool = False,
    password: str = "",
) -> tuple[Firm, User]:
    """Found the firm and its owner, who signs in with a link first if no password is given.

    Refused when there is a firm already, or the password is weak.
    """
    if Firm.objects.exists():
        raise Refused(_("There is a firm here already. Ask its owner to invite you."))
    firm = Firm(
        pk=ONLY_FIRM, name=named(name), addresses=our_addresses(addresses), zone=known_zone(zone), is_demo=is_demo
    )
    firm.save(force_insert=True)
    owner = User(email=mail_address(owner_email), name=named(owner_name), role=Role.OWNER, joined_at=now)
    owner.set_unusable_password()
    if password:
        choose_password(owner, password)
    owner.save(force_insert=True)
    record("found_firm", firm, by=None, now=now, after=values_of(firm, ("name", "addresses", "zone")))
    return firm, owner


@transaction.atomic
def change_firm(firm: Firm, *, by: User | None, now: datetime, **fields: Any) -> Firm:
    """Change some of its fields. Every client is looked at again where the answer to "how long" may change."""
    require(by, Power.OWN)
    told = {name: _checked(name, value) for name, value in fields.items()}
    before = values_of(firm, told)
    changed = {name: value for name, value in told.items() if before[name] != value}
    if not changed:
        return firm
    for name, value in changed.items():
        setattr(firm, name, value)
    firm.save(update_fields=list(changed))
    record("change_firm", firm, by=by, now=now, before={name: before[name] for name in changed}, after=changed)
    if (firm.owner_limit or firm.money_limit) < firm.money_limit:
        raise Refused(_("An owner agrees from the same sum on as a manager, or from a larger one."))
    if {"zone", "answer_hours"} & set(changed):
        _look_at_everybody(now)
    return firm


def _checked(name: str, value: Any) -> Any:
    """Return a field of the firm as it is kept; Refused when it cannot be."""
    checks: dict[str, Callable[[Any], Any]] = {
        "name": named,
        "addresses": our_addresses,
        "zone": known_zone,
        "currency": _currency,
        "answer_hours": answer_hours,
        "keep_years": _keep_years,
        "morning_at": _morning_at,
        "escalate_hours": escalate_hours,
        "money_limit": _limit,
        "owner_limit": _limit,
        "effort_rate": _limit,
        "page_colour": _page_colour,
        "page_foot": _page_foot,
        "page_days": _page_days,
    }
    return checks[name](value)


def named(name: str) -> str:
    """Return a name without the space around it; Refused when nothing is left."""
    if not name.strip():
        raise Refused(_("Write a name."))
    return name.strip()


def mail_address(email: str) -> str:
    """Return a mail address as it is kept, in lower case; Refused when it is none."""
    told = email.strip().lower()
    try:
        validate_email(told)
    except ValidationError as error:
        raise Refused(_("“%s” is not a mail address.") % email.strip()) from error
    return told


def our_addresses(addresses: Iterable[str]) -> list[str]:
    """Return domains and mail addresses in lower case, each once, in the order given; Refused for anything else."""
    told = [address.strip().lower().removeprefix("@") for address in addresses if address.strip()]
    for address in told:
        if not OURS.fullmatch(address):
            raise Refused(_("“%s” is neither a domain nor a mail address. Write it as in alder-quay.com.") % address)
    return list(dict.fromkeys(told))


def known_zone(zone: str) -> str:
    """Return a time zone's name; Refused when there is none of that name."""
    if zone not in available_timezones():
        raise Refused(_("There is no time zone “%s”. Choose one as in Europe/London.") % zone)
    return zone


def _currency(currency: str) -> str:
    if not CURRENCY.fullmatch(currency.upper()):
        raise Refused(_("Write the currency in three letters, as in USD."))
    return currency.upper()


def answer_hours(hours: int) -> int:
    """Return the working hours within which an answer is promised; Refused below 1 and above two weeks."""
    if not 1 <= hours <= MOST_ANSWER_HOURS:
        raise Refused(_("Promise an answer within 1 to %d working hours.") % MOST_ANSWER_HOURS)
    return hours


def _morning_at(at: time) -> time:
    return at.replace(second=0, microsecond=0)


def escalate_hours(hours: Sequence[int]) -> list[int]:
    """Return after how many working hours each level is told; Refused where a level comes before the one below."""
    told = [int(after) for after in hours]
    if len(told) != len(ESCALATE_HOURS) or told != sorted(told) or not 0 <= told[0] <= told[-1] <= MOST_LEVEL_HOURS:
        raise Refused(
            _("Choose 0 to %d working hours for each level, and no fewer than for the level before.") % MOST_LEVEL_HOURS
        )
    return told


def _limit(amount: Decimal | None) -> Decimal | None:
    if amount is not None and not 0 <= amount <= MOST:
        raise Refused(_("A limit is a sum of money, and not below zero."))
    return amount


def _page_colour(colour: str) -> str:
    told = colour.strip().lower()
    if not COLOUR.fullmatch(told):
        raise Refused(_("Write a colour as in #14294b."))
    return told


def _page_foot(text: str) -> str:
    return text.replace("\r\n", "\n").strip()[:LONGEST_FOOT]


def _page_days(days: int) -> int:
    if not 1 <= days <= MOST_PAGE_DAYS:
        raise Refused(_("A link works for 1 to %d days.") % MOST_PAGE_DAYS)
    return days


def _keep_years(years: int | None) -> int | None:
    if years is not None and not 1 <= years <= MOST_KEEP_YEARS:
        raise Refused(_("Keep messages for 1 to %d years, or for ever.") % MOST_KEEP_YEARS)
    return years


@transaction.atomic
def set_week(firm: Firm, week: Week, *, by: User | None, now: datetime) -> Firm:
    """Set the business hours: for Monday to Sunday a list of periods ["09:00", "17:00"]. Refused when they overlap."""
    require(by, Power.OWN)
    kept = [sorted([opens, closes] for opens, closes in day) for day in week]
    try:
        BusinessHours(tuple(tuple((time.fromisoformat(o), time.fromisoformat(c)) for o, c in day) for day in kept))
    except ValueError as error:
        raise Refused(
            _("Each day's hours must follow each other, with a pause between them, and one day must be open.")
        ) from error
    if kept != firm.week:
        before, firm.week = firm.week, kept
        firm.save(update_fields=["week"])
        record("set_week", firm, by=by, now=now, before={"week": before}, after={"week": kept})
        _look_at_everybody(now)
    return firm


@transaction.atomic
def add_holiday(on: date, name: str, *, by: User | None, now: datetime) -> Holiday:
    """Close the firm on a day. A day that is there already is only given the name."""
    require(by, Power.OWN)
    holiday, is_new = Holiday.objects.update_or_create(on=on, defaults={"name": name.strip()})
    record("add_holiday", holiday, by=by, now=now, after=values_of(holiday, ("on", "name")))
    if is_new:
        _look_at_everybody(now)
    return holiday


@transaction.atomic
def add_holidays(days: Iterable[tuple[date, str]], *, by: User | None, now: datetime) -> int:
    """Close the firm on several days at once and return how many were new; those that are there stay as they are."""
    require(by, Power.OWN)
    known = set(Holiday.objects.values_list("on", flat=True))
    fresh = [Holiday(on=on, name=name) for on, name in dict(days).items() if on not in known]
    if not fresh:
        return 0
    Holiday.objects.bulk_create(fresh)
    told = {f"{holiday.on:%Y-%m-%d}": holiday.name for holiday in fresh}
    record("add_holidays", Firm.objects.get(), by=by, now=now, after=told)
    _look_at_everybody(now)
    return len(fresh)


@transaction.atomic
def remove_holiday(holiday: Holiday, *, by: User | None, now: datetime) -> None:
    """Work on a day after all."""
    require(by, Power.OWN)
    record("remove_holiday", holiday, by=by, now=now, before=values_of(holiday, ("on", "name")))
    holiday.delete()
    _look_at_everybody(now)


@transaction.atomic
def add_branch(name: str, *, by: User | None, now: datetime, phone: str = "") -> Branch:
    """Open a branch; Refused when there is one of that name."""
    require(by, Power.OWN)
    branch = Branch(name=_free_name(name), phone=phone.strip())
    branch.save(force_insert=True)
    record("add_branch", branch, by=by, now=now, after=values_of(branch, BRANCH_FIELDS))
    return branch


@transaction.atomic
def change_branch(branch: Branch, *, by: User | None, now: datetime, name: str, phone: str = "") -> Branch:
    """Give a branch another name or number."""
    require(by, Power.OWN)
    before = values_of(branch, BRANCH_FIELDS)
    branch.name, branch.phone = _free_name(name, but=branch), phone.strip()
    if (after := values_of(branch, BRANCH_FIELDS)) != before:
        branch.save(update_fields=BRANCH_FIELDS)
        record("change_branch", branch, by=by, now=now, before=before, after=after)
    return branch


@transaction.atomic
def remove_branch(branch: Branch, *, by: User | None, now: datetime) -> None:
    """Close a branch. Refused while anybody or any client belongs to it: without a branch a manager sees them all."""
    require(by, Power.OWN)
    colleagues, clients = branch.users.count(), branch.clients.count()
    if colleagues or clients:
        people = ngettext("%d colleague", "%d colleagues", colleagues) % colleagues
        firms = ngettext("%d client", "%d clients", clients) % clients
        belong = _("%(people)s and %(firms)s still belong to %(branch)s. Move them to another branch first.")
        raise Refused(belong % {"people": people, "firms": firms, "branch": branch})
    record("remove_branch", branch, by=by, now=now, before=values_of(branch, BRANCH_FIELDS))
    branch.delete()


def _free_name(name: str, but: Branch | None = None) -> str:
    wanted = named(name)
    if Branch.objects.filter(name__iexact=wanted).exclude(pk__in=[but.pk] if but else []).exists():
        raise Refused(_("There is a branch called %s already.") % wanted)
    return wanted


@transaction.atomic
def set_hours(firm: Firm, week: Week, answer_hours: int, *, by: User | None, now: datetime) -> Firm:
    """Set the business hours and the answer promised in them: both, or neither."""
    set_week(firm, week, by=by, now=now)
    return change_firm(firm, by=by, now=now, answer_hours=answer_hours)


@transaction.atomic
def set_numbers(values: Mapping[str, float | None], *, by: User | None, now: datetime) -> Firm:
    """Set the firm's own values for numbers of docs/method.md; None goes back to it. Refused out of their bounds."""
    require(by, Power.OWN)
    firm = Firm.objects.select_for_update().get()
    kept = dict(firm.numbers)
    for key, value in values.items():
        kept.pop(key, None)
        if value is not None and (own := NUMBERS[key].checked(value)) != NUMBERS[key].default:
            kept[key] = own
    changed = [key for key in values if kept.get(key) != firm.numbers.get(key)]
    if changed:
        before, after = ({key: told.get(key, NUMBERS[key].default) for key in changed} for told in (firm.numbers, kept))
        firm.numbers = kept
        firm.save(update_fields=["numbers"])
        record("set_number", firm, by=by, now=now, before=before, after=after)
        _look_at_everybody(now)
    return firm


def choose_password(user: User, password: str) -> None:
    """Give somebody a password, not yet written down; Refused when it is weak."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    user.set_password(password)


@transaction.atomic
def finish_welcome(firm: Firm, *, by: User | None, now: datetime, answer_hours: int | None = None) -> Firm:
    """Note that the first screens were finished or left; with the answer promised, where that was asked."""
    require(by, Power.OWN)
    if answer_hours is not None:
        change_firm(firm, by=by, now=now, answer_hours=answer_hours)
    if firm.welcomed_at is None:
        firm.welcomed_at = now
        firm.save(update_fields=["welcomed_at"])
        record("finish_welcome", firm, by=by, now=now, after={"welcomed_at": now})
    return firm


def _look_at_everybody(now: datetime) -> None:
    """Have the worker look at every client again: what counts as late, or how much, has changed, in the past too."""
    Client.objects.update(assess_due_at=now, drawn_until=None)
