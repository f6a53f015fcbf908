"""What we said we would do, what we agreed with a client, and who waits for an answer."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PromiseState(models.TextChoices):
    """How a promise stands."""

    OPEN = "open", _("Open")
    KEPT = "kept", _("Kept")
    BROKEN = "broken", _("Broken")
    DROPPED = "dropped", _("No longer needed")


class Promise(models.Model):
    """What was promised to whom by when."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="promises")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="promises")
    promised_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="promises")
    case = models.ForeignKey("desk.Case", models.SET_NULL, null=True, blank=True, related_name="promises")
    message = models.ForeignKey("desk.Message", models.SET_NULL, null=True, blank=True, related_name="+")  # found in it
    what = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=PromiseState, default=PromiseState.OPEN)
    settled_at = models.DateTimeField(null=True, blank=True)
    search = models.CharField(max_length=500, default="", db_index=True)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="promise_due")]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=PromiseState.values), name="known_promise")]

    def __str__(self) -> str:
        return self.what


class FoundState(models.TextChoices):
    """What a person said of a promise that was found in our mail."""

    FOUND = "found", _("Nobody has looked yet")
    CONFIRMED = "confirmed", _("It is a promise")
    DECLINED = "declined", _("It is none")


class FoundPromise(models.Model):
    """A sentence of our own sent mail that reads like a promise; it is one once a person confirms it."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="found_promises")
    message = models.OneToOneField("desk.Message", models.CASCADE, related_name="found_promise")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="+")  # to whom
    promised_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")  # who wrote
    sentence = models.TextField()
    due_at = models.DateTimeField()
    found_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=FoundState, default=FoundState.FOUND)
    promise = models.OneToOneField(Promise, models.SET_NULL, null=True, blank=True, related_name="found")
    settled_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["due_at"], condition=models.Q(state="found"), name="promise_found")]
        constraints = [models.CheckConstraint(condition=models.Q(state__in=FoundState.values), name="known_found")]

    def __str__(self) -> str:
        return self.sentence


class AgreedItem(models.Model):
    """One line of what we agreed with a client, and how it is kept, as somebody wrote it down."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="agreed")
    what = models.CharField(max_length=200)
    sheet_item = models.OneToOneField("desk.SheetItem", models.CASCADE, null=True, blank=True, related_name="agreed")
    how_kept = models.CharField(max_length=200, blank=True)  # "Missed 3 of 11 in October"
    is_kept = models.BooleanField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.what


class Waiting(models.Model):
    """The reply clock of one conversation: the client's oldest unanswered message. Open until `settled_at`."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="waiting")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="waiting")
    message = models.ForeignKey("desk.Message", models.CASCADE, related_name="+")
    thread = models.BigIntegerField()
    quote = models.TextField()  # the sentence that waits for an answer
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()  # in business hours, by what was agreed
    covered_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="covering")
    settled_at = models.DateTimeField(null=True, blank=True)
    is_settled_by_hand = models.BooleanField(default=False)  # then it stays so: mail alone would wait on

    class Meta:
        ordering = ["due_at", "pk"]
        verbose_name_plural = "waiting"
        constraints = [models.UniqueConstraint(fields=["client", "message"], name="waiting_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(settled_at=None), name="waiting_open"),
        ]

    def __str__(self) -> str:
        return f"{self.quote} since {self.asked_at:%Y-%m-%d %H:%M}"
