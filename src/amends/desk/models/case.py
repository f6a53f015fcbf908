"""Recoveries: a case, the steps it has been through, and the check-ins that follow it."""

from __future__ import annotations

from django.db import models

from amends.core.case import Kind, Origin, Status, Theme


class Case(models.Model):
    """One recovery. Its texts are values of `core.case` and `core.decision`; `actions.case` alone moves `status`.

    Who sees it is who sees its client; where `is_restricted`, its team alone (lead, roles) and the owners
    (`rules.cases_seen_by`). What a step asks beyond a line has rows of its own: `decision`, `listening`, `cause`,
    `apology`, `plan`, `reparation`, `lesson`, `parting`.
    """

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="cases")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="cases")
    lead = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="cases")
    opened_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=12, default="open")
    step = models.CharField(max_length=12, default="decide")
    step_since = models.DateTimeField()
    severity = models.PositiveSmallIntegerField(default=3)  # 1 to 5
    kind = models.CharField(max_length=16, blank=True)  # `core.case.Kind`; empty: nobody has said yet
    is_process = models.BooleanField(null=True)  # how it was done failed (True), or what came out (False)
    theme = models.CharField(max_length=16, blank=True)  # `core.case.Theme`: what "the same failure" means
    is_verified = models.BooleanField(null=True)  # whether we checked that it was so; None: nobody has yet
    words = models.TextField(blank=True)  # what the client said, as near as the writer could
    remedy = models.TextField(blank=True)  # what they ask for, in their words (ISO 10002)
    origin = models.CharField(max_length=8, default="upset")  # `core.case.Origin`
    message = models.ForeignKey("desk.Message", models.SET_NULL, null=True, blank=True, related_name="+")
    touch = models.ForeignKey("desk.Touch", models.SET_NULL, null=True, blank=True, related_name="+")
    signal = models.ForeignKey("desk.Signal", models.SET_NULL, null=True, blank=True, related_name="+")
    known_at = models.DateTimeField(null=True, blank=True)  # when we knew of the failure; None: when it was opened
    call_back_by = models.DateTimeField(null=True, blank=True)
    called_back_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)  # the client heard that we know
    next_at = models.DateTimeField(null=True, blank=True)  # when somebody is to get back to them
    next_note = models.CharField(max_length=300, blank=True)  # why, for Today: "Has had the plan since Friday."
    waiting_for = models.CharField(max_length=200, blank=True)  # "Waiting for Dana to agree"
    is_restricted = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    related = models.ManyToManyField("self", blank=True)  # another matter with something in common

    decision = models.CharField(max_length=8, blank=True)  # `core.decision.Choice`
    decided_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    is_decided_alone = models.BooleanField(default=False)  # by a manager, who did not wait for all views
    decision_note = models.TextField(blank=True)
    decide_again_on = models.DateField(null=True, blank=True)
    worth = models.JSONField(default=dict)  # what was typed for the worth-it sum, by the names of `core.decision.Worth`

    our_reaction = models.TextField(blank=True)  # how we took it when it happened (contribution map, internal)
    their_reaction = models.TextField(blank=True)
    escape_point = models.TextField(blank=True)  # why did we not notice?

    plan_approved_by = models.ForeignKey("desk.User", models.SET_NULL, null=True, blank=True, related_name="+")
    plan_approved_at = models.DateTimeField(null=True, blank=True)
    fixed_at = models.DateTimeField(null=True, blank=True)  # the client said that it is
    agrees_it_is_mended_at = models.DateTimeField(null=True, blank=True)  # the client said yes when asked
    orders_explained = models.CharField(max_length=300, blank=True)  # why fewer orders are no bad sign
    mended_anyway = models.CharField(max_length=300, blank=True)  # why a manager calls it mended though something lacks

    told_level = models.PositiveSmallIntegerField(default=0)  # how high it was told that this is stuck
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-opened_at", "pk"]
        indexes = [models.Index(fields=["status", "step"], name="case_open")]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=list(Status)), name="known_status"),
            models.CheckConstraint(condition=models.Q(kind__in=["", *Kind]), name="known_kind"),
            models.CheckConstraint(condition=models.Q(theme__in=["", *Theme]), name="known_theme"),
            models.CheckConstraint(condition=models.Q(origin__in=list(Origin)), name="known_origin"),
            models.CheckConstraint(
                condition=models.Q(decision__in=["", "save", "lightly", "let_go"]), name="known_decision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client} {self.opened_at:%Y-%m-%d}"


class CaseRole(models.Model):
    """Who has a part in a recovery beside its lead."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="roles")
    user = models.ForeignKey("desk.User", models.CASCADE, related_name="case_roles")
    role = models.CharField(max_length=8)  # `core.case.CaseRole`: sponsor, scribe, other

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="case_role_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class CaseStep(models.Model):
    """A step of a recovery that somebody said is done."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    step = models.CharField(max_length=12)
    done_at = models.DateTimeField()
    by = models.ForeignKey("desk.User", models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["done_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["case", "step"], name="step_once")]

    def __str__(self) -> str:
        return self.step


class FollowUp(models.Model):
    """A check-in with a client: does the fix hold, do they still feel good about us. It outlives the case."""

    client = models.ForeignKey("desk.Client", models.CASCADE, related_name="followups")
    case = models.ForeignKey(Case, models.SET_NULL, null=True, blank=True, related_name="followups")
    person = models.ForeignKey("desk.Person", models.SET_NULL, null=True, blank=True, related_name="followups")
    due_on = models.DateField()
    number = models.PositiveSmallIntegerField(default=1)  # the third of six
    of = models.PositiveSmallIntegerField(default=1)
    note = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.TextField(blank=True)
    feeling = models.PositiveSmallIntegerField(null=True, blank=True)  # 1 Ready to leave … 5 Good; None: not asked
    holds = models.BooleanField(null=True)  # whether it still worked; None: not asked
    call_at = models.DateTimeField(null=True, blank=True)  # the hour of a planned call; None: some time that day
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)  # how long it is to take
    uid = models.CharField(max_length=100, blank=True)  # of its invitation (RFC 5545); empty: nobody was invited
    sequence = models.PositiveIntegerField(default=0)  # how often the invitation was changed (RFC 5546)
    invited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["due_on"], condition=models.Q(done_at=None), name="followup_open")]

    def __str__(self) -> str:
        return f"{self.due_on:%Y-%m-%d} {self.note}"
