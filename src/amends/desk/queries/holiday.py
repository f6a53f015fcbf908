"""Public holidays, from the `holidays` library, and the firm's own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from amends.desk.models import Holiday

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

ENGLISH = "en_US"  # what most of its calendars are translated into


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Return the countries whose holidays are known: (ISO 3166 code, name), by name."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415  (only two pages need it)

    named = {codes[1]: module.replace("_", " ").title() for module, codes in COUNTRIES.items()}
    return tuple(sorted(named.items(), key=lambda pair: pair[1]))


def parts_of(country: str) -> tuple[str, ...]:
    """Return the codes of a country's states or regions that have holidays of their own."""
    import holidays  # noqa: PLC0415  (only two pages need it)

    return tuple(sorted(holidays.list_supported_countries().get(country, ())))


def public_holidays(country: str, year: int, part: str = "") -> tuple[tuple[date, str], ...]:
    """Return the public holidays of a country, or of one of its parts, in a year: (day, name), by day.

    Raises KeyError for a country or part that is not known.
    """
    import holidays  # noqa: PLC0415  (only two pages need it)

    if country not in dict(countries()) or (part and part not in parts_of(country)):
        raise KeyError(country, part)
    plain = holidays.country_holidays(country, subdiv=part or None, years=year)
    languages = plain.supported_languages
    if ENGLISH in languages:
        plain = holidays.country_holidays(country, subdiv=part or None, years=year, language=ENGLISH)
    return tuple(sorted(plain.items()))


def holidays_from(on: date) -> QuerySet[Holiday]:
    """Return the firm's holidays from a day on, the next first."""
    return Holiday.objects.filter(on__gte=on)
