"""What the page Make good says: what fits, where an offer lies, and who has to agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.reparation import Need, Place, Repeat, State, in_kind
from amends.core.wording import say
from amends.desk.queries.reparation import who_may_agree
from amends.web import wording

if TYPE_CHECKING:
    from decimal import Decimal

    from amends.desk.models import Case, Firm, Reparation, User
    from amends.desk.queries.reparation import Reckoned

Row = dict[str, Any]
WIDTH = 324.0  # of the drawing of the band, as the small seam's
WHOLE = 100  # per cent


def of_offer(row: Reparation, told: Reckoned, user: User, firm: Firm) -> Row:
    """Return what the page says of one offer: the band, the lines of the sum, and the sentence under it."""
    name = _name(row.case)
    return {
        "band": drawn(told, row.currency) if told.band.is_measurable else None,
        "fits": fits(told, row.currency),
        "lines": lines(row, told),
        "together": wording.money(told.cost, row.currency),
        "verdict": verdict(told, name),
        "is_inside": told.place is Place.INSIDE,
        "theirs": theirs(told, row.currency),
        "agrees": who_agrees(row, told, user, firm),
        "repeat": repeat(told.repeat),
        "state": state_of(row),
        "currency": row.currency,
    }


def before_money(case: Case, found: Repeat) -> list[str]:
    """Return what to give before money, in words."""
    return [say(text) for text in in_kind(case.theme, case.kind, is_process=case.is_process, repeat=found)]


def _name(case: Case) -> str:
    return (case.person.first_name if case.person else "") or str(case.client)


def drawn(told: Reckoned, currency: str) -> Row:
    """Return the drawing of the band: from nothing to the hard stop, the offer on it; lengths in its own units."""
    band, offered = told.band, told.before + told.offered
    most = max(band.stop, offered)

    def x(amount: Decimal) -> str:
        return f"{float(amount / most) * WIDTH:.1f}"

    return {
        "from": x(band.floor),
        "to": x(band.ceiling),
        "width": f"{float((band.ceiling - band.floor) / most) * WIDTH:.1f}",
        "target": x(band.target),
        "stop": x(band.stop),
        "offer": x(offered) if offered else "",
        "floor_said": wording.money(band.floor, currency),
        "ceiling_said": wording.money(band.ceiling, currency),
        "stop_said": wording.money(band.stop, currency),
        "says": _("From %(floor)s to %(ceiling)s leaves them a little better off. Offered: %(offer)s.")
        % {
            "floor": wording.money(band.floor, currency),
            "ceiling": wording.money(band.ceiling, currency),
            "offer": wording.money(offered, currency),
        },
    }


def fits(told: Reckoned, currency: str) -> str:
    """Say how much would leave them a little better off."""
    band = told.band
    if not band.is_measurable:
        return ""
    sums = {
        name: wording.money(amount, currency)
        for name, amount in (("target", band.target), ("floor", band.floor), ("ceiling", band.ceiling))
    }
    if band.floor == band.ceiling:
        return _("What it cost them fits, and nothing above it: %(floor)s.") % sums
    return _("A little better off than before is about %(target)s: no less than %(floor)s, up to %(ceiling)s.") % sums


def lines(row: Reparation, told: Reckoned) -> list[tuple[str, str]]:
    """Return the lines of the sum: what it cost them, our part, and what is given."""
    loss, band = told.loss, told.band

    def money(amount: Decimal) -> str:
        return wording.money(amount, row.currency)

    found = [(_("What it cost them"), money(loss.whole))] if loss.whole else []
    if loss.whole and loss.our_share != 1:
        part = {"share": f"{(loss.our_share * WHOLE).normalize():f}"}
        found.append((_("Our part of it, %(share)s %%") % part, money(band.base)))
    if band.late_weeks:
        late = ngettext("%(count)d week late", "%(count)d weeks late", band.late_weeks) % {"count": band.late_weeks}
        points = band.late_share * WHOLE
        found.append((late, _("+%(points)s points") % {"points": f"{points.normalize():f}"}))
    if band.most_goodwill is not None:
        found.append((_("The most that goodwill may be here"), money(band.most_goodwill)))
    if told.before:
        found.append((_("Offered in this recovery before"), money(told.before)))
    if row.in_kind_cost:
        found.append((_("In kind, what it costs us"), money(row.in_kind_cost)))
    if row.offer:
        found.append((_("Offered"), money(row.offer)))
    if row.owed:
        found.append((_("Owed anyway"), money(row.owed)))
    return found


def verdict(told: Reckoned, name: str) -> str:
    """Say where an offer lies (strings of the method's own wording)."""
    if told.place is Place.INSIDE:
        return _("This leaves %(name)s a little better off than before.") % {"name": name}
    if told.place is Place.BELOW:
        return _("This covers less than it cost them. They may wish they had gone elsewhere.")
    if told.repeat is Repeat.UNVERIFIED and told.place is Place.BEYOND and told.band.is_measurable:
        return _("This is more than it cost them.")
    if told.place is Place.ABOVE and told.band.most_goodwill is not None:
        return _("This is more goodwill than fits what they bring in.")
    if told.place in {Place.ABOVE, Place.BEYOND} and told.band.is_measurable:
        return _("This is far more than it cost. It may teach both of you that trouble pays.")
    return ""


def theirs(told: Reckoned, currency: str) -> str:
    """Warn where an offer pays for the client's own part."""
    if not told.theirs:
        return ""
    amount = wording.money(told.theirs, currency)
    return _("%(amount)s of it pays for what was their own part. Know it, so you don’t overcorrect.") % {
        "amount": amount
    }


def who_agrees(row: Reparation, told: Reckoned, user: User, firm: Firm) -> str:
    """Say who has to agree, by name, and why: "Helen needs to agree to anything over $2,500."."""
    if not told.needs:
        return ""
    asker = row.asked_by if row.state == State.WAITING else user
    names = [one.name.partition(" ")[0] for one in who_may_agree(row, told.needs, asker)]
    name = _(" or ").join(names[:2]) or _("A manager")
    if Need.OWNER in told.needs:
        limit = wording.money(firm.owner_limit, row.currency)
    elif Need.LIMIT in told.needs and firm.currency == row.currency:
        limit = wording.money(firm.money_limit, row.currency)
    elif Need.CEILING in told.needs:
        limit = wording.money(told.band.ceiling, row.currency)
    else:
        return _("%(name)s needs to agree to this.") % {"name": name}
    return _("%(name)s needs to agree to anything over %(limit)s.") % {"name": name, "limit": limit}


def repeat(found: Repeat) -> str:
    """Say what to do where the same failure came back; it says nothing about the client."""
    if found is Repeat.VERIFIED:
        return _(
            "This failed before, within a year. Money will not mend it: find the cause, let somebody senior call, "
            "and write the standard anew."
        )
    if found is Repeat.UNVERIFIED:
        return _(
            "Two failures before this one, or more, were never confirmed. A manager looks at what happened and "
            "decides; until then nothing above the loss."
        )
    return ""


def state_of(row: Reparation) -> str:
    """Say where an offer stands."""
    day = wording.day(row.given_on) if row.given_on else ""
    told = {"name": row.approved_by or _("Nobody"), "day": day}
    if row.state == State.WAITING:
        return _("Waiting for somebody to agree")
    if row.state == State.APPROVED:
        return _("Agreed by %(name)s. Not given yet") % told
    if row.state == State.REFUSED:
        return _("%(name)s does not agree to this") % told
    if row.state == State.GIVEN:
        return _("Given on %(day)s, and it has reached them") % told if row.reached_at else _("Given on %(day)s") % told
    return _("A draft")
