"""Clients: added, changed, confirmed, merged, deleted."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from amends.core.client import client_of, registrable_domain
from amends.desk.actions.dropped import forget_dropped_of
from amends.desk.actions.event import record, values_of
from amends.desk.actions.health import touch_health
from amends.desk.actions.notice_out import blank_notices_of
from amends.desk.models import (
    AgreedItem,
    Case,
    Client,
    ClientKey,
    ClientPage,
    Dismissal,
    Event,
    Firm,
    FollowUp,
    FoundPromise,
    HealthDay,
    Known,
    Lesson,
    ListRow,
    Meeting,
    Message,
    Outgoing,
    Override,
    Person,
    Promise,
    Pulse,
    Reference,
    Sheet,
    SheetState,
    Signal,
    StaffingFact,
    Standing,
    Touch,
    Waiting,
)
from amends.desk.queries.agreement import UNDER_WAY
from amends.desk.queries.client import WhatGoes, what_goes_with
from amends.desk.queries.erased import ERASED
from amends.desk.queries.find import searchable
from amends.desk.rules import Power, Refused, may, require, require_managed, seen_by

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from decimal import Decimal

    from amends.desk.models import Branch, User

PLAIN = (
    "name", "branch", "looked_after_by", "yearly_value", "since_year", "on_assignment", "answer_hours", "standing",
    "is_restricted", "is_small_market", "note",
)  # fmt: skip
JUDGED_BY = frozenset({"answer_hours", "standing"})  # what changes how the client stands
FILLED = ("branch", "looked_after_by", "yearly_value", "since_year", "on_assignment", "answer_hours")
TAKEN_OVER = (*FILLED, "is_restricted", "is_small_market", "note")  # by a client that another becomes part of
LONGEST_NAME = 200  # characters, as the column
ANYBODY = "anybody"  # any name before the @ tells whether a domain is everybody's
MOVED: tuple[Any, ...] = (  # what hangs on a client and goes on when it becomes part of another
    Message.objects, Reference.objects, Waiting.objects, Person.objects, ClientKey.objects, Touch.objects,
    StaffingFact.objects, Promise.objects, AgreedItem.objects, Dismissal.objects, Override.objects, Case.objects,
    FollowUp.objects, Event.objects, Outgoing.objects, ListRow.objects, Known.objects, Meeting.objects,
    ClientPage.objects, Pulse.objects, FoundPromise.objects, Sheet.objects,
)  # fmt: skip


@transaction.atomic
def add_client(  # noqa: PLR0913  (the fields of a client; all but the name by keyword)
    name: str,
    *,
    by: User | None,
    now: datetime,
    keys: Iterable[str] = (),
    branch: Branch | None = None,
    looked_after_by: User | None = None,
    team: Iterable[User] = (),
    yearly_value: Decimal | None = None,
    since_year: int | None = None,
    on_assignment: int | None = None,
    answer_hours: int | None = None,
    standing: str = Standing.CLIENT,
    is_restricted: bool = False,
    is_small_market: bool = False,
    note: str = "",
) -> Client:
    """Add a client; `keys` are the domains and addresses its mail comes from. Raises Refused when one is taken."""
    require(by, Power.MANAGE if is_restricted else Power.WORK)
    client = Client.objects.create(
        name=_named(name),
        branch=branch,
        looked_after_by=looked_after_by,
        yearly_value=yearly_value,
        since_year=since_year,
        on_assignment=on_assignment,
        answer_hours=answer_hours,
        standing=standing,
        is_restricted=is_restricted,
        is_small_market=is_small_market,
        note=note.strip(),
        created_at=now,
    )
    client.team.set(team)
    _set_keys(client, keys, by)
    _keep_search(client)
    record("add_client", client, by=by, now=now, after=_values(client, (*PLAIN, "team", "keys")))
    touch_health([client.pk], now=now)
    return client


@transaction.atomic
def change_client(client: Client, *, by: User | None, now: datetime, **fields: Any) -> Client:
    """Change fields of a client (those of `add_client`); what stays the same is not recorded.

    Raises Refused when a key is taken, when somebody may not restrict it or move it to another branch, or would shut
    themselves out.
    """
    unknown = fields.keys() - {*PLAIN, "team", "keys"}
    if unknown:
        raise TypeError(f"A client has no {', '.join(sorted(unknown))}.")
    require(by, Power.WORK)
    if _is_moved(client, fields):
        require_managed(by, client)
    before = _values(client, fields)
    _assign(client, fields, by)
    after = _values(client, fields)
    changed = [name for name in fields if before[name] != after[name]]
    if not changed:
        return client
    _refuse_to_shut_out(client, by)
    _keep_search(client)
    old, new = ({name: values[name] for name in changed} for values in (before, after))
    record("change_client", client, by=by, now=now, before=old, after=new)
    if JUDGED_BY & set(changed):
        touch_health([client.pk], now=now, is_redrawn=True)
    return client


def _is_moved(client: Client, fields: Mapping[str, Any]) -> bool:
    """Whether it would be seen or managed by others: that is for who manages it. Its first branch anybody may say."""
    branch = fields.get("branch", client.branch)
    is_same = fields.get("is_restricted", client.is_restricted) == client.is_restricted
    return not is_same or (client.branch_id is not None and client.branch != branch)


@transaction.atomic
def confirm_clients(clients: Iterable[Client], *, by: User | None, now: datetime) -> list[Client]:
    """Take companies found in the mail as clients; return those that were none before."""
    changed = _stand(clients, Standing.CLIENT, "confirm_clients", by=by, now=now)
    touch_health([client.pk for client in changed], now=now)
    return changed


@transaction.atomic
def decline_clients(clients: Iterable[Client], *, by: User | None, now: datetime) -> list[Client]:
    """Say of companies found in the mail that they are no clients; return those of whom it was not said before."""
    return _stand(clients, Standing.OTHER, "decline_clients", by=by, now=now)


@transaction.atomic
def part_client(client: Client, *, by: User | None, now: datetime) -> Client:
    """Say that somebody is no longer a client: it leaves every list, and its history is kept."""
    _stand([client], Standing.PAST, "part_client", by=by, now=now)
    return client


@transaction.atomic
def take_back(client: Client, *, by: User | None, now: datetime) -> Client:
    """Say of who was declined or is past that it is a client after all; it is looked at at once."""
    if _stand([client], Standing.CLIENT, "take_back", by=by, now=now):
        touch_health([client.pk], now=now, is_redrawn=True)
    return client


@transaction.atomic
def delete_client(client: Client, *, by: User | None, now: datetime) -> WhatGoes:
    """Delete a client with all that hangs on it, for ever; return how much that was.

    Its name stays in the record of who deleted it.
    """
    require_managed(by, client)
    gone = what_goes_with(client)
    Event.objects.filter(client=client).update(before={}, after={})  # what was known of it goes from the record too
    _keep_lessons(client)
    record("delete_client", client, by=by, now=now, before={"name": client.name, **asdict(gone)})
    forget_dropped_of(client)
    blank_notices_of([client.name], now=now)
    Waiting.objects.filter(client=client).delete()  # they lean on messages, which then go by few statements
    client.delete()
    return gone


@transaction.atomic
def merge_clients(client: Client, into: Client, *, by: User | None, now: datetime) -> Client:
    """Move all of one client to another that is the same company, and delete the first; return the other.

    Both of their past weeks are computed anew. What is known of the first is kept: see `_take_over`. Raises Refused
    for a client and itself, and unless somebody sees and manages both.
    """
    if client.pk == into.pk:
        raise Refused(_("Choose another client: this one cannot be merged with itself."))
    for one in (client, into):
        _refuse_unseen(one, by)
        require_managed(by, one)
    moved = what_goes_with(client)
    before = _values(into, TAKEN_OVER)
    _take_over(client, into)
    _drop_what_both_have(client, into)
    _renumber_sheets(client, into)
    for rows in MOVED:
        rows.filter(client=client).update(client=into)
    for computed in (HealthDay.objects, Signal.objects):
        computed.filter(client__in=(client, into)).delete()
    Known.objects.filter(thing="client", thing_id=client.pk).update(thing_id=into.pk)  # a list knows it by both ids
    into.team.add(*client.team.all(), *([client.looked_after_by] if client.looked_after_by else []))
    told = {"name": client.name, "client": client.pk, **asdict(moved)}
    client.delete()
    into.drawn_until = None
    into.save(update_fields=["drawn_until", *TAKEN_OVER])
    _keep_search(into)
    record("merge_clients", into, by=by, now=now, before=told | before, after=_values(into, TAKEN_OVER))
    touch_health([into.pk], now=now)
    return into


def _renumber_sheets(client: Client, into: Client) -> None:
    """Put the agreements of a client before those of the one that stays; of two in force, that one's goes on."""
    theirs, known = Sheet.objects.filter(client=client), Sheet.objects.filter(client=into)
    if known.filter(state=SheetState.AGREED).exists():
        theirs.filter(state=SheetState.AGREED).update(state=SheetState.REPLACED)
    if known.filter(state__in=UNDER_WAY).exists():
        theirs.filter(state__in=UNDER_WAY).update(state=SheetState.DROPPED)
    for number, sheet in enumerate(theirs.order_by("version"), start=1):  # the first first, and of those there
        theirs.filter(pk=sheet.pk).update(version=number)  # the last: no two ever have one number
    for sheet in known.order_by("-version"):
        known.filter(pk=sheet.pk).update(version=sheet.version + theirs.count())


