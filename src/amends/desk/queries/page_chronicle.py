"""What happened on clients' pages, as entries of the timeline: opened by a person, answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from amends.desk.models import ClientPage, PageKind
from amends.desk.queries.chronicle import Asked, Entry
from amends.desk.rules import of_seen_case

if TYPE_CHECKING:
    from datetime import datetime


def pages(asked: Asked) -> list[Entry]:
    """Return when people first opened and last answered their pages of recoveries, the newest first: one query.

    What else is asked of them (how they feel, what they expect) has entries of its own.
    """
    rows = ClientPage.objects.filter(of_seen_case(asked.user), client=asked.client, kind=PageKind.RECOVERY)
    found = [entry for page in rows.exclude(opened_at=None).select_related("person") for entry in _of_page(page)]
    older = [entry for entry in found if asked.before is None or entry.at < asked.before]
    return sorted(older, key=lambda entry: entry.at, reverse=True)[: asked.most]


def _of_page(page: ClientPage) -> list[Entry]:
    name = {"name": page.person.first_name or page.person.name}
    told: list[tuple[datetime | None, str, str]] = [
        (page.opened_at, "eye", _("%(name)s opened their page")),
        (page.answered_at, "message-square", _("%(name)s answered on their page")),
    ]
    return [
        Entry(at=at, icon=icon, title=title % name, opens=("client-page", page.pk)) for at, icon, title in told if at
    ]
