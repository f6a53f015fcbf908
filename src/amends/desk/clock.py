"""What time it is: the one place of the desk that asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime, timedelta


def now() -> datetime:
    """Return the present moment in UTC; in the demo firm, the moment of its story."""
    offset: timedelta = settings.CLOCK_OFFSET
    return timezone.now() + offset  # noqa: TID251  (the one place that asks)
