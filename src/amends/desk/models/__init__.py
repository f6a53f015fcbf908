"""What is kept: one file for each noun, the same name in every layer."""

from __future__ import annotations

from amends.desk.models.case import Case, CaseStep, FollowUp
from amends.desk.models.client import Client, ClientKey, Forgotten, Person, PersonAddress, Standing
from amends.desk.models.event import Event
from amends.desk.models.firm import ESCALATE_HOURS, MORNING_AT, ONLY_FIRM, Branch, Firm, Holiday
from amends.desk.models.health import Dismissal, HealthDay, Override, Signal
from amends.desk.models.intake import ImportSkip, ImportStatus, MailImport
from amends.desk.models.listing import Known, ListImport, ListKind, ListRow, ListSource, ListStatus, RowOutcome
from amends.desk.models.mailbox import Drop, Dropped, Mailbox, MailFolder, MailSkip, Private, Provider, Security
from amends.desk.models.meeting import Meeting
from amends.desk.models.message import Message, Reference
from amends.desk.models.outgoing import LetterKind, Notice, NoticeChoice, Outgoing, Way
from amends.desk.models.promise import AgreedItem, Promise, PromiseState, Waiting
from amends.desk.models.touch import StaffingFact, Touch, TouchKind
from amends.desk.models.user import Invitation, LinkKind, Refusal, Role, SignIn, Theme, User

__all__ = [
    "ESCALATE_HOURS",
    "MORNING_AT",
    "ONLY_FIRM",
    "AgreedItem",
    "Branch",
    "Case",
    "CaseStep",
    "Client",
    "ClientKey",
    "Dismissal",
    "Drop",
    "Dropped",
    "Event",
    "Firm",
    "FollowUp",
    "Forgotten",
    "HealthDay",
    "Holiday",
    "ImportSkip",
    "ImportStatus",
    "Invitation",
    "Known",
    "LetterKind",
    "LinkKind",
    "ListImport",
    "ListKind",
    "ListRow",
    "ListSource",
    "ListStatus",
    "MailFolder",
    "MailImport",
    "MailSkip",
    "Mailbox",
    "Meeting",
    "Message",
    "Notice",
    "NoticeChoice",
    "Outgoing",
    "Override",
    "Person",
    "PersonAddress",
    "Private",
    "Promise",
    "PromiseState",
    "Provider",
    "Reference",
    "Refusal",
    "Role",
    "RowOutcome",
    "Security",
    "SignIn",
    "Signal",
    "StaffingFact",
    "Standing",
    "Theme",
    "Touch",
    "TouchKind",
    "User",
    "Waiting",
    "Way",
]
