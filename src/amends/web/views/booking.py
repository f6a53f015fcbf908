"""How many to book so that an order is full, how many to promise, and how full the desk is. Nothing is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from amends.core.booking import LEAST_KNOWN, chance_of, loss_of, times_as_long, to_book, to_promise
from amends.desk import clock
from amends.desk.queries.booking import desk_week, known_bookings
from amends.desk.queries.firm import the_firm
from amends.desk.queries.number import number_of
from amends.web.access import page
from amends.web.forms.booking import WHOLE, BookingForm, DeskForm

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from amends.core.booking import Known

MOST_BARS = 8  # bookings drawn beside each other; judgement
USUAL_LOSS, FULL_DESK = "booking.usual_loss", "booking.full_desk"  # as the firm has them (`queries.number`)
Row = dict[str, Any]


@page(methods=("GET", "HEAD"))
def promise_booking(request: HttpRequest) -> HttpResponse:
    """Reckon how many to book and to promise for an order, and how full the desk is this week."""
    now, firm = clock.now(), the_firm()
    known, week = known_bookings(now), desk_week(now)
    loss, full = loss_of(known, number_of(firm, USUAL_LOSS)), number_of(firm, FULL_DESK)
    ours = {"due": week.due, "keeps": week.keeps} if week else {}
    booking = BookingForm(request.GET if "needed" in request.GET else None)
    desk = DeskForm(request.GET if "due" in request.GET else None, initial=ours)
    filled = desk.cleaned_data if desk.is_valid() else ours if not desk.is_bound else {}
    shown = {
        "booking": booking,
        "desk": desk,
        "known": _of_ours(known, loss),
        "answer": _booked(booking.cleaned_data, loss) if booking.is_valid() else None,
        "load": _load(filled, full) if filled else None,
        "is_own_week": not desk.is_bound,
    }
    return render(request, "web/promise_booking.html", shown)


def _of_ours(known: Known, loss: float) -> str:
    """Say what the sum goes by: our own bookings, or what is usual."""
    if not known.is_enough:
        told = _("Too few of your own bookings are known (%(known)d of %(of)d): %(share)s %% are taken not to come.")
        return told % {"known": known.booked, "of": LEAST_KNOWN, "share": f"{WHOLE * loss:.3g}"}
    told = _("In the last year %(came)d of your people came and %(lost)d did not: %(share)d of a hundred.")
    return told % {"came": known.came, "lost": known.lost, "share": round(WHOLE * loss)}


def _booked(typed: Row, usual: float) -> Row:
    """Return how many to book, how many of those needed can be promised if no more are booked, and the chances."""
    needed, loss = typed["needed"], typed["loss"] / WHOLE if typed["loss"] else usual
    booked, promised = to_book(needed, loss), to_promise(needed, loss)
    full = _percent(chance_of(needed, needed, loss))
    told = ngettext(
        "With %(count)d booked, all come %(full)d times in a hundred.",
        "With %(count)d booked, all come %(full)d times in a hundred.",
        needed,
    )
    return {
        "title": _("Book %(booked)d, and %(needed)d come nine times in ten.") % {"booked": booked, "needed": needed},
        "text": told % {"count": needed, "full": full},
        "promise": _("If you book no more than %(needed)d, promise %(promised)d: so many come nine times in ten.")
        % {"needed": needed, "promised": promised},
        "bars": _bars(needed, booked, loss),
    }


def _bars(needed: int, booked: int, loss: float) -> list[Row]:
    """Return how likely the order is full with as many booked as needed, and with more."""
    step = max(1, -(-(booked - needed) // (MOST_BARS - 1)))
    counts = sorted({*range(needed, booked, step), booked})
    return [
        {"count": count, "chance": _percent(chance_of(needed, count, loss)), "is_enough": count == booked}
        for count in counts
    ]


def _percent(chance: float) -> int:
    return int(WHOLE * chance + 0.5)


def _load(typed: Row, full: float) -> Row:
    """Say how full the desk is, and how long things take on it."""
    used = typed["due"] / typed["keeps"]
    times, share = times_as_long(used), _percent(used)
    if times is None:
        text = _("More is due than you can do. What waits grows every week until something is moved or let go.")
    else:
        text = _("Each thing takes %(times)s times as long as on an empty desk.") % {"times": _times(times)}
    much = _("Above %(full)s %% each thing that is added holds up all the others. Promise later, or move something.")
    return {
        "title": _("The desk is %(share)d %% full.") % {"share": share},
        "text": text,
        "warning": much % {"full": f"{WHOLE * full:.3g}"} if full < used < 1 else "",
        "width": min(share, WHOLE),
    }


def _times(times: float) -> str:
    return f"{times:.1f}".removesuffix(".0")
