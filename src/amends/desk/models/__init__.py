"""What is kept: one file for each noun, the same name in every layer."""

from __future__ import annotations

from amends.desk.models.case import Case, CaseStep, FollowUp
from amends.desk.models.client import Client, ClientKey, Forgotten, Person, PersonAddress, Standing
from amends.desk.models.event import Event
from amends.desk.models.firm import ONLY_FIRM, Branch, Firm, Holiday
from amends.desk.models.health import Dismissal, HealthDay, Override, Signal
from amends.desk.models.intake import ImportSkip, ImportStatus, MailImport, Outgoing
from amends.desk.models.message import Message, Reference
from amends.desk.models.promise import AgreedItem, Promise, PromiseState, Waiting
from amends.desk.models.touch import StaffingFact, Touch, TouchKind
from amends.desk.models.user import Invitation, LinkKind, Refusal, Role, SignIn, Theme, User

__all__ = [
    "ONLY_FIRM",
    "AgreedItem",
    "Branch",
    "Case",
    "CaseStep",
    "Client",
    "ClientKey",
    "Dismissal",
    "Event",
    "Firm",
    "FollowUp",
    "Forgotten",
    "HealthDay",
    "Holiday",
    "ImportSkip",
    "ImportStatus",
    "Invitation",
    "LinkKind",
    "MailImport",
    "Message",
    "Outgoing",
    "Override",
    "Person",
    "PersonAddress",
    "Promise",
    "PromiseState",
    "Reference",
    "Refusal",
    "Role",
    "SignIn",
    "Signal",
    "StaffingFact",
    "Standing",
    "Theme",
    "Touch",
    "TouchKind",
    "User",
    "Waiting",
]
