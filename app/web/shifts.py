"""The shift: who is on duty, hand it over, take it. Both with the code of their own key."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message, NotFound
from app.domain import facts as f
from app.domain.checklist import StepView, view
from app.domain.codec import clean
from app.domain.day import Day
from app.domain.duty import KINDS, Handover, handovers, on_duty, open_steps, pending, standings, technicians, waiting_of
from app.domain.plan import Member
from app.domain.policy import Action
from app.services import keys
from app.services import shifts as service
from app.services.record import record
from app.web.board import CSS
from app.web.confirm import unlocked
from app.web.context import actor, device, entry_id, member, now, open_day, posted, text, typed
from app.web.inputs import rows_in
from app.web.language import gettext, pick
from app.web.review import WORDS
from app.web.saved import told

blueprint = Blueprint("shifts", __name__, url_prefix="/days/<day_id>/shift")
EMPTY_LINES = 3  # without script
COLUMNS = ("kind", "name", "serial", "count")
Line = Mapping[str, str]  # column to what stands in the field


@dataclass(frozen=True)
class Work:
    """A step that was open at the handover, as it stands now."""

    id: str
    title: str
    css: str
    word: str


@blueprint.route("", methods=["GET", "POST"])
def overview(day_id: str) -> Response | str:
    """Who is on duty, what is open, the handovers so far; hand the shift over."""
    day = open_day(day_id, Action.SHIFT_HAND)
    if posted():
        return _hand_over(day)
    me = member(day)
    gives = _gives(day, me)
    others = [(m.person, m.short) for m in technicians(day) if me and m.person != me.person]
    return render_template(
        "shifts/overview.html", duty=standings(day), people=technicians(day), handovers=handovers(day)[::-1],
        for_me=pending(day, actor().person), mine=waiting_of(day, actor().person), gives=gives, others=others,
        work=[_work(v) for v in open_steps(day, me.role, now())] if me and gives else [],
        lines=_lines(day, typed()), kinds=[(k, gettext(t)) for k, t in KINDS.items()], entry_id=entry_id(), **_key(),
    )  # fmt: skip


def _gives(day: Day, me: Member | None) -> bool:
    """Whether this person may hand the shift over now."""
    return me is not None and me.person in {m.person for m in on_duty(day)} and not waiting_of(day, me.person)


def _key() -> dict[str, object]:
    state = keys.state(actor().person, now())
    return {"key": state, "remembered": keys.remembered(current_user.token, now()) is not None}


def _hand_over(day: Day) -> Response:
    numbers, items = _items(request.form)
    to, note, entry = request.form.get("to", ""), text("note"), entry_id()
    found = [_located(m, numbers) for m in service.examine(actor(), day.id, entry, to, items, note, now())]
    _stop(found)
    receipt = service.hand_over(actor(), day.id, entry, to, items, note, unlocked(), now(), device())
    told(gettext("The shift is handed over; you are on duty until it is taken"),
         gettext("Entry %(number)s.", number=receipt.number))  # fmt: skip
    return redirect(url_for("shifts.handover", day_id=day.id, handover=receipt.seq))


def _stop(found: list[Message]) -> None:
    """Raise everything that is wrong at once, a missing code too: no attempt is spent on it."""
    if keys.remembered(current_user.token, now()) is None and not request.form.get("code"):
        found.append(Message(N_("Enter your code."), field="code"))
    if found:
        raise Invalid(*found)


def _items(form: MultiDict[str, str]) -> tuple[list[int], list[f.Item]]:
    """Things of the lines that are not empty, and the number of the line of each."""
    numbers, items = [], []
    for number in range(rows_in(form, "items")):
        line = {c: clean(form.get(f"items.{number}.{c}", "")) for c in COLUMNS}
        if any(line.values()):
            count = line["count"] or "1"
            pieces = int(count) if count.isascii() and count.isdecimal() and len(count) < 10 else 0
            numbers.append(number)
            items.append(f.Item(line["kind"], line["name"], line["serial"], pieces))
    return numbers, items


def _located(message: Message, numbers: list[int]) -> Message:
    """The reason beside the field of the line that was typed."""
    head, _, rest = message.field.partition(".")
    number, _, column = rest.partition(".")
    if head != "items" or not column:
        return message
    line = numbers[int(number)]
    what = Message(N_("Line %(number)s: %(what)s"), {"number": line + 1, "what": message})
    return Message(what.id, what.params, f"items.{line}.{column}")


def _lines(day: Day, values: MultiDict[str, str] | None) -> list[Line]:
    """What stands in the table: typed, else the things of the last handover, then empty lines."""
    if values is not None:
        count = max(rows_in(values, "items"), EMPTY_LINES)
        return [{c: values.get(f"items.{n}.{c}", "") for c in COLUMNS} for n in range(count)]
    last = [
        {"kind": i.kind, "name": i.name, "serial": i.serial, "count": str(i.count)} for i in service.last_items(day)
    ]
    return [*last, *(dict.fromkeys(COLUMNS, "") for _ in range(1 if last else EMPTY_LINES))]


@blueprint.route("/<int:handover>", methods=["GET", "POST"])
def handover(day_id: str, handover: int) -> Response | str:
    """What is passed on; the one it is for looks and takes it."""
    day = open_day(day_id, Action.SHIFT_TAKE)
    found = _found(day, handover)
    return _take(day, found) if posted() else _shown(day, found)


@blueprint.route("/<int:handover>/withdraw", methods=["GET", "POST"])
def withdraw(day_id: str, handover: int) -> Response | str:
    """The giver takes back a handover that waits, with the reason."""
    day = open_day(day_id, Action.SHIFT_HAND)
    found = _found(day, handover)
    if not posted():
        return _shown(day, found)
    receipt = record(actor(), day_id, entry_id(), f.EntryVoided(handover, text("reason")), now(), device())
    told(gettext("The handover is withdrawn"), gettext("Entry %(number)s.", number=receipt.number))
    return redirect(url_for("shifts.overview", day_id=day.id))


def _found(day: Day, seq: int) -> Handover:
    found = service.find(day, seq)
    if found is None:
        raise NotFound(N_("There is no such handover."))
    return found


def _shown(day: Day, found: Handover) -> str:
    steps = [view(day.profile.step(s), day, now()) for s in found.act.fact.steps]
    return render_template(
        "shifts/handover.html", found=found, fact=found.act.fact, work=[_work(v) for v in steps], kinds=KINDS,
        for_me=found.waits and found.taker.person == actor().person, entry_id=entry_id(),
        mine=found.waits and found.giver.person == actor().person, **_key(),
    )  # fmt: skip


def _take(day: Day, found: Handover) -> Response:
    if found.waits and found.taker.person == actor().person:
        _stop([])
    receipt = service.take(actor(), day.id, entry_id(), found.act.seq, text("remark"), unlocked(), now(), device())
    told(gettext("You are on duty"), gettext("Entry %(number)s.", number=receipt.number))
    return redirect(url_for("today.board", day_id=day.id))


def _work(found: StepView) -> Work:
    return Work(found.step.id, pick(found.step.title), CSS[found.state] or "soon", WORDS[found.state]())
