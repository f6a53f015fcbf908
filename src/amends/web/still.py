"""What is said of a recovery in which nothing moves any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _

from amends.desk.queries.going import decides_again
from amends.web import wording

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import Case


def stands_still(case: Case, now: datetime) -> str:
    """Say that nothing has moved in a recovery for four weeks, and what to do; nothing where it has."""
    if not decides_again(case, now, timezone.get_current_timezone()):
        return ""
    return _("Nothing has moved since %(day)s. Decide again.") % {"day": wording.day(case.step_since, now)}
