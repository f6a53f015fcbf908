"""Notes and activities: how the firm was in touch, when, and from which side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from amends.core.staffing import TouchKind
from amends.core.wording import later
from amends.sources.listing.words import is_just, says, talk_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

MOST_MINUTES = 24 * 60
"""No talk is longer: judgement."""

MILLISECONDS_FROM = 24 * 3600
"""A longer call in seconds is one in milliseconds, as HubSpot writes them."""

SUMMARY_CHARACTERS = 300  # `desk.models.Touch.summary`
IS_MAIL = later("Mail is read from the mailboxes, not from a list.")
NOT_DONE = later("It has not taken place.")
CHILD = later("A copy of a group event; its original counts.")
CANDIDATE = later("Somebody who looks for work, not somebody at a client.")
PRIVATE = later("It is marked as private.")


@dataclass(frozen=True, slots=True)
class Talk:
    """How the firm was in touch (`desk.models.Touch`): `from_us` says who sought it."""

    kind: TouchKind
    at: datetime
    from_us: bool = True
    minutes: int | None = None
    summary: str = ""
    detail: str = ""


def talk_in(kind: str, values: Mapping[str, Any]) -> Talk:
    """Return the talk that a sound row of notes or activities tells.

    What happened counts when it happened or was done, else when it was written down; never when it was due.
    """
    at = values.get("at") or values.get("done_at") or values["created_at"]
    text, subject = values.get("text") or "", values.get("subject") or ""
    summary = subject or text.partition("\n")[0] or values.get("action") or ""
    side = " ".join(filter(None, (values.get("direction"), values.get("action"), values.get("outcome"))))
    return Talk(
        _kind(kind, values),
        at,
        from_us=not says("from_client", side),
        minutes=_minutes(values),
        summary=summary[:SUMMARY_CHARACTERS],
        detail=text if text != summary else "",
    )


def left_out(kind: str, values: Mapping[str, Any]) -> str:
    """Say why a sound row is not taken, or return ""."""
    if values.get("is_child"):
        return CHILD
    if values.get("is_private"):
        return PRIVATE
    if kind == "people":
        return CANDIDATE if says("candidate", values.get("record_type") or "") else ""
    return _no_talk(values) if kind in {"notes", "activities"} else ""


def _no_talk(values: Mapping[str, Any]) -> str:
    if _named(values) == "mail":
        return IS_MAIL
    is_open = values.get("is_done") is False and not values.get("done_at")
    if is_open or any(is_just("not_done", values.get(key) or "") for key in ("status", "outcome")):
        return NOT_DONE
    return ""


def _named(values: Mapping[str, Any]) -> str:
    """Return the kind of talk named by what says it most plainly: the kind itself, the way, then the subject."""
    if talk_of(values.get("outcome") or "") == "voicemail":
        return "voicemail"
    said = (talk_of(values.get(key) or "") for key in ("action", "way", "subject"))
    return next(filter(None, said), "")


def _kind(kind: str, values: Mapping[str, Any]) -> TouchKind:
    named = _named(values)
    if named in set(TouchKind):
        return TouchKind(named)
    if kind == "notes":
        return TouchKind.NOTE
    if values.get("direction") or values.get("seconds"):
        return TouchKind.CALL
    return TouchKind.MEETING if values.get("ends_at") else TouchKind.NOTE


def _minutes(values: Mapping[str, Any]) -> int | None:
    """Return how long it took, or None where nobody says or it is absurd."""
    minutes, seconds = values.get("minutes"), values.get("seconds")
    if minutes is None and seconds is not None:
        minutes = seconds / (60_000 if seconds > MILLISECONDS_FROM else 60)
    at, end = values.get("at"), values.get("ends_at")
    if minutes is None and at and end and end > at:
        minutes = (end - at).total_seconds() / 60
    return round(minutes) if minutes is not None and 0 < minutes <= MOST_MINUTES else None
