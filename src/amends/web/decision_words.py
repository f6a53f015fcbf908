"""What the page of Decide says: the views, what the sum means, and what was decided."""

from __future__ import annotations

from math import isinf
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amends.core.decision import Reconsider, Verdict
from amends.desk.queries.decision import alone_from, choice_name, who_agreed
from amends.web import wording

if TYPE_CHECKING:
    from datetime import datetime

    from amends.core.decision import Own, Reckoned, Worth
    from amends.desk.models import Case, Firm, Opinion, User
    from amends.desk.queries.decision import Views

Row = dict[str, Any]
PERCENT = 100
FIGURES = 3  # digits of a reckoned sum that are worth saying (judgement)
WIDTH = 400  # of the drawn range
VERDICTS = {
    Verdict.WORTH_IT: gettext_lazy("Worth it"),
    Verdict.CLOSE: gettext_lazy("Close: decide on strategy"),
    Verdict.BOW_OUT: gettext_lazy("Bow out well"),
}
WHY_RECONSIDER = {
    Reconsider.THEIRS: gettext_lazy("In most of them the larger part was the client’s."),
    Reconsider.OURS: gettext_lazy("Each time we took all of the blame."),
}


def about(value: float, currency: str) -> str:
    """Write a reckoned sum without the figures that nobody knows: "$54,000", "−$1,640"."""
    digits = FIGURES - len(str(int(abs(value))))
    return wording.money(round(value, min(digits, 0)), currency)


def names_of(users: list[User] | tuple[User, ...]) -> str:
    """Write who it is: "Tom, Helen and Priya"."""
    return get_text_list([user.name for user in users], _("and"))


def missing_words(views: Views) -> str:
    """Say who has not answered; empty when all have."""
    if not views.missing:
        return ""
    told = ngettext("%(names)s has not answered yet.", "%(names)s have not answered yet.", len(views.missing))
    return told % {"names": names_of(views.missing)}


def why_hidden(views: Views) -> str:
    """Say why the views of others are not here; empty where they are, or where there are none."""
    if views.is_shown or not views.answered:
        return ""
    if not views.is_asked:
        return _("What they think is shown once it is decided.")
    return _("You see what they think once you have said what you think.")


def view_row(opinion: Opinion, now: datetime) -> Row:
    """Return one view as the page shows it."""
    return {
        "name": opinion.user.name,
        "choice": choice_name(opinion.choice),
        "reason": opinion.reason,
        "matters": opinion.matters,
        "ideas": opinion.ideas,
        "when": wording.when(opinion.at, now),
    }


def decided(case: Case, now: datetime) -> Row:
    """Return what was decided, by whom, and without whom."""
    again = wording.day(case.decide_again_on, now) if case.decide_again_on else ""
    return {
        "what": choice_name(case.decision),
        "who": str(case.decided_by or _("Somebody who has left")),
        "when": wording.when(case.decided_at, now),
        "note": case.decision_note,
        "is_alone": case.is_decided_alone,
        "again": again,
    }


def beside(case: Case, now: datetime) -> Row:
    """Return what the rail of a later step says of the decision; empty where there is none."""
    if not case.decided_at:
        return {}
    at = wording.local(case.decided_at)
    is_near = (wording.local(now).date() - at.date()).days < wording.WEEK_AHEAD
    on = date_format(at, "l") if is_near else wording.day(case.decided_at, now)
    who, what = names_of(who_agreed(case)), choice_name(case.decision).lower()
    return {
        "title": _("Decided on %(day)s") % {"day": on},
        "words": _("%(names)s: %(what)s.") % {"names": who, "what": what} if who else f"{choice_name(case.decision)}.",
        "note": case.decision_note,
    }


def who_decides(case: Case, views: Views, now: datetime, *, may_decide: bool, manages: bool) -> str:
    """Say what a decision waits for, or to whom it falls; empty where it can be recorded."""
    if not may_decide:
        lead = str(case.lead) if case.lead else _("The lead")
        return _("%(lead)s records the decision, or a manager.") % {"lead": lead}
    if not views.missing:
        return ""
    when = {"when": wording.when(alone_from(case), now)}
    if not manages:
        return f"{missing_words(views)} {_('A manager may decide without it from %(when)s on.') % when}"
    if now < alone_from(case):
        return f"{missing_words(views)} {_('You may decide without it from %(when)s on.') % when}"
    return f"{missing_words(views)} {_('You may decide all the same: say why, it is recorded.')}"


