"""Who changed what, when: an append-only record of every change."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models


class Event(models.Model):
    """One change. `verb` is the action's name, `thing` the model's; written by `actions.event.record` alone."""

    at = models.DateTimeField(db_index=True)
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, related_name="+")  # None: the worker
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, related_name="+")  # at a client
    verb = models.CharField(max_length=60)
    thing = models.CharField(max_length=40)
    thing_id = models.BigIntegerField(null=True)
    client = models.ForeignKey("desk.Client", models.SET_NULL, null=True, related_name="events")
    case = models.ForeignKey("desk.Case", models.SET_NULL, null=True, related_name="events")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["client", "-at"], name="event_of_client"),
            models.Index(fields=["case", "-at"], name="event_of_case"),
            models.Index(fields=["thing", "-at", "-id"], name="event_of_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb} {self.thing} {self.thing_id}"
