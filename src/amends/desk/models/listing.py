"""Lists from an ATS or a CRM: how their columns are read, each import, and each row of it."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class ListKind(models.TextChoices):
    """What the rows of a list are."""

    CLIENTS = "clients", _("Clients")
    PEOPLE = "people", _("People at clients")
    ORDERS = "orders", _("Orders")
    PLACEMENTS = "placements", _("Placements")
    NOTES = "notes", _("Notes")
    ACTIVITIES = "activities", _("Calls, visits and meetings")
    INVOICES = "invoices", _("Invoices")


class ListSource(models.Model):
    """Where lists of one kind come from, and how their columns are read: saved, so that the next one asks nothing.

    `columns` says for each of our fields which column holds it: {"client.name": "Account Name"}; `options` is what
    else the reading needs to know (`sources.listing.Options`): the order of day and month, the mark of decimals.
    """

    name = models.CharField(max_length=60)  # "Bullhorn"
    preset = models.CharField(max_length=20)  # a key of `sources.listing.PRESETS`
    kind = models.CharField(max_length=10, choices=ListKind)
    columns = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["name", "kind"], name="list_source_once"),
            models.CheckConstraint(condition=models.Q(kind__in=ListKind.values), name="known_list_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.kind}"


class ListStatus(models.TextChoices):
    """How far the import of a list is."""

    MATCHING = "matching", _("Columns to be matched")  # waits for a person
    CHECKING = "checking", _("Checking")  # the dry run: nothing is written
    CHECKED = "checked", _("Checked")  # waits for a person
    READING = "reading", _("Reading")
    DONE = "done", _("Done")
    FAILED = "failed", _("Not read")
    STOPPED = "stopped", _("Stopped")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class ListImport(models.Model):
    """One list file. The place reached and all counts are written in the transaction that keeps the rows.

    `looks` is what was found in the file: sheet, encoding, delimiter, the columns and some rows to show.
    """

    source = models.ForeignKey(ListSource, models.PROTECT, null=True, blank=True, related_name="imports")
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=300)  # as the browser named the file
    path = models.TextField()
    size = models.BigIntegerField()  # bytes
    status = models.CharField(max_length=8, choices=ListStatus, default=ListStatus.MATCHING)
    looks = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)  # rows beneath the heading
    read = models.PositiveIntegerField(default=0)  # the place reached; the sum of the next five, until it is undone
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)  # there already, and nothing new
    removed = models.PositiveIntegerField(default=0)  # marked as deleted or anonymised over there, and honoured here
    refused = models.PositiveIntegerField(default=0)  # each with its reason
    problem = models.TextField(blank=True)
    added_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-added_at", "-pk"]
        indexes = [models.Index(fields=["status"], name="list_import_status")]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=ListStatus.values), name="known_list_import")
        ]

    def __str__(self) -> str:
        return self.name


class RowOutcome(models.TextChoices):
    """What became of a row."""

    ADDED = "added", _("Added")
    CHANGED = "changed", _("Changed")
    SAME = "same", _("There already")
    REMOVED = "removed", _("Removed")
    REFUSED = "refused", _("Not taken")


class ListRow(models.Model):
    """One row of a list as it stood in the file, and what became of it; `changes` is what undoing it needs.

    `changes` is a list of {"thing", "id", "before", "after"}: the rows of ours that it made (`before` null), changed,
    or removed (`after` null). `after` is a digest of how the row left it: what differs since is not undone.
    """

    listing = models.ForeignKey(ListImport, models.CASCADE, related_name="rows")
    client = models.ForeignKey("desk.Client", models.CASCADE, null=True, related_name="+")  # with it the row goes
    at = models.DateTimeField(null=True)  # of what it tells; what is older than the firm keeps is blanked by it
    number = models.PositiveIntegerField()  # the line people see in their spreadsheet: the heading is 1
    raw = models.JSONField(default=dict)  # column → text, as it was
    outcome = models.CharField(max_length=7, choices=RowOutcome)
    problem = models.TextField(blank=True)  # a sentence that names the column
    changes = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        ordering = ["number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["listing", "number"], name="list_row_once"),
            models.CheckConstraint(condition=models.Q(outcome__in=RowOutcome.values), name="known_outcome"),
        ]
        indexes = [models.Index(fields=["listing", "outcome"], name="list_row_outcome")]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"


class Known(models.Model):
    """What a source calls a row of ours: a list that comes again changes it and adds nothing.

    `source` is the name of the `ListSource`, `thing` the model's name in lower case. `told` holds a digest of what the
    list said of each field: what differs from it now was changed by a person, and is left alone.
    """

    source = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=ListKind)
    external_id = models.CharField(max_length=120)
    thing = models.CharField(max_length=40)
    thing_id = models.BigIntegerField()
    client = models.ForeignKey("desk.Client", models.CASCADE, null=True, blank=True, related_name="+")
    told = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "known"
        constraints = [models.UniqueConstraint(fields=["source", "kind", "external_id", "thing"], name="known_once")]
        indexes = [models.Index(fields=["thing", "thing_id"], name="known_thing")]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.external_id}"
