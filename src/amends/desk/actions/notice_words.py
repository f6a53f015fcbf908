"""What notices say: in full by mail, and in names and times alone where another service carries them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format, number_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.desk.models import LetterKind, Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime, timedelta

    from amends.desk.models import Firm, PlanAction, Promise, User, Waiting
    from amends.desk.queries.mailbox import Freshness
    from amends.desk.queries.notice import Late, Morning, Part
    from amends.desk.queries.today import Someone

HOURS_A_DAY = 24
DAYS_A_WEEK = 7  # within them a weekday is said alone
BULLET = "• "


@dataclass(frozen=True, slots=True)
class Words:
    """A notice: its subject, its text with the clients' own words, and `brief` with names and times alone."""

    subject: str
    text: str
    brief: str


def why(kind: str) -> str:
    """Return why somebody gets a notice and how to stop it: the end of each."""
    reasons = {
        LetterKind.MORNING: _(
            "You get this on the mornings of working days on which there is somebody to call, or an action is late."
        ),
        LetterKind.LATE: _("You get this because it is yours to see to when somebody waits longer than agreed."),
        LetterKind.STUCK: _("You get this because it is yours to see to when a recovery is stuck."),
        LetterKind.ANSWER: _("You get this because you lead the recovery, or look after the client."),
        LetterKind.COVER: _("You get this because a colleague asks you to answer. Nobody else gets it."),
    }
    stop = _("To get it another way, or not at all: %s") % _link("settings-notices")
    return f"{reasons[LetterKind(kind)]} {stop}"


def trial_words(firm: Firm) -> Words:
    """Return what a test says."""
    text = _("This shows that notices of %(firm)s reach you. Nothing is to be done.") % {"firm": firm.name}
    return Words(_("A test from Amends"), f"{text}\n", text)


def morning_words(morning: Morning, now: datetime, firm: Firm) -> Words:
    """Return what a morning mail says."""
    many = morning.count
    subject = ngettext("%(many)s person to call today", "%(many)s people to call today", many) % {
        "many": in_words(many)
    }
    if not many:
        late = morning.late_tasks
        subject = ngettext("%(many)s action of a plan is late", "%(many)s actions of plans are late", late) % {
            "many": in_words(late)
        }
    zone = ZoneInfo(firm.zone)
    stale = [_unfresh(morning.freshness, zone)] if morning.freshness else []
    parts = [_part(morning.own, now, zone), *(_covered(part, now, zone) for part in morning.covered if _has_any(part))]
    end = _("All of it on one page: %s") % _link("today")
    text = "\n\n".join([*stale, *filter(None, parts), end])
    every, today = (morning.own, *morning.covered), now.astimezone(zone).date()
    lines = [_line(one, now) for part in every for one in part.people]
    lines += [_late_task(one, today) for part in every for one in part.late_tasks]
    more = sum(part.more for part in (morning.own, *morning.covered))
    brief = "\n".join([*stale, *(f"{BULLET}{line}" for line in lines), *_and_more(more), end])
    return Words(subject, f"{text}\n", brief)


def late_words(late: Sequence[Late], user: User, now: datetime, firm: Firm) -> Words:
    """Return what somebody is told of those who wait longer than agreed."""
    today = now.astimezone(ZoneInfo(firm.zone)).date()
    told = [(one.waiting, _sentence(one, user, now, today)) for one in late]
    texts = [f"{says}\n\n“{wait.quote}”\n\n{_link('client-call', wait.client_id)}" for wait, says in told]
    brief = [f"{says}\n{_link('client-call', wait.client_id)}" for wait, says in told]
    if len(told) == 1:
        subject = _("%(who)s at %(client)s waits longer than agreed")
        subject %= {"who": called(told[0][0]), "client": told[0][0].client}
    else:
        subject = _("%(many)s people wait longer than agreed") % {"many": in_words(len(told))}
    return Words(subject, "\n\n\n".join(texts) + "\n", "\n\n".join(brief))


