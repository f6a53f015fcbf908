"""The story's calendar: when it begins and ends, and how people's working hours carry a mail to its answer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone

ZONE = timezone(timedelta(hours=-4))  # US Eastern daylight time: the story lies between the two clock changes of 2025
BEGIN = date(2025, 4, 14)
NOW = datetime(2025, 10, 14, 9, 5, tzinfo=ZONE)  # Tuesday, October 14, as Priya opens Today
HOLIDAYS = frozenset({date(2025, 5, 26), date(2025, 7, 4), date(2025, 9, 1)})  # Memorial, Independence, Labor Day
SATURDAY = 5
WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def is_working(day: date) -> bool:
    """Return True from Monday to Friday outside holidays."""
    return day.weekday() < SATURDAY and day not in HOLIDAYS


def at_hour(day: date, hour: float) -> datetime:
    """Return the moment `hour` (8.5 is half past eight) of a day, with seconds that look unplanned."""
    seconds = round(hour * 3600)
    return datetime.combine(day, time(0), ZONE) + timedelta(seconds=seconds)


def working_day_after(day: date, count: int) -> date:
    """Return the working day `count` working days after `day`."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day)
    return day


def later(moment: datetime, hours: float, day: tuple[float, float]) -> datetime:
    """Return the moment `hours` working hours after `moment` for somebody whose working day is `day`."""
    opens, closes = day
    on, hour = moment.date(), moment.hour + moment.minute / 60 + moment.second / 3600
    hour = max(hour, opens)
    while not is_working(on) or hour + hours > closes:
        hours -= max(0.0, closes - hour) if is_working(on) else 0.0
        on += timedelta(days=1)
        hour = opens
    return at_hour(on, hour + hours)
