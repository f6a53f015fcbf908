"""Public holidays, from the `holidays` library, and the firm's own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from amends.desk.models import Holiday

if TYPE_CHECKING:
    from datetime import date

    from django.db.models import QuerySet

SMALL_WORDS = frozenset({"and", "da", "of", "the"})
SPELLED = {  # where capital letters are not enough
    "aland_islands": "Åland Islands",
    "bonaire_sint_eustatius_and_saba": "Bonaire, Sint Eustatius and Saba",
    "curacao": "Curaçao",
    "dr_congo": "DR Congo",
    "guinea_bissau": "Guinea-Bissau",
    "hongkong": "Hong Kong",
    "reunion": "Réunion",
    "saint_barthelemy": "Saint Barthélemy",
    "saint_helena_ascension_and_tristan_da_cunha": "Saint Helena, Ascension and Tristan da Cunha",
    "sao_tome_and_principe": "São Tomé and Príncipe",
    "syrian_arab_republic": "Syria",
    "timor_leste": "Timor-Leste",
    "turkey": "Türkiye",
}
ENGLISH = "en_US"  # what most of its calendars are translated into


@cache
def countries() -> tuple[tuple[str, str], ...]:
    """Return the countries whose holidays are known: (ISO 3166 code, name), by name."""
    from holidays.registry import COUNTRIES  # noqa: PLC0415  (only two pages need it)

    named = {codes[1]: _country(module) for module, codes in COUNTRIES.items()}
    return tuple(sorted(named.items(), key=lambda pair: normalize("NFKD", pair[1]).encode("ascii", "ignore")))


def _country(module: str) -> str:
    """Return what a country is called, whose module in the library is spelled without capitals and accents."""
    if module in SPELLED:
        return SPELLED[module]
    words = module.split("_")
    return " ".join(word if word in SMALL_WORDS else word.capitalize() for word in words)


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