def _keep_lessons(client: Client) -> None:
    """Keep what was learnt from a client's recoveries, as a change for every client: without why, and its name."""
    for lesson in Lesson.objects.filter(case__client=client):
        lesson.why, lesson.what = "", lesson.what.replace(client.name, ERASED)
        lesson.save(update_fields=["why", "what"])


def _named(name: str) -> str:
    given = " ".join(name.split())
    if not given:
        raise Refused(_("Write the client's name."))
    return given[:LONGEST_NAME]


def _values(client: Client, names: Collection[str]) -> dict[str, Any]:
    """Return fields as the record keeps them; the team as keys of its rows, the keys as words."""
    told = values_of(client, [name for name in names if name in PLAIN])
    if "team" in names:
        told["team"] = sorted(client.team.values_list("pk", flat=True))
    if "keys" in names:
        told["keys"] = sorted(client.keys.values_list("key", flat=True))
    return told


def _assign(client: Client, fields: Mapping[str, Any], by: User | None) -> None:
    plain = {name: value for name, value in fields.items() if name in PLAIN}
    if "name" in plain:
        plain["name"] = _named(plain["name"])
    for name, value in plain.items():
        setattr(client, name, value)
    client.save(update_fields=plain)
    if "team" in fields:
        client.team.set(fields["team"])
    if "keys" in fields:
        _set_keys(client, fields["keys"], by)


