"""Somebody saves all of what they chose about notices and their absence at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from amends.desk.actions.notice import choose_notice
from amends.desk.actions.user import change_user
from amends.desk.queries.notice import choices_of
from amends.desk.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from amends.desk.models import User


class NoticeRefused(Refused):
    """A choice that is not taken; `kind` says at which notice."""

    def __init__(self, sentence: str, kind: str) -> None:
        super().__init__(sentence)
        self.kind = kind


@transaction.atomic
def save_notices(
    user: User, ways: Mapping[str, tuple[str, str]], absence: Mapping[str, Any], *, by: User, now: datetime
) -> bool:
    """Save all that somebody chose at once (kind → way and address; away until when, and who covers), or nothing of it.

    What stands already is left alone. Raises NoticeRefused for a way that is not taken, Refused for an absence.
    """
    stands = {choice.kind: choice.way for choice in choices_of(user)}
    for kind, (way, address) in ways.items():
        if (way, "") != (stands.get(kind), address.strip()):
            try:
                choose_notice(user, kind, way, address, by=by, now=now)
            except Refused as refusal:
                raise NoticeRefused(str(refusal), kind) from refusal
    if any(getattr(user, name) != value for name, value in absence.items()):
        change_user(user, by=by, now=now, **absence)
    return True