def reckoned_words(sum_: Reckoned, worth: Worth, own: Own, firm: Firm) -> Row:
    """Return the sum in sentences: the verdict, break-even, the chance that it pays, the range."""
    money = firm.currency
    points = round(PERCENT * sum_.break_even) if not isinf(sum_.break_even) else None
    told = {"low": about(sum_.low, money), "high": about(sum_.high, money)}
    return {
        "verdict": VERDICTS[sum_.verdict],
        "tone": sum_.verdict.value,
        "break_even": _break_even(points),
        "pays": _("%(chance)d %% that it pays") % {"chance": round(PERCENT * sum_.pays)},
        "range": _("Eight times in ten it brings between %(low)s and %(high)s, after what it costs.") % told,
        "value": _("Keeping them is worth about %(value)s: %(years)s years of gross profit.")
        % {"value": about(sum_.value, money), "years": f"{sum_.years:.2f}"},
        "cost": _("Trying costs %(cost)s: your hours, and goodwill.") % {"cost": about(sum_.cost, money)},
        "chances": _("%(chance)d in 100 such clients stay if you try, %(without)d if nobody does anything.")
        % {"chance": round(PERCENT * sum_.chance), "without": round(PERCENT * sum_.chance_without)},
        "story": _("If they leave unhappy, the story costs about %(value)s more.")
        % {"value": about(sum_.word_of_mouth, money)},
        "own": own_words(own, worth),
        "drawn": drawn(sum_, firm),
    }


def _break_even(points: int | None) -> str:
    if points is None or points > PERCENT:
        return _("No effort can raise the chance that they stay by enough to pay for it.")
    told = ngettext(
        "Worth it if your effort raises the chance that they stay by at least %(count)d point.",
        "Worth it if your effort raises the chance that they stay by at least %(count)d points.",
        points,
    )
    return told % {"count": points}


def own_words(own: Own, worth: Worth) -> str:
    """Say how much of the two chances that are shown is the firm's own experience."""
    least, tallies = round(worth.terms.prior_cases), (own.of(worth.expects), own.without)
    count = sum(tally.cases for tally in tallies)
    if not count:
        return _("The chances are starting guesses: no recovery of your own tells yet whether such a client stayed.")
    told = ngettext(
        "%(count)d closed recovery of your own is in these chances.",
        "%(count)d closed recoveries of your own are in these chances.",
        count,
    ) % {"count": count}
    if all(tally.cases >= least for tally in tallies):
        return told
    more = _("Until there are %(least)d for each they are mostly starting guesses.") % {"least": least}
    return f"{told} {more}"


def drawn(sum_: Reckoned, firm: Firm) -> Row:
    """Return where the range is drawn: a line from low to high with its middle, and where nothing is won or lost."""
    left, right = min(sum_.low, 0.0), max(sum_.high, 0.0)
    span = (right - left) or 1.0

    def at(value: float) -> int:
        return round(10 + (WIDTH - 20) * (value - left) / span)

    return {
        "low": at(sum_.low),
        "high": at(sum_.high),
        "length": at(sum_.high) - at(sum_.low),
        "middle": at(sum_.middle),
        "zero": at(0.0),
        "label": _("From %(low)s to %(high)s, most likely about %(middle)s")
        % {
            "low": about(sum_.low, firm.currency),
            "high": about(sum_.high, firm.currency),
            "middle": about(sum_.middle, firm.currency),
        },
    }


def not_enough(case: Case) -> str:
    """Say what is missing for the sum."""
    missing = []
    if case.worth.get("gross_profit", case.client.yearly_value) is None:
        missing.append(_("what they bring in a year"))
    if case.worth.get("hours") is None:
        missing.append(_("how many hours mending takes"))
    return _("Not enough yet. Write %(missing)s.") % {"missing": get_text_list(missing, _("and"))}


def reconsider_words(why: Reconsider | None, count: int) -> str:
    """Say why to think twice about the relationship; empty where nothing speaks for it."""
    if why is None:
        return ""
    told = ngettext("%(count)d recovery in twelve months.", "%(count)d recoveries in twelve months.", count)
    return f"{told % {'count': count}} {WHY_RECONSIDER[why]}"


def known(case: Case, firm: Firm, now: datetime) -> list[str]:
    """Return what is known of the client, as a line of facts: years, people on assignment, gross profit."""
    client, told = case.client, []
    if client.since_year:
        years = now.year - client.since_year
        told.append(ngettext("%(count)d year together", "%(count)d years together", years) % {"count": years})
    if client.on_assignment:
        people = ngettext("%(count)d person on assignment", "%(count)d people on assignment", client.on_assignment)
        told.append(people % {"count": client.on_assignment})
    if client.yearly_value is not None:
        value = wording.money(client.yearly_value, firm.currency)
        told.append(_("%(value)s gross profit a year") % {"value": value})
    return told
