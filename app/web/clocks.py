"""How far the clocks of recorders and cameras are off, and the form of who compares one by hand."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message, localtime
from app.domain import facts as f
from app.domain.day import Day
from app.domain.policy import Action, allowed_on
from app.domain.sights import measured
from app.services.record import record
from app.web.context import actor, device, entry_id, now, open_day, posted, text
from app.web.saved import saved
from app.web.show import NBSP, local, span, when
from app.web.times import a_date

blueprint = Blueprint("clocks", __name__, url_prefix="/days/<day_id>/clocks")
BY_HAND = 2000  # ms: a person reads two clocks to a second each
_EXACT = re.compile(r"([0-9]{1,2})[:.\s]?([0-9]{2})[:.\s]?([0-9]{2})")


@dataclass(frozen=True)
class ClockLine:
    """A device and its clock in words. ``last`` is empty while it was measured once."""

    device: str
    first: str
    last: str
    how: str


@blueprint.route("", methods=["GET", "POST"])
def overview(day_id: str) -> Response | str:
    """The offsets of the day's devices; comparing one by hand."""
    day = open_day(day_id, Action.CLOCK_MEASURE)
    if posted():
        fact = _typed(day)
        receipt = record(actor(), day_id, entry_id(), fact, now(), device())
        said = gettext("Clock of %(device)s: %(offset)s", device=fact.device, offset=offset_words(fact))
        saved(receipt, said, day_id, correctable=False)
        return redirect(url_for("clocks.overview", day_id=day_id))
    return render_template(
        "clocks/page.html", lines=_lines(day), devices=_names(day), entry_id=entry_id(),
        may=allowed_on(day, actor(), Action.CLOCK_MEASURE), today=local(now()).date().isoformat(),
    )  # fmt: skip


def _names(day: Day) -> dict[str, str]:
    """Every recorder and camera, recorders first: their footage is named by that clock."""
    return {d.id: " · ".join(filter(None, (d.id, d.title))) for d in (*day.recorders, *day.cameras)}


def _lines(day: Day) -> list[ClockLine]:
    found = []
    known = measured(day)
    for name in [n for n in _names(day) if n in known] + [n for n in known if n not in _names(day)]:
        first, last = known[name][0], known[name][-1]
        found.append(ClockLine(name, _said(first), _said(last) if last is not first else "", _how(last)))
    return found


def _said(fact: f.ClockMeasured) -> str:
    return f"{offset_words(fact)} · {when(fact.at)}"


def _how(fact: f.ClockMeasured) -> str:
    return gettext("by hand") if fact.source == "hand" else gettext("told by the device")


def offset_words(fact: f.ClockMeasured) -> str:
    """``95 s behind, ± 2 s``"""
    off, error = timedelta(milliseconds=abs(fact.offset_ms)), timedelta(milliseconds=fact.error_ms)
    exact = gettext("± %(error)s", error=_seconds(error)).replace(" ", NBSP)
    if off <= error:
        return gettext("right, %(error)s", error=exact)
    said = _seconds(off) if off < timedelta(minutes=2) else span(off)
    ahead = gettext("%(span)s ahead, %(error)s", span=said, error=exact)
    return ahead if fact.offset_ms > 0 else gettext("%(span)s behind, %(error)s", span=said, error=exact)


def _seconds(length: timedelta) -> str:
    return gettext("%(seconds)s s", seconds=f"{length.total_seconds():.1f}".removesuffix(".0")).replace(" ", NBSP)


# ---------------------------------------------------------------- what was typed


def _typed(day: Day) -> f.ClockMeasured:
    """Both clocks as they were read at one moment. Raises Invalid."""
    problems: list[Message] = []
    shown = _moment(day, "shown", problems)
    at = _moment(day, "real", problems) if request.form.get("real", "").strip() else now()
    if not request.form.get("shown", "").strip():
        problems = [m for m in problems if m.field != "shown"]
        problems.append(Message(N_("Enter what the device showed."), field="shown"))
    if problems or shown is None or at is None:
        raise Invalid(*problems)
    offset = round((shown - at) / timedelta(milliseconds=1))
    return f.ClockMeasured(text("device"), at, offset, BY_HAND)


def _moment(day: Day, name: str, problems: list[Message]) -> datetime | None:
    """A clock time to the second, on the date beside it."""
    value = request.form.get(name, "").strip()
    match = _EXACT.fullmatch(value)
    typed_date = request.form.get(f"{name}_date", "").strip()
    on = a_date(typed_date) if typed_date else local(now()).date()
    if on is None:
        text_ = N_("%(value)s is not a date. Enter it as 2026-06-01.")
        problems.append(Message(text_, {"value": typed_date[:20]}, f"{name}_date"))
    if match is None or int(match[1]) > 23 or int(match[2]) > 59 or int(match[3]) > 59:
        problems.append(Message(N_("%(value)s is not a time. Enter it as 08:41:07."), {"value": value[:20]}, name))
        return None
    return _there(day, on, time(*(int(part) for part in match.groups()))) if on else None


def _there(day: Day, on: date, at: time) -> datetime:
    """The moment by the centre's clock; where that shows it twice, the one nearer to now."""
    found = localtime.read(on, at.replace(second=0), day.zone).moments
    seconds = timedelta(seconds=at.second)
    if not found:  # an hour that the clock leaves out; the device shows it all the same
        return datetime.combine(on, at, day.zone).astimezone(UTC)
    return min((m + seconds for m in found), key=lambda m: abs(m - now()))
