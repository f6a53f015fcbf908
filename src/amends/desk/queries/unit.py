"""How a figure of the agreement is written, and what its unit is called; the same words for us and for the client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from amends.core.agreement import Unit

if TYPE_CHECKING:
    from decimal import Decimal

    from django.utils.functional import _StrPromise

UNITS: dict[str, _StrPromise] = {  # beside a field
    Unit.PERCENT: gettext_lazy("per cent"),
    Unit.MARKUP: gettext_lazy("per cent on top"),
    Unit.HOURS: gettext_lazy("working hours"),
    Unit.DAYS: gettext_lazy("days"),
    Unit.RATING: gettext_lazy("of 5"),
}


def number(value: Decimal) -> str:
    """Write a figure without noughts behind it: "4", "1.5"."""
    plain = value.normalize()
    return number_format(plain if plain.as_tuple().exponent < 0 else int(plain), force_grouping=True)  # type: ignore[operator]  # it is finite


def figure(value: Decimal | None, unit: str) -> str:
    """Write a figure with its unit: "4 working hours", "95%", "4.5 of 5"; nothing where there is none."""
    if value is None:
        return ""
    told = {"count": number(value)}
    many = 1 if value == 1 else 2  # of halves there are several
    forms = {
        Unit.PERCENT: _("%(count)s%%"),
        Unit.MARKUP: _("%(count)s%% on top"),
        Unit.HOURS: ngettext("%(count)s working hour", "%(count)s working hours", many),
        Unit.DAYS: ngettext("%(count)s day", "%(count)s days", many),
        Unit.RATING: _("%(count)s of 5"),
    }
    return forms[Unit(unit)] % told
