"""The pages of a desk, walked as links lead through them, and what on them nobody typed."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

from django.apps import apps
from django.db import models, transaction
from django.urls import resolve

from amends.desk.models import Client, MailImport, Person, User
from amends.desk.queries.holiday import countries
from pseudo import LANGUAGE, bare_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client as Browser

LINK = re.compile(r'href="(/[^"#]*)')
EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
BETWEEN = (" – ", " · ", ". ", ": ", ", ", " (")  # stands between several pieces of one line
LONG = 20  # letters: what is shorter may stand in a mail by chance
OK = 200
BEGIN = ("/", "/clients", "/more", "/welcome", "/welcome/messages", "/welcome/preview", "/welcome/clients", "/keys")
DOWNLOADS = frozenset({"person-export", "sign-out", "client-page-colour"})
ENOUGH = 3  # pages of one kind
STATES = frozenset({"state", "rule", "family", "kind", "status", "step", "way", "theme", "role", "standing"})
# Words that are the same in every language: the product, formats of files and of addresses, keys, units.
PLAIN = re.compile(r"[A-Z]{2}|[a-z]|(?:[\w/.]*/)?amends [a-z]+")  # initials, a key, a command to type
NAMES = frozenset({"Amends"})


def leaves(value: Any) -> Iterator[str]:
    """Yield the texts inside a value as it is stored."""
    if isinstance(value, dict):
        value = [one for name, one in value.items() if name not in STATES]
    if isinstance(value, list):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, str):
        yield value


class Known:
    """What people and mails have put into the desk: whatever of it stands on a page is no text of ours."""

    def __init__(self) -> None:
        self.values = set(available_timezones()) | {LANGUAGE, *NAMES}
        self.values |= {zone.replace("_", " ") for zone in available_timezones()}
        self.values |= {country for _, country in countries()}
        for model in apps.get_app_config("desk").get_models():
            fields = [field for field in model._meta.fields if is_typed(field)]
            for row in model._default_manager.values_list(*(field.name for field in fields)) if fields else ():
                self.values |= {EDGES.sub("", " ".join(text.split())) for value in row for text in leaves(value)}
        senders = MailImport.objects.values_list("newsletters", flat=True)
        self.values |= {domain for counted in senders for domain in counted}
        self.everything = "\n".join(self.values)
        people = (name for model in (User, Person, Client) for name in model.objects.values_list("name", flat=True))
        self.names = {word for name in people for word in name.split()}

    def holds(self, text: str) -> bool:
        """Whether a text is one of these, a long piece of one, a name, initials, a key, or several of them."""
        bare = EDGES.sub("", text)
        if not bare or bare in self.values or set(bare.split()) <= self.names or PLAIN.fullmatch(bare):
            return True
        if len(bare) >= LONG and bare in self.everything:
            return True
        splits = (bare.split(mark) for mark in BETWEEN if mark in bare)
        return any(all(self.holds(part) for part in parts) for parts in splits)


def is_typed(field: models.Field[Any, Any]) -> bool:
    """Whether a field holds what somebody typed or a mail said, not a word of our own for the state of something."""
    is_text = isinstance(field, models.CharField | models.TextField | models.JSONField)
    return is_text and not field.choices and field.name not in STATES


def pages_of(browser: Browser) -> Iterator[tuple[str, str, str]]:
    """Yield name, address and text of every kind of page that links lead to, a few of each kind."""
    ahead, seen = [*BEGIN], Counter[str]()
    asked = set(ahead)
    for address in ahead:  # grows while it is walked
        name = resolve(address.partition("?")[0]).view_name
        if seen[name] == ENOUGH or name in DOWNLOADS:
            continue
        answer = browser.get(address)
        page = b"".join(answer).decode()
        if answer.status_code == OK:
            seen[name] += 1
            yield name, address, page
        onward = [answer["Location"]] if answer.has_header("Location") else LINK.findall(unescape(page))
        links = [link for link in onward if link[0] == "/" and link not in asked and not link.startswith("/static")]
        asked.update(links)
        ahead += links


def refused_forms(browser: Browser, address: str) -> str:
    """Return the page that answers an empty form; what was changed, where nothing was asked for, is taken back."""
    with transaction.atomic():
        answer = browser.post(address, {"severity": "9", "at": "?", "due_at": "?", "kind": "?", "email": "?"})
        page = b"".join(answer).decode()
        transaction.set_rollback(True)
    return page


def bare(known: Known, page: str, *, is_marked: bool = False) -> list[str]:
    """Return what nobody typed and no catalogue has; `is_marked`: marks cut what was typed in pieces."""
    if is_marked:
        return [text for text in bare(known, page) if EDGES.sub("", text) not in known.everything]
    return [text for text in bare_texts(page) if not known.holds(text)]
