"""A whole recovery on paper, for the team alone: what was said, thought, planned, given and learnt, in that order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from amends.core.cause import Side
from amends.desk.models import Apology, Parting, Retrospective
from amends.desk.queries.case import history_of, status_name
from amends.desk.queries.decision import choice_name, views_of
from amends.desk.queries.theme import kind_name, theme_name
from amends.web import recovery_words, wording
from amends.web.paper.shape import Items, Paper, Quote, Section, Table, Words, bullets, section

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from amends.desk.models import Case, Cause, Firm, PlanAction, Reparation, User

Sections = tuple[Section, ...]


def whole_case(case: Case, firm: Firm, user: User, now: datetime) -> Paper:
    """Return everything that is kept of a recovery that `user` may see, in the order of the steps."""
    parts = (
        _about(case, now), _decided(case, user, now), _heard(case, now), _underneath(case), _owned(case, now),
        _planned(case, now), _made_good(case, now), _followed(case, now), _parted(case, now), _learnt(case, now),
        _history(case, now),
    )  # fmt: skip
    return Paper(
        _("The recovery of %(client)s") % {"client": case.client},
        _("%(status)s, opened %(day)s") % {
            "status": status_name(case.status), "day": wording.when(case.opened_at, now),
        },
        firm.name,
        tuple(one for part in parts for one in part),
        private=_("Only your team sees this"),
        foot=_("%(firm)s, recovery %(number)d") % {"firm": firm.name, "number": case.pk},
    )  # fmt: skip


def _line(label: str, text: object) -> str:
    """Write one line, "Lead: Priya Raman"; nothing where there is nothing to say."""
    return _("%(label)s: %(text)s") % {"label": label, "text": text} if text else ""


def _days(on: date | datetime | None, now: datetime) -> str:
    return wording.when(on, now) if on else ""


def _about(case: Case, now: datetime) -> Sections:
    roles = ", ".join(str(role.user) for role in case.roles.select_related("user"))
    told = (
        _line(_("Lead"), case.lead),
        _line(_("Team"), roles),
        _line(_("How it feels to them"), recovery_words.feeling(case.severity)),
        _line(_("Kind of failure"), kind_name(case.kind)),
        _line(_("What went wrong"), theme_name(case.theme)),
        _line(_("Known since"), _days(case.known_at, now)),
        _line(_("They ask for"), case.remedy),
    )
    by = ", ".join(part for part in (str(case.person or ""), _days(case.opened_at, now)) if part)
    return section(_("What happened"), [Quote(case.words, by), bullets(told)])


def _decided(case: Case, user: User, now: datetime) -> Sections:
    """Return the decision, and the views as far as `user` may see them by now."""
    views_seen = views_of(case, user, now)
    seen = [one for one in (views_seen.mine, *views_seen.others) if one]
    views = Table(
        (_("Who"), _("View"), _("Reason")),
        tuple((str(one.user), choice_name(one.choice), one.reason) for one in seen),
    )
    decided = _line(_("Decided"), choice_name(case.decision)) if case.decision else ""
    by = _line(_("By"), f"{case.decided_by}, {_days(case.decided_at, now)}") if case.decided_by else ""
    return section(_("Decide"), [bullets((decided, by, case.decision_note)), views])


def _heard(case: Case, now: datetime) -> Sections:
    return section(_("What they said"), [Quote(one.words, _days(one.said_at, now)) for one in case.heard.all()])


def _underneath(case: Case) -> Sections:
    names = {Side.OURS: _("We"), Side.THEIRS: _("They"), Side.SITUATION: _("The situation")}
    shares = Table(
        (_("Who"), _("What"), _("How we know"), _("Share")),
        tuple(
            (str(names[Side(one.side)]), one.what, one.evidence, f"{one.share} %" if one.share is not None else "–")
            for one in case.contributions.all()
        ),
    )
    told = (
        _line(_("How we took it"), case.our_reaction),
        _line(_("How they took it"), case.their_reaction),
        _line(_("Why we did not notice"), case.escape_point),
    )
    facts = bullets(fact.what for fact in case.facts.all())
    return (
        *section(_("What is established"), [facts]),
        *section(_("What lies underneath"), [shares, bullets(told), bullets(_whys(list(case.causes.all())))]),
    )


def _whys(causes: list[Cause], parent: int | None = None, depth: int = 0) -> Iterator[str]:
    """Yield the tree of whys, a line each, indented by how deep it lies."""
    for cause in causes:
        if cause.parent_id == parent:
            yield "– " * depth + cause.what
            yield from _whys(causes, cause.pk, depth + 1)


def _owned(case: Case, now: datetime) -> Sections:
    apology = Apology.objects.filter(case=case).select_related("apologiser").first()
    if apology is None:
        return ()
    told = (
        _line(_("Who apologizes"), apology.apologiser),
        _line(_("Said"), _days(apology.said_at, now)),
        _line(_("Why by mail"), apology.why_by_mail),
        apology.said,
    )
    return section(_("Own it"), [bullets(told), Quote(apology.answer), Words(apology.note)])


def _planned(case: Case, now: datetime) -> Sections:
    head = (_("We heard"), _("So we will"), _("Who"), _("By"), _("How it stands"))
    rows = case.plan.select_related("owner", "heard")
    told = tuple(
        (
            wording.said(row.heard.words) if row.heard else "",
            row.what,
            str(row.owner or ""),
            wording.day(row.due_on, now),
            _stands(row),
        )
        for row in rows
    )
    return section(_("Plan"), [Table(head, told)])


def _stands(row: PlanAction) -> str:
    if row.verified_at:
        return _("They say it holds")
    if row.done_at:
        return _("Done")
    return wording.said(row.answer_words) or (_("Agreed") if row.answer == "agreed" else _("Open"))


def _made_good(case: Case, now: datetime) -> Sections:
    given = case.reparations.select_related("approved_by")
    return section(_("Make good"), [bullets(_amends(one, now) for one in given)])


def _amends(one: Reparation, now: datetime) -> str:
    parts = (
        wording.money(one.offer, one.currency) if one.offer else "",
        one.in_kind,
        _("%(sum)s that was owed anyway") % {"sum": wording.money(one.owed, one.currency)} if one.owed else "",
        _("agreed to by %(name)s") % {"name": one.approved_by} if one.approved_by else "",
        _("given %(day)s") % {"day": wording.day(one.given_on, now)} if one.given_on else "",
    )
    return ", ".join(part for part in parts if part)


def _followed(case: Case, now: datetime) -> Sections:
    rows = case.followups.exclude(done_at=None)
    told = Table(
        (_("Check-in"), _("What they said")),
        tuple((wording.day(one.done_at or one.due_on, now), one.outcome) for one in rows),
    )
    return section(_("Follow up"), [told, Words(_line(_("Called mended because"), case.mended_anyway))])


def _parted(case: Case, now: datetime) -> Sections:
    parting = Parting.objects.filter(case=case).first()
    if parting is None:
        return ()
    told = (
        _line(_("Called"), _days(parting.called_at, now)),
        _line(_("Note sent"), _days(parting.note_sent_on, now)),
        _line(_("Met"), _days(parting.met_on, now)),
        _line(_("What was owed is paid"), _days(parting.owed_paid_on, now)),
        _line(_("A hello on"), _days(parting.hello_on, now)),
        _line(_("Who may hear of it"), parting.who_may_hear),
    )
    handed = Items(tuple((one.what, one.done_at is not None) for one in parting.hand_over.all()))
    return section(_("Part well"), [bullets(told), handed])


def _learnt(case: Case, now: datetime) -> Sections:
    looked = Retrospective.objects.filter(case=case).first()
    told = (
        (
            _line(_("What we did well"), looked.did_well),
            _line(_("What we could do better"), looked.do_better),
            _line(_("Why we did not notice"), looked.escape_point),
        )
        if looked
        else ()
    )
    head = (_("Lesson"), _("Why"), _("Who"), _("By"))
    lessons = tuple(
        (one.what, one.why, str(one.owner or ""), wording.day(one.due_on, now))
        for one in case.lessons.select_related("owner")
    )
    return section(_("Learn"), [bullets(told), Table(head, lessons)])


def _history(case: Case, now: datetime) -> Sections:
    rows = [recovery_words.entry(told, now) for told in history_of(case)]
    told = tuple(
        (row["when"], " ".join(part for part in (row["title"], row["text"]) if part)) for row in reversed(rows)
    )
    return section(_("When it happened"), [Table((_("When"), _("What")), told)])
