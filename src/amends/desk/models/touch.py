"""What passed between people outside of mail: calls, visits, meetings, notes, voicemail, and staffing facts."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class TouchKind(models.TextChoices):
    """How we were in touch."""

    CALL = "call", _("Call")
    VISIT = "visit", _("Visit")
    MEETING = "meeting", _("Meeting")
    VOICEMAIL = "voicemail", _("Voicemail")
    NOTE = "note", _("Note")


class Touch(models.Model):
    """One call, visit, meeting, voicemail or note. `words` is what the client said, as near as the writer could."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="touches")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="touches")
    case = models.ForeignKey("desk.Case", models.SET_NULL, null=True, blank=True, related_name="touches")
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="touches")
    kind = models.CharField(max_length=10, choices=TouchKind)
    at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    summary = models.CharField(max_length=300, blank=True)  # one line, for the timeline
    detail = models.TextField(blank=True)
    words = models.TextField(blank=True)
    is_mending = models.BooleanField(default=False)  # part of a repair: its place on the timeline is gold
    added_at = models.DateTimeField()
    token = models.UUIDField(null=True, blank=True, unique=True)  # of the form: sent again, it is the same talk

    class Meta:
        ordering = ["at", "pk"]
        verbose_name_plural = "touches"
        indexes = [models.Index(fields=["client", "at"], name="touch_timeline")]
        constraints = [models.CheckConstraint(condition=models.Q(kind__in=TouchKind.values), name="known_touch")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.kind} {self.summary}"


class StaffingFact(models.Model):
    """One fact of the trade: an order, a placement, a no-show, a fall-off, a rating … (`core.staffing.Fact`)."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="facts")
    kind = models.CharField(max_length=20)  # `core.staffing.FactKind`
    at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    of = models.PositiveIntegerField(default=0)
    value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    days = models.IntegerField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    words = models.TextField(blank=True)  # the client's own, where somebody wrote them down
    source = models.CharField(max_length=60, blank=True)  # where a list was imported from
    external_id = models.CharField(max_length=120, blank=True)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["client", "at"], name="fact_timeline")]
        constraints = [
            models.UniqueConstraint(
                fields=["source", "external_id"],
                condition=~models.Q(external_id=""),
                name="fact_once",  # a list may be imported again
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d} {self.kind}"
