"""Mail files on their way in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportStatus(models.TextChoices):
    """How far an import is."""

    LOOKING = "looking", _("Looking through the file")  # counting, finding who we are
    READY = "ready", _("Ready to read")  # the preview waits for a person
    READING = "reading", _("Reading")
    DONE = "done", _("Done")
    FAILED = "failed", _("Not read")
    STOPPED = "stopped", _("Stopped")


class MailImport(models.Model):
    """One uploaded file. All counts and the place reached are written in the transaction that keeps the messages."""

    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=300)  # as the browser named the file
    path = models.TextField()  # where it lies until it has been read
    size = models.BigIntegerField()  # bytes
    status = models.CharField(max_length=8, choices=ImportStatus, default=ImportStatus.LOOKING)
    us = models.JSONField(default=list)  # who seems to be us in it: client keys, strongest first
    total = models.PositiveIntegerField(default=0)  # messages, counted while looking
    first_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)
    part = models.PositiveIntegerField(default=0)  # the place reached: parts read whole
    within = models.PositiveIntegerField(default=0)  # and messages of the next one
    read = models.PositiveIntegerField(default=0)  # met so far; the sum of the next six
    kept = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)  # there already
    automated = models.PositiveIntegerField(default=0)  # circulars that no person wrote: not kept
    internal = models.PositiveIntegerField(default=0)  # among ourselves, or with nobody: not kept
    left_out = models.PositiveIntegerField(default=0)  # deleted, unwanted, unsent, or private
    skipped = models.PositiveIntegerField(default=0)  # could not be read, each with a reason
    problem = models.TextField(blank=True)  # a sentence: why it failed
    added_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)  # of reading, for the time left
    finished_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    newsletters = models.JSONField(default=dict)  # circulars not kept: how many from which domain, the most frequent
    cleared_at = models.DateTimeField(null=True, blank=True)  # taken off the list of imports, when it was over

    class Meta:
        ordering = ["-added_at", "-pk"]
        indexes = [models.Index(fields=["status"], name="import_status")]
        constraints = [models.CheckConstraint(condition=models.Q(status__in=ImportStatus.values), name="known_import")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_under_way(self) -> bool:
        """Whether a worker is at it, or will be."""
        return self.status in {ImportStatus.LOOKING, ImportStatus.READING}


class ImportSkip(models.Model):
    """Something in a file that could not be read: where, and why."""

    mailing = models.ForeignKey(MailImport, models.CASCADE, related_name="skips")
    where = models.TextField()
    why = models.TextField()

    def __str__(self) -> str:
        return f"{self.where}: {self.why}"
