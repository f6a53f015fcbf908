"""Mail on its way out, and what the desk tells colleagues of its own accord."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    """Why a mail goes out. `CLIENT` and `CODE` alone go to somebody outside, `CLIENT` after a person has read it."""

    INVITATION = "invitation", _("Invitation")
    COVER = "cover", _("A colleague asks you to answer")
    MORNING = "morning", _("Morning mail")
    LATE = "late", _("Somebody waits longer than agreed")
    STUCK = "stuck", _("A recovery is stuck")
    ANSWER = "answer", _("A client answered on their page")
    CODE = "code", _("A code for a client’s page")  # goes to the person whom the page is for, by itself
    TEST = "test", _("A test")
    CLIENT = "client", _("To a client")


class Outgoing(models.Model):
    """A mail on its way out; the worker delivers it.

    Fate, in order: a draft (`CLIENT` without `read_at`), waiting, being sent, sent, refused, or unknown: `sending_at`
    without `sent_at` or `failed_at` means that whoever sent it was cut off, and only a person sends it again, under the
    same `message_id`. `answers` is the message in whose conversation it goes out. `client` is whom it tells of; then it
    goes where the client goes, and forgets whom they forget.
    """

    kind = models.CharField(max_length=10, choices=LetterKind, default=LetterKind.INVITATION)
    to = models.EmailField()
    user = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")  # whom it is for
    client = models.ForeignKey("desk.Client", models.CASCADE, null=True, blank=True, related_name="+")  # it quotes
    case = models.ForeignKey("desk.Case", models.SET_NULL, null=True, blank=True, related_name="letters")
    page = models.ForeignKey("desk.ClientPage", models.SET_NULL, null=True, blank=True, related_name="letters")
    followup = models.ForeignKey("desk.FollowUp", models.SET_NULL, null=True, blank=True, related_name="letters")
    method = models.CharField(max_length=8, blank=True)  # of its invitation to a call (RFC 5546): REQUEST or CANCEL
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")  # who wrote it
    reply_to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300)
    text = models.TextField()
    message_id = models.CharField(max_length=250, unique=True, null=True, blank=True)  # without angle brackets
    answers = models.ForeignKey("desk.Message", models.SET_NULL, null=True, blank=True, related_name="+")
    why = models.TextField(blank=True)  # why a colleague gets it, and how to stop it: the foot of the mail
    added_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)  # when a person read it and said: send
    read_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    due_at = models.DateTimeField(null=True, blank=True)  # not before; None: at once
    tries = models.PositiveSmallIntegerField(default=0)  # refusals for now (4xx): tried again, less and less often
    sending_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)  # it came back after it was sent
    replied_at = models.DateTimeField(null=True, blank=True)  # a person answered it
    auto_replied_at = models.DateTimeField(null=True, blank=True)  # a program did: away, received
    away_until = models.DateField(null=True, blank=True)  # the last day away, where the automatic reply says so
    closed_at = models.DateTimeField(null=True, blank=True)  # a person saw that it came back or failed: no more of it
    problem = models.TextField(blank=True)  # a sentence in English, then what a server said: `wording.kept` says it

    class Meta:
        ordering = ["added_at", "pk"]
        verbose_name_plural = "outgoing"
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=LetterKind.values), name="known_letter")]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(sending_at=None, failed_at=None), name="letter_due"
            ),  # what the worker asks every second
        ]

    def __str__(self) -> str:
        return f"{self.subject} to {self.to}"


class Way(models.TextChoices):
    """How a notice reaches somebody."""

    MAIL = "mail", _("Mail")
    OTHER = "other", _("Slack, Teams or another service")  # by the address in `NoticeChoice.secret`
    NONE = "none", _("Not at all")


class NoticeChoice(models.Model):
    """How somebody wants to hear of one kind of notice; without a row: by mail. `secret` is sealed (`desk.seal`)."""

    user = models.ForeignKey("desk.User", models.CASCADE, related_name="notice_choices")
    kind = models.CharField(max_length=10, choices=LetterKind)
    way = models.CharField(max_length=5, choices=Way, default=Way.MAIL)
    secret = models.TextField(blank=True)  # the address of the service as Apprise writes it: it holds a key
    problem = models.TextField(blank=True)  # why the last one did not arrive
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="choice_once"),
            models.CheckConstraint(condition=models.Q(way__in=Way.values), name="known_way"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.kind} {self.way}"


class Notice(models.Model):
    """One thing that was told to one colleague: told once, however often the worker looks.

    `about` names it: "2026-11-22" for a morning, "waiting 17" for a wait, "case 4 put_right 2026-11-22" for a deadline
    of a recovery, "test …" for a test. Notices of one `user`,
    `kind` and moment are told in one message. `way` "none": they chose so, or there was nothing to tell.
    """

    user = models.ForeignKey("desk.User", models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=LetterKind)
    about = models.CharField(max_length=60)
    waiting = models.ForeignKey("desk.Waiting", models.CASCADE, null=True, blank=True, related_name="notices")
    case = models.ForeignKey("desk.Case", models.CASCADE, null=True, blank=True, related_name="notices")
    level = models.PositiveSmallIntegerField(default=0)  # 1: who looks after them, 2: who manages them, 3: owners
    way = models.CharField(max_length=5, choices=Way, default=Way.MAIL)
    letter = models.ForeignKey(Outgoing, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    sending_at = models.DateTimeField(null=True, blank=True)  # by a service: its fate is unknown until `told_at`
    told_at = models.DateTimeField(null=True, blank=True)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "kind", "about"], name="notice_once")]
        indexes = [
            models.Index(
                fields=["way", "at"], condition=models.Q(sending_at=None, told_at=None), name="notice_due"
            ),  # what the worker asks all day: which wait for their service, the oldest first
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about} to {self.user}"
