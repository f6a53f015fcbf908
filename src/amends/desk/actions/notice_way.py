"""Notices by Slack, Teams and the like, through Apprise: which addresses are taken, and how one is told.

Only the services named here are ever loaded: Apprise also knows addresses that write files, run programs or talk to
this machine.
"""

from __future__ import annotations

import logging
import re
import socket
from importlib import import_module
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import parse_qsl

from django.utils.translation import gettext as _

from amends.desk.rules import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator


class Service(NamedTuple):
    """A service: its module, class and schemes in Apprise; `names_server`: the address says which server it is."""

    name: str
    module: str
    plugin: str
    schemes: tuple[str, ...]
    names_server: bool = False


class Way(NamedTuple):
    """Apprise's way to one address of a service."""

    service: Service
    plugin: Any


SERVICES = (
    Service("Slack", "slack", "NotifySlack", ("slack",)),
    Service("Teams", "workflows", "NotifyWorkflows", ("workflow", "workflows"), names_server=True),
    Service("Discord", "discord", "NotifyDiscord", ("discord",)),
    Service("Google Chat", "google_chat", "NotifyGoogleChat", ("gchat",)),
    Service("Webex", "webexteams", "NotifyWebexTeams", ("webex", "wxteams")),
    Service("Telegram", "telegram", "NotifyTelegram", ("tgram",)),
    Service("Pushover", "pushover", "NotifyPushover", ("pover",)),
    Service("Mattermost", "mattermost", "NotifyMattermost", ("mmost", "mmosts"), names_server=True),
    Service("Rocket.Chat", "rocketchat", "NotifyRocketChat", ("rocket", "rockets"), names_server=True),
    Service("Nextcloud Talk", "nextcloudtalk", "NotifyNextcloudTalk", ("nctalk", "nctalks"), names_server=True),
    Service("Synology Chat", "synology", "NotifySynology", ("synology", "synologys"), names_server=True),
    Service("Signal", "signal_api", "NotifySignalAPI", ("signal", "signals"), names_server=True),
    Service("ntfy", "ntfy", "NotifyNtfy", ("ntfy", "ntfys"), names_server=True),
    Service("Gotify", "gotify", "NotifyGotify", ("gotify", "gotifys"), names_server=True),
    Service("JSON", "custom_json", "NotifyJSON", ("json", "jsons"), names_server=True),
)
# What an address may not ask for: it could have a file of this machine read.
UNSAFE = ("template", "attach", "config", "include")
CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 10.0  # then a service counts as not reached (judgement)
LONGEST_ADDRESS = 2000  # characters; those of Teams have about 300 (judgement)
ANSWERED = re.compile(r"error=(\d{3})")  # what Apprise logs of an answer that is no success
HTTPS = 443


def service_of(address: str, *, is_owner: bool) -> str:
    """Return what the service behind an address is called; Refused, with a sentence, where it is not taken.

    An address inside this network or on this machine is an owner's to choose: it could reach what others cannot.
    """
    way = _way_to(address)
    _look_at_server(way, is_owner=is_owner)
    return way.service.name


def send_by(address: str, subject: str, text: str, *, is_owner: bool) -> str:
    """Tell something by a service, and return what went wrong, in a sentence; empty where it was taken."""
    from apprise import LogCapture  # noqa: PLC0415  (it takes a second to load, and is rarely needed)

    try:
        way = _way_to(address)
        _look_at_server(way, is_owner=is_owner)
    except Refused as refusal:
        return str(refusal)
    with LogCapture(level=logging.WARNING) as said:  # type: ignore[no-untyped-call]  # Apprise tells no types here
        is_taken = way.plugin.notify(title=plain(subject), body=plain(text), body_format="text")
        answers = ANSWERED.findall(said.getvalue())
    if is_taken:
        return ""
    if not answers:
        return _("%(service)s could not be reached, or did not answer in time.") % {"service": way.service.name}
    told = _("%(service)s did not take it: it answered %(code)s. Check the address, or make a new one there.")
    return told % {"service": way.service.name, "code": answers[-1]}


def plain(text: str) -> str:
    """Return a text without what a service reads as a command or a link: names come from other people's mail."""
    return re.sub(r"[<>`*|\[\]]", "", text).replace("@", "(at)")


def _way_to(address: str) -> Way:
    """Return Apprise's way to an address; Refused where it leads to none of the services that are taken."""
    told = address.strip()
    is_whole = 0 < len(told) <= LONGEST_ADDRESS and told.isprintable() and " " not in told
    way = next(_ways(told), None) if is_whole else None
    if way is None:
        raise Refused(_("This is no address of a service that we know. Copy it whole from Slack, Teams or the like."))
    query = told.partition("?")[2]
    asked = {name.lower().lstrip("+-: ") for name, _value in parse_qsl(query, keep_blank_values=True)}
    if unsafe := sorted(name for name in asked if name.startswith(UNSAFE)):
        raise Refused(_("Leave “%s” out of the address: it could read files of this machine.") % unsafe[0])
    plugin = way.plugin
    plugin.socket_connect_timeout, plugin.socket_read_timeout = CONNECT_SECONDS, ANSWER_SECONDS
    plugin.redirects, plugin.verify_certificate = False, True
    return way


def _ways(address: str) -> Iterator[Way]:
    """Yield the services that know an address: one of Apprise's own, or the one that they show to be copied."""
    from apprise import AppriseAsset  # noqa: PLC0415  (as above)

    asset = AppriseAsset(async_mode=False, http_redirects=False, secure_logging=True)
    scheme = address.partition("://")[0].lower()
    for service in SERVICES:
        is_theirs = scheme in service.schemes
        if not is_theirs and scheme != "https":
            continue
        kind = getattr(import_module(f"apprise.plugins.{service.module}"), service.plugin)
        found = kind.parse_url(address) if is_theirs else kind.parse_native_url(address)
        if found:
            try:
                yield Way(service, kind(**found, asset=asset))
            except TypeError:  # Apprise's way to say that a part of it is missing or wrong
                continue


def _look_at_server(way: Way, *, is_owner: bool) -> None:
    """Raise Refused where an address names a server that is not there, or one inside that is not theirs to choose."""
    plugin = way.plugin
    if not way.service.names_server or getattr(plugin, "mode", None) == "cloud":
        return
    host = str(plugin.host or "").strip("[]")
    try:
        found = {place[4][0] for place in socket.getaddrinfo(host, plugin.port or HTTPS, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as error:
        raise Refused(_("There is no server called “%s”. Check the address.") % host) from error
    if not is_owner and not all(_is_outside(str(place)) for place in found):
        raise Refused(_("“%s” is inside your network. Only an owner may choose such an address.") % host)


def _is_outside(place: str) -> bool:
    """Whether a network address is one of the wide world."""
    known = ip_address(place.partition("%")[0])
    inner = known.ipv4_mapped if isinstance(known, IPv6Address) else None
    return (inner or known).is_global and not (inner or known).is_multicast
