"""What runs in the processes of an own desk (tests/nursery.py) that sends clients' pages by mail."""

from __future__ import annotations

from datetime import timedelta

from django.apps import apps
from django.core import serializers

from amends.desk.actions.client_page import make_page
from amends.desk.actions.envelope import PAGE_MARK
from amends.desk.actions.letter import resend_letter, seal_of, send_letter, write_letter
from amends.desk.models import Client, Outgoing, PageKind, Role, User
from amends.desk.queries.client_page import link_of
from amends.desk.queries.outbox import lost
from cast import NOW, WAITS, a_client, person_at
from nursed import finish, kill_sending, living_on

LATER = NOW + timedelta(hours=1)  # when somebody looks at what is in doubt
GARY = "gary@n0.example"


def lay_pages(count: int, first: int) -> None:
    """Queue letters to a client that somebody has read; each carries a page of its own."""
    north = Client.objects.first() or a_client(*WAITS)
    bob = User.objects.first() or User.objects.create(email="bob@alder.example", name="Bob Reed", role=Role.OWNER)
    for number in range(first, first + count):
        page = make_page(PageKind.PULSE, person_at(north, GARY), by=bob, now=NOW)
        text = f"Hello Gary.\n\n{PAGE_MARK}"
        letter = write_letter(north, GARY, f"Letter {number}", text, by=bob, now=NOW, page=page)
        send_letter(letter, by=bob, now=NOW, seen=seal_of(letter))


def kill_sending_pages(times: int, seed: int, each: int) -> dict[str, list[str]]:
    """Start and kill so many workers while there are pages to send; tell every mail's fate."""
    return kill_sending(times, seed, each, lay=lay_pages)


def send_lost_again() -> list[str]:
    """Send again, as a person does, what nobody knows the fate of; return the Message-IDs."""
    bob = User.objects.get()
    again = [resend_letter(letter, by=bob, now=LATER) for letter in Outgoing.objects.filter(lost(LATER))]
    with living_on(LATER):
        finish()
    return [letter.message_id or "" for letter in again]


def working_links(tokens: list[str]) -> list[bool]:
    """Tell of each token whether its link leads to a page."""
    links = [link_of(token) for token in tokens]
    return [link is not None and link.works(LATER) for link in links]


def tokens_kept(tokens: list[str]) -> list[str]:
    """Return those of some tokens that stand anywhere in the database."""
    models = apps.get_app_config("desk").get_models()
    everything = "".join(serializers.serialize("json", model._default_manager.all()) for model in models)
    return [token for token in tokens if token in everything]