def _set_keys(client: Client, keys: Iterable[str], by: User | None) -> None:
    """Give a client exactly these keys."""
    asked = {key for key in map(as_key, keys) if key}
    _refuse_taken(client, asked, by)
    client.keys.exclude(key__in=asked).delete()
    known = set(client.keys.values_list("key", flat=True))
    ClientKey.objects.bulk_create(ClientKey(client=client, key=key) for key in sorted(asked - known))


def as_key(typed: str) -> str:
    """Return the key that a typed domain or address stands for, "" for none.

    Raises Refused for a provider's domain, and for what is neither.
    """
    text = typed.strip().lower().removeprefix("@")
    if not text:
        return ""
    if "." not in text or any(character.isspace() for character in text):
        told = _("%(typed)s is neither a domain nor an address. Write it as in company.com.")
        raise Refused(told % {"typed": typed.strip()})
    if "@" in text:
        return client_of(text)
    if client_of(f"{ANYBODY}@{text}") == f"{ANYBODY}@{text}":
        told = _("Everybody may have an address at %(domain)s. Write the person's whole address.")
        raise Refused(told % {"domain": text})
    return registrable_domain(text)


def _refuse_taken(client: Client, keys: set[str], by: User | None) -> None:
    firm = Firm.objects.first()
    ours = keys & set(firm.addresses if firm else ())
    if ours:
        told = _("%(key)s is your own firm's. A client's mail comes from elsewhere.")
        raise Refused(told % {"key": min(ours)})
    taken = (
        ClientKey.objects.filter(key__in=keys).exclude(client=client).select_related("client").order_by("key").first()
    )
    if taken is None:
        return
    is_seen = by is None or Client.objects.filter(seen_by(by), pk=taken.client_id).exists()
    owner = taken.client.name if is_seen else _("another client")
    if is_seen and by is not None and taken.client.standing != Standing.CLIENT:
        raise Refused(_way_back(taken.client, by) % {"key": taken.key, "owner": owner})
    told = _("%(key)s already belongs to %(owner)s. One domain is one client's.")
    raise Refused(told % {"key": taken.key, "owner": owner})


