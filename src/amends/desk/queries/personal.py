"""Everything that is kept about one person at a client, and how to find them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from amends.desk.models import Person
from amends.desk.queries.find import searchable

if TYPE_CHECKING:
    from django.db.models import QuerySet

MOST_FOUND = 50  # people shown at once; judgement


def people_called(name: str) -> QuerySet[Person]:
    """Return people whose name or address holds what was typed; nobody where nothing was."""
    if not name:
        return Person.objects.none()
    typed = Q(search__contains=searchable(name)) | Q(addresses__address__contains=name.lower())
    return Person.objects.filter(typed).select_related("client").distinct()[:MOST_FOUND]
