"""Who a message belongs to: companies by registrable domain, free-mail people by themselves, and who "we" are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from amends.core.message import Person

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Mapping

    from publicsuffixlist import PublicSuffixList

# Suffixes under which every tenant is a firm of its own, absent from the public list.
TENANT_SUFFIXES = (".onmicrosoft.com",)
# Mailing lists put this behind a sender's domain so that the original's protection against forgery does not apply.
REWRITTEN = ".invalid"
# A mailbox is on one side of nearly every message in it; half leaves room for mail delivered through an alias. [J]
OURS_SHARE = 0.5
# Another domain is ours as well when this share of the mail was delivered to it or sent from a Sent folder. [J]
ALSO_OURS_SHARE = 0.05
# A longer line of a signature is a sentence, not a company. [J]
COMPANY_CHARACTERS = 60
# Dashes and bars that people set around a company's name.
AROUND_A_NAME = " \t\r,*-\u2013\u2014"
# What stands between a title and a company on one line of a signature.
BETWEEN_NAMES = re.compile(r"[\n|\u00b7\u2022]")
# Shorter names ("Dana", "IT") belong to too many people to join two addresses.
FULL_NAME_WORDS = 2
NAME_WORD = re.compile(r"[^\W\d_]{2,}")


@cache
def _free_mail() -> frozenset[str]:
    lines = files("amends.core").joinpath("freemail.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def _suffixes() -> PublicSuffixList:
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415  (60 ms to load: only when mail is grouped)

    return PublicSuffixList(accept_encoded_idn=False)  # half the time to load; a suffix in punycode is rare


@lru_cache(maxsize=8192)
def registrable_domain(domain: str) -> str:
    """Return the part of a lower-case domain that somebody registered: `mail.foo.co.uk` -> `foo.co.uk`.

    The public suffix list is bundled (publicsuffixlist, MPL-2.0). A domain without one (`localhost`, an address in
    brackets) is its own.
    """
    for suffix in TENANT_SUFFIXES:
        if domain.endswith(suffix):
            return domain[: -len(suffix)].rpartition(".")[2] + suffix
    return _suffixes().privatesuffix(domain) or domain


@lru_cache(maxsize=8192)
def client_of(address: str) -> str:
    """Return the client an address belongs to: its registrable domain, or the address itself at a free-mail provider.

    An empty or unreadable address gives an empty string.
    """
    _, at, domain = address.rpartition("@")
    domain = domain.strip(".").removesuffix(REWRITTEN)
    if not at or not domain:
        return ""
    if domain in _free_mail():
        return address
    return registrable_domain(domain)


def key_given(name: str) -> str:
    """Return the client key that somebody means by a domain or an address."""
    return client_of(name.lower()) if "@" in name else registrable_domain(name.lower())


@dataclass(frozen=True, slots=True)
class Tally:
    """How often one client key (see `client_of`) was on which side of the mail a person wrote."""

    key: str
    wrote: int  # messages it sent
    received: int  # messages it was a recipient of
    sent_folder: int = 0  # messages it sent that lay in a Sent folder
    delivered: int = 0  # messages whose delivery header names it
    either: int = 0  # messages it was on either side of


def find_us(tallies: Iterable[Tally], total: int) -> tuple[str, ...]:
    """Return the client keys that are ourselves, strongest first; empty when the mail does not tell.

    A Sent folder or a delivery header tells plainly. Else it is whoever is on one side of most messages: a mailbox's
    owner writes or receives nearly everything in it; where two firms are on one side of equally many, nobody can tell.
    `total` counts the messages a person wrote.
    """
    ranked = sorted(tallies, key=lambda t: (-t.sent_folder, -t.delivered, -t.either, t.key))
    told = [t.key for t in ranked if t.sent_folder + t.delivered > ALSO_OURS_SHARE * total]
    if told:
        return tuple(told)
    both = [t for t in ranked if t.wrote and t.received]
    first = sorted(both or ranked, key=lambda t: (-t.either, -t.received, t.key))[:2]
    is_tie = len({(t.either, t.received) for t in first}) < len(first)
    if not first or is_tie or first[0].either < OURS_SHARE * total:
        return ()
    return (first[0].key,)


def full_name(name: str) -> str:
    """Return a name in a form to compare ("Whitlock, Dana" and "dana whitlock" agree), "" when it is not a full one."""
    words = NAME_WORD.findall(name.lower())
    return " ".join(sorted(words)) if len(words) >= FULL_NAME_WORDS else ""


def same_person_elsewhere(names: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map free-mail addresses to the company where exactly one company has a person of that full name.

    `names` are (address, shown name) pairs; the result maps an address to a client key, so that somebody who writes
    from home still counts for the client they work for.
    """
    at_home: dict[str, set[str]] = {}
    at_work: dict[str, set[str]] = {}
    for address, name in names:
        key, shown = client_of(address), full_name(name)
        if shown and key:
            (at_home if key == address else at_work).setdefault(shown, set()).add(key)
    return {
        address: next(iter(at_work[shown]))
        for shown, addresses in at_home.items()
        if len(at_work.get(shown, ())) == 1
        for address in addresses
    }


def merge_people(seen: Mapping[str, str], titles: Mapping[str, str]) -> tuple[Person, ...]:
    """Return the people behind the addresses of one client: addresses shown with the same full name are one person.

    `seen` maps an address to the name shown with it, `titles` an address to a job title from its signature.
    """
    groups: dict[str, list[str]] = {}
    for address in sorted(seen):
        groups.setdefault(full_name(seen[address]) or address, []).append(address)
    people = []
    for addresses in groups.values():
        name = next((seen[a] for a in addresses if seen[a]), "")
        title = next((titles[a] for a in addresses if titles.get(a)), "")
        people.append(Person(frozenset(addresses), name, title))
    return tuple(people)


def company_name(key: str, candidates: Counter[str]) -> str:
    """Return the name to show for a client: the line of their signatures that spells their domain, else the key."""
    return max(candidates, key=lambda name: (candidates[name], name), default=key)


def company_line(signature: str, key: str) -> str:
    """Return the line of a signature that begins like the domain ("Brightwater Cold Storage" for brightwater.example).

    Empty when there is none; a line with digits or an @ is an address, not a name.
    """
    label = key.partition(".")[0].replace("-", "")
    if "@" in key or not label:
        return ""
    for piece in BETWEEN_NAMES.split(signature):
        shown = piece.strip(AROUND_A_NAME)
        letters = "".join(c for c in shown.lower() if c.isalnum())
        is_name = len(shown) <= COMPANY_CHARACTERS and "@" not in shown and "." not in shown.rstrip(".")
        if is_name and letters.startswith(label):
            return shown
    return ""
