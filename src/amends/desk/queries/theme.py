"""What the kinds, themes, parts and deadlines of a recovery are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

from amends.core.case import Clock, Kind, Origin, Role, Theme

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CLOCKS: dict[Clock, _StrPromise] = {
    Clock.CALL_BACK: gettext_lazy("Call back"),
    Clock.ACKNOWLEDGE: gettext_lazy("Tell them that we know"),
    Clock.ACKNOWLEDGE_LATEST: gettext_lazy("Tell them that we know, at the latest"),
    Clock.DECIDE_AGAIN: gettext_lazy("Decide again, if nothing moves"),
    Clock.PUT_RIGHT: gettext_lazy("Put right, at the latest"),
}
KINDS: dict[Kind, _StrPromise] = {
    Kind.ABILITY: gettext_lazy("We could not, or did not manage"),
    Kind.HONESTY_TRUE: gettext_lazy("They say we were not honest, and it is so"),
    Kind.HONESTY_UNTRUE: gettext_lazy("They say we were not honest, and it is not so"),
    Kind.UNCLEAR: gettext_lazy("Not clear yet"),
}
THEMES: dict[Theme, _StrPromise] = {
    Theme.ORDER: gettext_lazy("Order and brief"),
    Theme.SOURCING: gettext_lazy("Sourcing and screening"),
    Theme.MATCH: gettext_lazy("Match and quality"),
    Theme.ATTENDANCE: gettext_lazy("Attendance"),
    Theme.ANSWERS: gettext_lazy("Communication and response"),
    Theme.BILLING: gettext_lazy("Billing and paperwork"),
    Theme.COMPLIANCE: gettext_lazy("Compliance and safety"),
    Theme.HANDOVER: gettext_lazy("Account handover and people"),
    Theme.CAPACITY: gettext_lazy("Capacity and over-commitment"),
    Theme.CLIENT_SIDE: gettext_lazy("On the client’s side"),
}
ROLES: dict[Role, _StrPromise] = {
    Role.SPONSOR: gettext_lazy("Sponsor: clears the way"),
    Role.SCRIBE: gettext_lazy("Scribe: writes down"),
    Role.OTHER: gettext_lazy("In the team"),
}
ORIGINS: dict[Origin, _StrPromise] = {
    Origin.UPSET: gettext_lazy("Somebody took it down"),
    Origin.MESSAGE: gettext_lazy("A message"),
    Origin.TOUCH: gettext_lazy("A call or a visit"),
    Origin.SIGNAL: gettext_lazy("A finding"),
    Origin.PULSE: gettext_lazy("A low answer when asked"),
    Origin.FEELING: gettext_lazy("A feeling"),
}


def theme_name(theme: str) -> str:
    """Return what a theme is called; nothing for none."""
    return str(THEMES[Theme(theme)]) if theme else ""


def kind_name(kind: str) -> str:
    """Return what a kind of failure is called; nothing for none."""
    return str(KINDS[Kind(kind)]) if kind else ""


def origin_name(origin: str) -> str:
    """Return what a recovery was opened from, in words."""
    return str(ORIGINS[Origin(origin)])
