"""Learn: a team looks back, and what it learnt is changed for every client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from amends.core.case import Step
from amends.desk import clock
from amends.desk.actions.lesson import add_lesson, change_lesson, finish_lesson, look_back, remove_lesson
from amends.desk.queries.firm import the_firm
from amends.desk.queries.lesson import learnt_by, lessons_of, lessons_on, others_like, retrospective_of
from amends.desk.rules import Power, may
from amends.web import lesson_words
from amends.web.access import case_or_404, page, user_of
from amends.web.forms.attempt import attempt
from amends.web.forms.lesson import LessonForm, LookBackForm
from amends.web.forms.meanwhile import attempt_on
from amends.web.recovery_frame import step_page

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.desk.models import Case, Lesson, Retrospective

SHOWN = 100  # lessons on the page (judgement)


@page()
def learn(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the team looked back on and what it changes; its forms write both down."""
    case, do = case_or_404(request, pk), request.POST.get("do", "")
    row = retrospective_of(case)
    back = LookBackForm(request.POST if do == "back" else None, initial=LookBackForm.of(row) if row else _begun(case))
    lesson = LessonForm(request.POST if do == "lesson" else None, initial={"owner": case.lead_id})
    if request.method == "POST" and _done(request, case, row, back, lesson):
        return redirect("recovery-learn", case.pk)
    now = clock.now()
    shown = {
        "form": back if back.errors else lesson,
        "back_form": back,
        "lesson_form": lesson,
        "back": row,
        "looked_back": lesson_words.looked_back(row, now),
        "lessons": [lesson_words.lesson_row(one, now) for one in lessons_on(case)],
        "others": others_like(case, user_of(request)),
    }
    return step_page(request, case, Step.LEARN, "web/recovery/learn.html", shown)


def _begun(case: Case) -> dict[str, Any]:
    """Return what is known already: nobody writes the escape point twice."""
    return {"escape_point": case.escape_point}


def _done(request: HttpRequest, case: Case, row: Retrospective | None, back: LookBackForm, lesson: LessonForm) -> bool:
    """Make the change that was asked for; False when its form has mistakes."""
    by, now = user_of(request), clock.now()
    if not back.is_bound:
        return attempt(lesson, lambda: add_lesson(case, by=by, now=now, **lesson.told())) is not None

    def change() -> Retrospective:
        return look_back(case, by=by, now=now, **back.told())

    return (attempt_on(back, row, back.of, by, change) if row else attempt(back, change)) is not None


@page(methods=("GET", "HEAD"))
def lessons(request: HttpRequest) -> HttpResponse:
    """Show what keeps going wrong across clients, and what was changed."""
    user, now = user_of(request), clock.now()
    currency = the_firm().currency
    found = learnt_by(user, currency, now)
    shown = {
        "headline": lesson_words.headline(found),
        "is_enough": found.is_enough,
        "causes": lesson_words.causes(found, currency, now) if found.is_enough else [],
        "lessons": [lesson_words.lesson_row(one, now) for one in lessons_of(user)[:SHOWN]],
    }
    return render(request, "web/lessons.html", shown)


@page()
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one lesson; its forms change it, say that it is done, or take it back."""
    row = _lesson(request, pk)
    form = LessonForm(request.POST if request.POST.get("do") == "save" else None, initial=LessonForm.of(row))
    if request.method == "POST" and _kept(request, row, form):
        return redirect("recovery-learn", row.case_id) if row.case_id else redirect("lessons")
    told, may_work = lesson_words.lesson_row(row, clock.now()), may(user_of(request), Power.WORK)
    return render(request, "web/lesson.html", {"form": form, "lesson": row, "told": told, "may_work": may_work})


def _lesson(request: HttpRequest, pk: int) -> Lesson:
    found = lessons_of(user_of(request)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _kept(request: HttpRequest, row: Lesson, form: LessonForm) -> bool:
    by, now, do = user_of(request), clock.now(), request.POST.get("do", "")
    if do == "done":
        finish_lesson(row, by=by, now=now)
        messages.success(request, _("Changed for every client. Whether it helped shows in a quarter."))
        return True
    if do == "remove":
        remove_lesson(row, by=by, now=now)
        return True
    return attempt_on(form, row, form.of, by, lambda: change_lesson(row, by=by, now=now, **form.told())) is not None
