"""Meetings that calendar mail speaks of."""

from __future__ import annotations

from django.db import models


class Meeting(models.Model):
    """One meeting with a client as its newest calendar mail has it (RFC 5545: `uid`, `sequence`, RECURRENCE-ID).

    When its hour has come and it was not called off, it becomes a touch, once.
    """

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="meetings")
    uid = models.CharField(max_length=500)
    occurrence = models.CharField(max_length=40, blank=True)  # RECURRENCE-ID in UTC; empty for the meeting itself
    sequence = models.PositiveIntegerField(default=0)
    stamped_at = models.DateTimeField()  # DTSTAMP, else when the mail was written: settles equal sequences
    subject = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    is_all_day = models.BooleanField(default=False)
    rule = models.TextField(blank=True)  # RRULE of a series
    place = models.CharField(max_length=300, blank=True)
    organizer = models.CharField(max_length=254, blank=True)
    from_us = models.BooleanField(default=False)  # who asked for it
    attendees = models.JSONField(default=dict)  # address → ACCEPTED, DECLINED, TENTATIVE, NEEDS-ACTION
    called_off_at = models.DateTimeField(null=True, blank=True)
    called_off_by_us = models.BooleanField(default=False)
    moved = models.PositiveSmallIntegerField(default=0)  # how often its hour was changed
    touch = models.ForeignKey("desk.Touch", models.SET_NULL, null=True, blank=True, related_name="meetings")
    touched_until = models.DateTimeField(null=True, blank=True)  # hours of a series that became touches already
    due_at = models.DateTimeField(null=True, blank=True)  # when its hour has come; None: nothing to wait for

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["client", "uid", "occurrence"], name="meeting_once")]
        indexes = [
            models.Index(fields=["due_at"], name="meeting_due"),
            models.Index(fields=["client", "starts_at"], name="meeting_of_client"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M} {self.subject}"
