"""What a list would have changed and did not, in a sentence for each field: what stays here, and what the list says."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.formats import date_format, number_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from amends.desk.models import Standing
from amends.desk.queries.field_name import field_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST = 80  # characters of a value: enough to tell two apart (judgement)


def what_stays(row: Mapping[str, Any], wanted: Mapping[str, Any], kept: Iterable[str]) -> str:
    """Return a sentence for each field that stays as it is here; whose row it is comes first."""
    return " ".join(_sentence(str(row["name"]), name, row.get(name), wanted[name]) for name in kept)


def _sentence(whose: str, name: str, here: Any, there: Any) -> str:
    told = {"whose": whose, "field": field_name(name), "here": _shown(name, here), "there": _shown(name, there)}
    if not told["here"] or not told["there"]:
        return _("%(whose)s: %(field)s stays as it is here.") % told
    if name == "name" or not whose:
        return _("%(field)s stays “%(here)s” here; the list says “%(there)s”.") % told
    return _("%(whose)s: %(field)s stays “%(here)s” here; the list says “%(there)s”.") % told


def _shown(name: str, value: Any) -> str:
    """Write a value as people read it; nothing of one that is only a key of ours."""
    if name == "standing":
        return str(Standing(value).label)
    if isinstance(value, date):
        return date_format(value, "M j, Y")
    if isinstance(value, Decimal):
        return number_format(value, decimal_pos=None if value % 1 else 0, use_l10n=True, force_grouping=True)
    return Truncator(" ".join(value.split())).chars(LONGEST) if isinstance(value, str) else _number(name, value)


def _number(name: str, value: Any) -> str:
    is_key = name.endswith("_id") or isinstance(value, bool)
    return "" if is_key or value is None else str(value)
