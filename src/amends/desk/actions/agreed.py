"""What we agreed with a client, line by line: changed, moved, removed (added by `actions.promise.agree_item`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from amends.desk.actions.event import record, values_of
from amends.desk.models import AgreedItem
from amends.desk.rules import Power, Refused, require

if TYPE_CHECKING:
    from datetime import datetime

    from amends.desk.models import User

LINE = ("what", "how_kept", "is_kept")
OF_A_SHEET = gettext_noop("Both sides said yes to these words. Start a new version of the agreement to change them.")


@transaction.atomic
def change_item(
    item: AgreedItem, what: str, *, by: User | None, now: datetime, how_kept: str = "", is_kept: bool | None = None
) -> AgreedItem:
    """Write a line of what was agreed anew; what stays the same is not recorded.

    Refused for other words where both sides confirmed these.
    """
    require(by, Power.WORK)
    if not what.strip():
        raise Refused(_("Say what was agreed."))
    if item.sheet_item_id and what.strip() != item.what:
        raise Refused(_(OF_A_SHEET))
    before = values_of(item, LINE)
    item.what, item.how_kept, item.is_kept = what.strip(), how_kept.strip(), is_kept
    after = values_of(item, LINE)
    if after != before:
        item.save(update_fields=LINE)
        record("change_item", item, by=by, now=now, before=before, after=after)
    return item


@transaction.atomic
def remove_item(item: AgreedItem, *, by: User | None, now: datetime) -> None:
    """Take a line out of what was agreed; the record keeps what it was. Refused where both sides confirmed it."""
    require(by, Power.WORK)
    if item.sheet_item_id:
        raise Refused(_(OF_A_SHEET))
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
