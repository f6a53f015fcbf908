"""What we agreed with a client, line by line: changed, moved, removed (added by `actions.promise.agree_item`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from amends.desk.actions.event import record, values_of
from amends.desk.models import AgreedItem
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import User

LINE = ("what", "how_kept", "is_kept")


@transaction.atomic
def change_item(
    item: AgreedItem, what: str, *, by: User | None, now: datetime, how_kept: str = "", is_kept: bool | None = None
) -> AgreedItem:
    """Write a line of what was agreed anew; what stays the same is not recorded."""
    require(by, Power.WORK)
    if not what.strip():
        raise Refused(_("Say what was agreed."))
    before = values_of(item, LINE)
    item.what, item.how_kept, item.is_kept = what.strip(), how_kept.strip(), is_kept
    after = values_of(item, LINE)
    if after != before:
        item.save(update_fields=LINE)
        record("change_item", item, by=by, now=now, before=before, after=after)
    return item


@transaction.atomic
def remove_item(item: AgreedItem, *, by: User | None, now: datetime) -> None:
    """Take a line out of what was agreed; the record keeps what it was."""
    require(by, Power.WORK)
    record("remove_item", item, by=by, now=now, before=values_of(item, LINE))
    item.delete()


@transaction.atomic
def move_item_up(item: AgreedItem, *, by: User | None, now: datetime) -> None:
    """Put a line of what was agreed before the one above it; the first stays."""
    require(by, Power.WORK)
    rows = list(AgreedItem.objects.select_for_update().filter(client=item.client_id))
    place = rows.index(item)
    if place == 0:
        return
    rows[place - 1 : place + 1] = [rows[place], rows[place - 1]]
    for position, row in enumerate(rows):
        AgreedItem.objects.filter(pk=row.pk).update(position=position)
    record("move_item_up", item, by=by, now=now, before={"place": place + 1}, after={"place": place})
