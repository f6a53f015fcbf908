"""What is kept: one file for each noun, the same name in every layer."""

from __future__ import annotations

from amends.desk.models.agreement import Sheet, SheetItem, SheetState
from amends.desk.models.apology import Apology, FirmPhrase
from amends.desk.models.calendar import Feed
from amends.desk.models.case import Case, CaseRole, CaseStep, FollowUp
from amends.desk.models.cause import Cause, Contribution
from amends.desk.models.client import Client, ClientKey, Forgotten, Person, PersonAddress, Standing
from amends.desk.models.decision import Opinion
from amends.desk.models.event import Event
from amends.desk.models.firm import ESCALATE_HOURS, MORNING_AT, ONLY_FIRM, Branch, Firm, Holiday
from amends.desk.models.health import Dismissal, HealthDay, Override, Signal
from amends.desk.models.intake import ImportSkip, ImportStatus, MailImport
from amends.desk.models.lesson import Lesson, Retrospective
from amends.desk.models.listening import Heard, LoggedFact
from amends.desk.models.listing import Known, ListImport, ListKind, ListRow, ListSource, ListStatus, RowOutcome
from amends.desk.models.mailbox import (
    Drop,
    Dropped,
    FolderMessage,
    Mailbox,
    MailFolder,
    MailSkip,
    Private,
    Provider,
    Security,
)
from amends.desk.models.meeting import Meeting
from amends.desk.models.message import Message, Reference
from amends.desk.models.outgoing import LetterKind, Notice, NoticeChoice, Outgoing, Way
from amends.desk.models.page import ClientPage, PageKind, PageLine, PageLink
from amends.desk.models.parting import HandOver, Parting
from amends.desk.models.plan import PlanAction, PlanInput, Playbook
from amends.desk.models.promise import AgreedItem, FoundPromise, FoundState, Promise, PromiseState, Waiting
from amends.desk.models.pulse import Pulse
from amends.desk.models.reparation import Reparation
from amends.desk.models.touch import StaffingFact, Touch, TouchKind
from amends.desk.models.user import Invitation, LinkKind, Refusal, Role, SignIn, Theme, User

__all__ = [
    "ESCALATE_HOURS",
    "MORNING_AT",
    "ONLY_FIRM",
    "AgreedItem",
    "Apology",
    "Branch",
    "Case",
    "CaseRole",
    "CaseStep",
    "Cause",
    "Client",
    "ClientKey",
    "ClientPage",
    "Contribution",
    "Dismissal",
    "Drop",
    "Dropped",
    "Event",
    "Feed",
    "Firm",
    "FirmPhrase",
    "FolderMessage",
    "FollowUp",
    "Forgotten",
    "FoundPromise",
    "FoundState",
    "HandOver",
    "HealthDay",
    "Heard",
    "Holiday",
    "ImportSkip",
    "ImportStatus",
    "Invitation",
    "Known",
    "Lesson",
    "LetterKind",
    "LinkKind",
    "ListImport",
    "ListKind",
    "ListRow",
    "ListSource",
    "ListStatus",
    "LoggedFact",
    "MailFolder",
    "MailImport",
    "MailSkip",
    "Mailbox",
    "Meeting",
    "Message",
    "Notice",
    "NoticeChoice",
    "Opinion",
    "Outgoing",
    "Override",
    "PageKind",
    "PageLine",
    "PageLink",
    "Parting",
    "Person",
    "PersonAddress",
    "PlanAction",
    "PlanInput",
    "Playbook",
    "Private",
    "Promise",
    "PromiseState",
    "Provider",
    "Pulse",
    "Reference",
    "Refusal",
    "Reparation",
    "Retrospective",
    "Role",
    "RowOutcome",
    "Security",
    "Sheet",
    "SheetItem",
    "SheetState",
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