def _way_back(client: Client, by: User) -> str:
    """Return what to do about a domain of who is no client."""
    if not may(by, Power.MANAGE):
        return _("%(key)s is known from your mail, but not as a client. Ask a manager to take it as one.")
    if client.standing == Standing.FOUND:
        return _("%(key)s belongs to %(owner)s, found in your mail. Confirm it under “Are these your clients?”.")
    return _("%(key)s belongs to %(owner)s, no client now. Find it under “Not clients”, and take it back.")


def _refuse_to_shut_out(client: Client, by: User | None) -> None:
    if by is not None and not Client.objects.filter(seen_by(by), pk=client.pk).exists():
        raise Refused(_("With this you would no longer see the client yourself. Add yourself to its team first."))


def _keep_search(client: Client) -> None:
    keys = client.keys.order_by("key").values_list("key", flat=True)
    client.search = searchable(client.name, *keys)
    client.save(update_fields=["search"])


def _stand(clients: Iterable[Client], standing: Standing, verb: str, *, by: User | None, now: datetime) -> list[Client]:
    """Move clients to a standing, each by one conditional update, and record each that moved."""
    require(by, Power.MANAGE)
    changed = []
    for client in clients:
        require_managed(by, client)
        before = client.standing
        moved = Client.objects.filter(pk=client.pk).exclude(standing=standing).update(standing=standing)
        if moved:
            client.standing = standing
            record(verb, client, by=by, now=now, before={"standing": before}, after={"standing": standing})
            changed.append(client)
    return changed


def _take_over(client: Client, into: Client) -> None:
    """Keep what people knew of a client in the one that stays.

    Restricted is the result if either was. Its note is added below, its other fields fill what was empty.
    """
    into.is_restricted = into.is_restricted or client.is_restricted
    into.is_small_market = into.is_small_market or client.is_small_market
    for name in FILLED:
        if getattr(into, name) is None:
            setattr(into, name, getattr(client, name))
    if client.note:
        told = _("From %(client)s: %(note)s") % {"client": client.name, "note": client.note}
        into.note = f"{into.note}\n\n{told}".strip()


def _refuse_unseen(client: Client, by: User | None) -> None:
    if by is not None and not Client.objects.filter(seen_by(by), pk=client.pk).exists():
        raise Refused(_("You do not see both of these clients. Ask the owner to merge them."))


def _drop_what_both_have(client: Client, into: Client) -> None:
    """Delete the rows of a client that its other half has too: a mail to both is kept once."""
    for rows in (Message.objects, Reference.objects):
        rows.filter(Exists(rows.filter(client=into, key=OuterRef("key"))), client=client).delete()
    same = Meeting.objects.filter(client=into, uid=OuterRef("uid"), occurrence=OuterRef("occurrence"))
    Meeting.objects.filter(Exists(same), client=client).delete()
