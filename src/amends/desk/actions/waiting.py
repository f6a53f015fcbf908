"""Who waits for an answer is covered by a colleague."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.event import record
from amends.desk.actions.notice import tell_cover
from amends.desk.models import Client, Waiting
from amends.desk.rules import Power, Refused, may, require, seen_by

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import User


@transaction.atomic
def cover_waiting(waiting: Waiting, colleague: User, *, by: User | None, now: datetime) -> Waiting:
    """Ask a colleague to answer instead: it stands on their Today; and they are told in the way they chose."""
    require(by, Power.WORK)
    if not may(colleague, Power.WORK):
        raise Refused(_("%(name)s cannot answer clients here. Ask somebody else.") % {"name": colleague})
    if not Client.objects.filter(seen_by(colleague), pk=waiting.client_id).exists():
        raise Refused(_("%(name)s may not see this client. Ask somebody who works on it.") % {"name": colleague})
    before = waiting.covered_by_id
    if not Waiting.objects.filter(pk=waiting.pk, settled_at=None).update(covered_by=colleague):
        raise Refused(_("This was answered already."))
    waiting.covered_by = colleague
    after = {"covered_by_id": colleague.pk}
    record("cover_waiting", waiting, by=by, now=now, before={"covered_by_id": before}, after=after)
    if colleague != by:
        tell_cover(waiting, colleague, by=by, now=now)
    return waiting


@transaction.atomic
def release_covers(colleague: User, *, by: User | None, now: datetime) -> None:
    """Let everybody answer again for whom a colleague covers: who can no longer act covers nobody."""
    for waiting in Waiting.objects.filter(covered_by=colleague, settled_at=None):
        Waiting.objects.filter(pk=waiting.pk).update(covered_by=None)
        before, after = {"covered_by_id": colleague.pk}, {"covered_by_id": None}
        record("release_cover", waiting, by=by, now=now, before=before, after=after)
