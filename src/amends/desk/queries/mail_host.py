"""On which server a mailbox probably is, told from its address alone: a guess that whoever connects it corrects."""

from __future__ import annotations

from dataclasses import dataclass

from amends.desk.models import Provider, Security
from amends.sources.provider import PROVIDERS

TLS_PORT = 993  # RFC 8314
# Where the large providers keep the mail of everybody, as each of them documents it.
HOSTS = {
    "aol.com": "imap.aol.com",
    "fastmail.com": "imap.fastmail.com",
    "gmx.com": "imap.gmx.com",
    "gmx.de": "imap.gmx.net",
    "gmx.net": "imap.gmx.net",
    "icloud.com": "imap.mail.me.com",
    "mac.com": "imap.mail.me.com",
    "me.com": "imap.mail.me.com",
    "web.de": "imap.web.de",
    "yahoo.com": "imap.mail.yahoo.com",
    "zoho.com": "imap.zoho.com",
}
GOOGLE = frozenset({"gmail.com", "googlemail.com"})
MICROSOFT = frozenset({"outlook.com", "hotmail.com", "live.com", "msn.com"})


@dataclass(frozen=True, slots=True)
class MailHost:
    """Whose server it is, and how it is reached."""

    provider: str
    host: str
    port: int = TLS_PORT
    security: str = Security.TLS


def guessed(address: str) -> MailHost:
    """Return where the mailbox of an address probably is."""
    domain = address.rpartition("@")[2].strip().lower()
    if domain in GOOGLE:
        return host_of(Provider.GOOGLE)
    if domain in MICROSOFT:
        return host_of(Provider.MICROSOFT)
    return MailHost(Provider.OTHER, HOSTS.get(domain, f"imap.{domain}"))


def host_of(provider: str) -> MailHost:
    """Return the server of Microsoft or Google."""
    known = PROVIDERS[provider]
    return MailHost(provider, known.imap_host, known.imap_port)


def provider_at(host: str) -> str:
    """Return whose server a host is."""
    return next((name for name, known in PROVIDERS.items() if known.imap_host == host.strip().lower()), Provider.OTHER)
