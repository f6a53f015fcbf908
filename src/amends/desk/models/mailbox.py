"""Mailboxes that the worker reads, how far each folder was read, and who is private and never stored."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Provider(models.TextChoices):
    """Whose server it is: each asks for its own way of signing in (`sources.provider`)."""

    MICROSOFT = "microsoft", _("Microsoft 365")
    GOOGLE = "google", _("Google Workspace or Gmail")
    OTHER = "other", _("Another mail server")


class Security(models.TextChoices):
    """How the way to the server is kept secret; the values are those of `sources.imap.Account`."""

    TLS = "tls", _("Encrypted from the start (TLS)")
    STARTTLS = "starttls", _("Encrypted after the greeting (STARTTLS)")
    NONE = "none", _("Not encrypted: on this machine only")


class Mailbox(models.Model):
    """One account on a mail server. It is read and never changed.

    `secret` is sealed (`desk.seal`): JSON with "password", or "refresh_token", "access_token" and "expires_at".
    The counts tell of the first reading; `read` is the sum of the six after it, as in `MailImport`, and of `private`.
    """

    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, related_name="+")
    address = models.CharField(max_length=254)  # of ours, as colleagues call it
    provider = models.CharField(max_length=10, choices=Provider, default=Provider.OTHER)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField()
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    login = models.CharField(max_length=254)
    secret = models.TextField(blank=True)
    is_every_folder = models.BooleanField(default=True)  # else those with `MailFolder.is_chosen`
    has_idle = models.BooleanField(default=False)  # the server tells by itself when mail comes (RFC 2177)
    is_paused = models.BooleanField(default=False)  # by a person, or because trying again would not help
    added_at = models.DateTimeField()
    first_read_at = models.DateTimeField(null=True, blank=True)  # when all that was there had been read
    read_at = models.DateTimeField(null=True, blank=True)  # the last reading that went well: how old Today is
    total = models.PositiveIntegerField(default=0)  # messages in the folders that are read
    read = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    automated = models.PositiveIntegerField(default=0)
    internal = models.PositiveIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    private = models.PositiveIntegerField(default=0)  # counted, and nothing of them kept
    failures = models.PositiveIntegerField(default=0)  # one after the other; each doubles the rest before the next try
    failing_since = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)  # a sentence: which server, what, what to check
    poll_due_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    watched_until = models.DateTimeField(null=True, blank=True)  # a lease too: who keeps a connection open to it

    class Meta:
        ordering = ["address", "pk"]
        verbose_name_plural = "mailboxes"
        indexes = [models.Index(fields=["poll_due_at"], name="mailbox_due")]
        constraints = [
            models.UniqueConstraint(fields=["host", "login"], name="mailbox_once"),
            models.CheckConstraint(condition=models.Q(provider__in=Provider.values), name="known_provider"),
            models.CheckConstraint(condition=models.Q(security__in=Security.values), name="known_security"),
        ]

    def __str__(self) -> str:
        return self.address


class MailFolder(models.Model):
    """A folder of a mailbox and how far it was read: all from `lowest` to `highest`, newest first at the beginning.

    UIDs mean something under one `uid_validity` only (RFC 3501): when it changes, the folder is read anew, and nothing
    is kept twice.
    """

    mailbox = models.ForeignKey(Mailbox, models.CASCADE, related_name="folders")
    name = models.CharField(max_length=500)  # decoded; the server's own spelling travels as modified UTF-7
    is_sent = models.BooleanField(default=False)
    is_chosen = models.BooleanField(default=True)
    is_private = models.BooleanField(default=False)
    is_gone = models.BooleanField(default=False)  # the server lists it no more
    uid_validity = models.BigIntegerField(null=True, blank=True)
    highest = models.BigIntegerField(default=0)  # the highest UID that was read; 0: none yet
    lowest = models.BigIntegerField(default=0)  # the lowest; 1 when nothing older is left to read
    total = models.PositiveIntegerField(default=0)  # messages the server counts in it
    highest_modseq = models.BigIntegerField(default=0)  # as the server told (RFC 7162); 0: it does not

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "name"], name="folder_once")]

    def __str__(self) -> str:
        return self.name


class MailSkip(models.Model):
    """A mail on a server that could not be read: where, and why."""

    folder = models.ForeignKey(MailFolder, models.CASCADE, related_name="skips")
    uid = models.BigIntegerField()
    why = models.TextField()

    class Meta:
        ordering = ["-uid"]
        constraints = [models.UniqueConstraint(fields=["folder", "uid"], name="mail_skip_once")]

    def __str__(self) -> str:
        return f"{self.uid}: {self.why}"


class FolderMessage(models.Model):
    """That a message (`Message.key`) was read from a folder: by it goes what one brought that becomes private."""

    folder = models.ForeignKey(MailFolder, models.CASCADE, related_name="messages")
    key = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["folder", "key"], name="folder_message_once")]
        indexes = [models.Index(fields=["key"], name="folder_message_key")]  # which other folders hold it

    def __str__(self) -> str:
        return f"{self.key} in {self.folder_id}"


class Private(models.Model):
    """An address or a domain whose mail is never stored, wherever it comes from."""

    what = models.CharField(max_length=254, unique=True)  # "ann@clinic.example" or "clinic.example", lower case
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["what"]
        verbose_name_plural = "private"

    def __str__(self) -> str:
        return self.what


class Drop(models.Model):
    """A colleague's own secret address: what they send or forward there from their own domain is taken in.

    `secret` is the part before the @, sealed so that it can be shown again; found by its hash.
    """

    user = models.ForeignKey("desk.User", models.CASCADE, related_name="drops")
    secret = models.TextField()
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)  # mails that came in by it
    last_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%Y-%m-%d}"


class Dropped(models.Model):
    """A mail that came to a drop address: what became of it, for whoever sent it. The mail itself is not kept here."""

    drop = models.ForeignKey(Drop, models.CASCADE, related_name="mails")
    file = models.CharField(max_length=100, unique=True)  # its name in the queue on disk: taken in once
    subject = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    kept = models.PositiveSmallIntegerField(default=0)  # messages that came of it
    why_not = models.TextField(blank=True)  # a sentence in English, when nothing was kept: `wording.kept` says it

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name_plural = "dropped"

    def __str__(self) -> str:
        return self.subject