def cover_words(waiting: Waiting, by: User | None, now: datetime, today: date) -> Words:
    """Return what a colleague is told who is asked to answer instead: who waits, how long, why them."""
    who = called(waiting)
    subject = _("Can you call %(who)s at %(client)s?") % {"who": who, "client": waiting.client}
    asks = _("Can you call %(who)s?") % {"who": who}
    sentence = " ".join(part for part in (_waits(waiting, now), _asks(by, today), asks) if part)
    link = _link("client-call", waiting.client_id)
    return Words(subject, f"{sentence}\n\n“{waiting.quote}”\n\n{link}\n", f"{sentence}\n{link}")


def in_words(number: int) -> str:
    """Return a small number as a word that begins a sentence; from ten on in figures."""
    words = (
        _("None"), _("One"), _("Two"), _("Three"), _("Four"), _("Five"), _("Six"), _("Seven"), _("Eight"), _("Nine"),
    )  # fmt: skip
    return words[number] if number < len(words) else str(number)


def called(waiting: Waiting) -> str:
    """Return what one calls who waits: by first name, or the client where nobody is known."""
    return (waiting.person.first_name if waiting.person else "") or str(waiting.client)


def span(waited: timedelta) -> str:
    """Return how long somebody has waited, in whole hours or days."""
    hours = int(waited.total_seconds() // 3600)
    if hours < HOURS_A_DAY:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = hours // HOURS_A_DAY
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": number_format(days, force_grouping=True)}


def _waits(waiting: Waiting, now: datetime) -> str:
    told = {"client": waiting.client, "long": span(now - waiting.asked_at)}
    return _("%(client)s has waited %(long)s for an answer.") % told


def _asks(by: User | None, today: date) -> str:
    """Return why a colleague is asked, where the desk knows it."""
    if by is None:
        return ""
    if by.away_until and by.away_until >= today:
        return _is_away(by, date_format(by.away_until, "l, F j"))
    return _("%(name)s asks you to cover.") % {"name": by.first_name}


def _is_away(user: User, day: str) -> str:
    return _("%(name)s is away until %(day)s.") % {"name": user.first_name, "day": day}


def _until(day: date, today: date) -> str:
    """Return a day to come: "Thursday" within a week, "Thursday, March 13" beyond."""
    return date_format(day, "l" if (day - today).days < DAYS_A_WEEK else "l, F j")


def _sentence(late: Late, user: User, now: datetime, today: date) -> str:
    """Return who waits, how long, why this colleague hears of it, and what to do."""
    waiting = late.waiting
    carer = waiting.client.looked_after_by
    if carer is None:
        reason = _("Nobody looks after them yet.")
    elif carer == user:
        reason = ""
    elif carer.away_until and carer.away_until >= today:
        reason = _is_away(carer, _until(carer.away_until, today))
    else:
        reason = _("%(name)s looks after them.") % {"name": carer.first_name}
    asks = _("Can you call %(who)s?") % {"who": called(waiting)}
    return " ".join(filter(None, (_waits(waiting, now), reason, asks)))


def _part(part: Part, now: datetime, zone: ZoneInfo) -> str:
    """Return the lines of one colleague's Today: whom to call, what is promised for today, check-ins."""
    people = [
        f"{BULLET}{_line(one, now)}{f'{chr(10)}  “{words}”' if (words := _words_of(one)) else ''}\n  {_call(one)}"
        for one in part.people
    ]
    blocks = ["\n\n".join([*people, *_and_more(part.more)])]
    if part.promises:
        lines = [_promise(_what(one), one.person or one.client, one.due_at, zone) for one in part.promises]
        blocks.append(_listed(_("Promised for today:"), lines))
    if part.check_ins:
        names = [_at(one.person.name if one.person else "", one.client.name) for one in part.check_ins]
        lines = [_("%(who)s: is it still working?") % {"who": name} for name in names]
        blocks.append(_listed(_("Follow-ups due:"), lines))
    if part.late_tasks:
        today = now.astimezone(zone).date()
        lines = [f"{one.what} ({_late_task(one, today)})" for one in part.late_tasks]
        blocks.append(_listed(_("Late in recoveries:"), lines))
    return "\n\n".join(filter(None, blocks))


def _covered(part: Part, now: datetime, zone: ZoneInfo) -> str:
    """Return the same for a colleague who is away and whom one covers."""
    away = part.user.away_until
    day = date_format(away, "l, F j") if away else ""
    told = _("You cover for %(name)s, who is away until %(day)s:") % {"name": part.user.name, "day": day}
    return f"{told}\n\n{_part(part, now, zone)}"


def _has_any(part: Part) -> bool:
    return bool(part.people or part.promises or part.check_ins or part.late_tasks)


def _listed(title: str, lines: Iterable[str]) -> str:
    return "\n".join([title, *(f"{BULLET}{line}" for line in lines)])


def _and_more(more: int) -> list[str]:
    told = ngettext("%(count)d more person stands on Today.", "%(count)d more people stand on Today.", more)
    return [told % {"count": more}] if more else []


def _line(someone: Someone, now: datetime) -> str:
    """Return who is to be called and why, in one line without any words of theirs."""
    name = "" if someone.name == someone.client.name else someone.name
    return f"{_at(name, someone.client.name)}: {_reason(someone, now)}"


def _at(name: str, client: str) -> str:
    """Return who it is, and where; the client alone where nobody is known."""
    return _("%(who)s at %(client)s") % {"who": name, "client": client} if name else client


def _reason(someone: Someone, now: datetime) -> str:
    if someone.waiting:
        return _("has waited %(long)s for an answer") % {"long": span(now - someone.waiting.asked_at)}
    return _("was promised to be called back") if someone.is_call_back else _("the next step of the recovery is due")


def _words_of(someone: Someone) -> str:
    """Return their sentence as it is kept, so that it is found again when somebody is erased.

    Nothing of a restricted recovery: who manages reads in the outbox what was told to colleagues.
    """
    if someone.waiting:
        return someone.waiting.quote
    return someone.case.words if someone.case and not someone.case.is_restricted else ""


def _call(someone: Someone) -> str:
    if someone.waiting is None and someone.case:
        return _link("call-sheet", someone.case.pk)
    return _link("client-call", someone.client.pk)


def _what(promise: Promise) -> str:
    """Return what was promised; of a restricted recovery, only that something was."""
    return _("Something in a restricted recovery") if promise.case and promise.case.is_restricted else promise.what


def _promise(what: str, who: object, due_at: datetime, zone: ZoneInfo) -> str:
    told = {"what": what, "who": who, "time": time_format(due_at.astimezone(zone).time(), "TIME_FORMAT")}
    return _("%(what)s (to %(who)s, by %(time)s)") % told


def _late_task(one: PlanAction, today: date) -> str:
    """Return whose recovery an action is of, and how late it is, without a word of it."""
    days = (today - one.due_on).days
    late = ngettext("%(count)d day late", "%(count)d days late", days) % {"count": days}
    return _("%(client)s: %(late)s") % {"client": one.case.client, "late": late}


def _unfresh(freshness: Freshness, zone: ZoneInfo) -> str:
    """Say that mail does not come in, and from when the picture is."""
    since = date_format(freshness.since.astimezone(zone), "l, F j, P")
    told = _("New mail has not come in since %(when)s, so this may not be all of it.") % {"when": since}
    return f"{told} {freshness.problem}".strip()


def _link(name: str, *key: int) -> str:
    return settings.ADDRESS.rstrip("/") + reverse(name, args=key)


def is_owner(user: User) -> bool:
    """Whether somebody owns the firm."""
    return user.role == Role.OWNER
