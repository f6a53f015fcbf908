"""What a client's page may show, and the links that lead to it: nothing else of the firm leaves by this door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amends.desk.models import PageLink
from amends.desk.queries.user import hash_of

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import ClientPage


def link_of(token: str) -> PageLink | None:
    """Return the link that a token belongs to, whether it still works or not: one query."""
    rows = PageLink.objects.select_related("page__person", "page__client", "page__case__lead", "page__by")
    return rows.filter(token_hash=hash_of(token)).first()


def live_links(page: ClientPage, now: datetime) -> list[PageLink]:
    """Return the links to a page that work now."""
    return [link for link in page.links.all() if link.works(now)]
