"""Messages exchanged with clients, reduced to the writers' own words, and what was heard in them."""

from __future__ import annotations

from django.db import models


class Message(models.Model):
    """One message between a client and us: the columns of `core.message.Message`, and its words.

    A mail to two clients is a row for each. `key` is 63 bits of a hash of `message_id`; `thread` is one such key
    of its conversation. `to` and `cc` are lists of addresses, `said` a list of [rule, sentence].
    """

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="messages")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="messages")
    mailing = models.ForeignKey("desk.MailImport", models.SET_NULL, null=True, blank=True, related_name="messages")
    key = models.BigIntegerField()
    message_id = models.TextField()
    at = models.DateTimeField()
    from_us = models.BooleanField()
    sender = models.CharField(max_length=254)
    sender_name = models.CharField(max_length=200, blank=True)
    to = models.JSONField(default=list)
    cc = models.JSONField(default=list)
    subject = models.TextField(blank=True)
    thread = models.BigIntegerField()
    is_loose = models.BooleanField(default=False)  # an answer that names no message it answers: joined by its subject
    words = models.PositiveIntegerField(default=0)
    text = models.TextField(blank=True)  # what they wrote now, without quotes and signature
    opening = models.TextField(blank=True)
    unhappy = models.FloatField(default=0.0)
    worst = models.TextField(blank=True)
    said = models.JSONField(default=list)
    asks = models.TextField(blank=True)
    has_greeting = models.BooleanField(default=False)
    has_thanks = models.BooleanField(default=False)
    promised = models.TextField(blank=True)
    promised_by = models.DateTimeField(null=True, blank=True)
    calendar_method = models.CharField(max_length=20, blank=True)
    automated = models.CharField(max_length=20, blank=True)  # `core.message.Automated`, empty for what people wrote

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="message_once")]
        indexes = [models.Index(fields=["client", "at"], name="message_timeline")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.subject}"


class Reference(models.Model):
    """Which conversation of a client a Message-ID belongs to, met as a message or as somebody's parent."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="+")
    key = models.BigIntegerField()
    thread = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="reference_once")]
        indexes = [models.Index(fields=["client", "thread"], name="reference_thread")]

    def __str__(self) -> str:
        return f"{self.key} in {self.thread}"
