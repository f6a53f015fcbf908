"""What was heard, contributions, causes and what is established: each row has a page on which it is changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from amends.core.case import Step
from amends.core.cause import Side
from amends.desk import clock
from amends.desk.actions import cause as causes
from amends.desk.actions import listening
from amends.desk.models import Cause, Contribution, Heard, LoggedFact
from amends.desk.rules import Power
from amends.web.access import case_or_404, number_asked, of_case_or_404, page, user_of
from amends.web.forms.attempt import attempt, posted
from amends.web.forms.meanwhile import attempt_on
from amends.web.forms.understand import (
    CauseForm,
    ContributionForm,
    EscapeForm,
    EstablishedForm,
    HeardForm,
    ReactionsForm,
)
from amends.web.recovery_frame import step_address

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model
    from django.http import HttpRequest, HttpResponse
    from django.utils.functional import _StrPromise

    from amends.desk.models import Case
    from amends.web.forms.meanwhile import MeanwhileForm


@dataclass(frozen=True)
class Kind:
    """One kind of row beneath a recovery: how it is typed, added, changed and removed, and what its page says."""

    place: str  # the part of the page of Understand where it stands
    title: _StrPromise
    form: type[Any]
    change: Callable[..., Any]
    model: type[Model] | None = None
    add: Callable[..., Any] | None = None
    remove: Callable[..., Any] | None = None
    hint: _StrPromise | str = ""
    is_private: bool = True


HEARD = Kind(
    "heard", gettext_lazy("What they said"), HeardForm, listening.change_heard, Heard,
    remove=listening.remove_heard, is_private=False,
)  # fmt: skip
CONTRIBUTION = Kind(
    "map", gettext_lazy("What was done"), ContributionForm, causes.change_contribution, Contribution,
    causes.map_contribution, causes.remove_contribution,
    gettext_lazy("A share says how much of it this explains. If nobody can tell, leave it open."),
)  # fmt: skip
CAUSE = Kind(
    "whys", gettext_lazy("Why did it happen?"), CauseForm, causes.change_cause, Cause,
    causes.add_cause, causes.remove_cause,
    gettext_lazy("A cause is something you could change. A person’s name is where the next why begins."),
)  # fmt: skip
ESTABLISHED = Kind(
    "established", gettext_lazy("What is established"), EstablishedForm, listening.change_logged_fact, LoggedFact,
    listening.log_fact, listening.remove_logged_fact,
)  # fmt: skip
REACTIONS = Kind(
    "map", gettext_lazy("How each side took it"), ReactionsForm, causes.note_reactions,
    hint=gettext_lazy("Where a quarrel is old, how each side reacted matters more than who began."),
)  # fmt: skip
ESCAPE = Kind("whys", gettext_lazy("Why did we not notice?"), EscapeForm, causes.note_escape)


@page(Power.WORK)
def contribution_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what one side did; `side` in the address says which."""
    side = request.GET.get("side", "")
    return _added(request, case_or_404(request, pk), CONTRIBUTION, {"side": side if side in {*Side} else Side.OURS})


@page(Power.WORK)
def cause_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a why; `parent` in the address says of what. If that is gone meanwhile, it stands by itself."""
    case = case_or_404(request, pk)
    parent = Cause.objects.filter(case=case, pk=number_asked(request, "parent") or 0).first()
    return _added(request, case, CAUSE, {"theme": parent.theme if parent else case.theme}, parent=parent)


@page(Power.WORK)
def established_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add what is established."""
    return _added(request, case_or_404(request, pk), ESTABLISHED, {})


@page(Power.WORK)
def heard(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct, or take out, what was heard."""
    return _changed(request, pk, HEARD)


@page(Power.WORK)
def contribution(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or remove a contribution."""
    return _changed(request, pk, CONTRIBUTION)


@page(Power.WORK)
def cause(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or remove a cause."""
    return _changed(request, pk, CAUSE)


@page(Power.WORK)
def established(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or remove what is established."""
    return _changed(request, pk, ESTABLISHED)


@page(Power.WORK)
def reactions(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down how each side took it."""
    return _saved(request, case_or_404(request, pk), REACTIONS)


@page(Power.WORK)
def escape(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down why nobody noticed."""
    return _saved(request, case_or_404(request, pk), ESCAPE)


def _added(request: HttpRequest, case: Case, kind: Kind, initial: dict[str, Any], **more: Any) -> HttpResponse:
    form, by, now = kind.form(posted(request), initial=initial), user_of(request), clock.now()
    add = kind.add
    assert add is not None  # noqa: S101  (for the type checker: only kinds that are added come here)
    told = {"by": by, "now": now, **more}
    if request.method == "POST" and attempt(form, lambda: add(case, **told, **form.cleaned_data)):
        messages.success(request, _("Written down."))
        return redirect(_place(case, kind))
    return _page(request, case, kind, form, parent=more.get("parent"), draft=f"{kind.place}-new-{case.pk}")


def _changed(request: HttpRequest, pk: int, kind: Kind) -> HttpResponse:
    assert kind.model is not None  # noqa: S101  (for the type checker: only kinds with rows of their own come here)
    assert kind.remove is not None  # noqa: S101  (the same)
    row = of_case_or_404(request, kind.model._default_manager.all(), pk)  # noqa: SLF001  (whichever model it is)
    if request.POST.get("do") == "remove":
        kind.remove(row, by=user_of(request), now=clock.now())
        messages.success(request, _("Taken out. The record keeps what it was."))
        return redirect(_place(row.case, kind))
    return _saved(request, row.case, kind, row)


def _saved(request: HttpRequest, case: Case, kind: Kind, row: Any = None) -> HttpResponse:
    of = row or case
    form, by = kind.form(posted(request), initial=kind.form.of(of)), user_of(request)
    now = clock.now()
    if request.method == "POST" and attempt_on(
        form, of, form.of, by, lambda: kind.change(of, by=by, now=now, **form.cleaned_data)
    ):
        messages.success(request, _("Saved."))
        return redirect(_place(case, kind))
    return _page(request, case, kind, form, row=row, asks=bool(row) and "remove" in request.GET)


def _page(request: HttpRequest, case: Case, kind: Kind, form: MeanwhileForm, **more: Any) -> HttpResponse:
    shown = {"case": case, "client": case.client, "kind": kind, "form": form, "up_href": _place(case, kind), **more}
    return render(request, "web/recovery/row.html", shown)


def _place(case: Case, kind: Kind) -> str:
    return f"{step_address(case, Step.UNDERSTAND)}#{kind.place}"
