"""The forms about outages and uploads: a fact as typed, and what the fields hold. Corrections use the same."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import request
from werkzeug.datastructures import MultiDict

from app.domain import Invalid, Message
from app.domain import facts as f
from app.domain.codec import clean
from app.domain.day import Day
from app.domain.outages import CAUSES, DECISIONS
from app.web.context import now, typed
from app.web.inputs import room_label
from app.web.outage_words import ANSWERS, FAILED, choices
from app.web.show import clock, local, role
from app.web.steps import Tile
from app.web.times import Reader, shows_date

TAGS = ("outage.opened", "outage.told", "outage.decided", "outage.restored", "footage.uploaded")


class _Form:
    """The fields of one fact in the request, each behind ``prefix``."""

    def __init__(self, day: Day, prefix: str) -> None:
        self.prefix, self.reader = prefix, Reader(request.form, day)

    def text(self, name: str) -> str:
        return clean(request.form.get(self.prefix + name, ""))

    def several(self, name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(request.form.getlist(self.prefix + name)))

    def moment(self, name: str, otherwise: datetime) -> datetime:
        return self.reader.moment(self.prefix + name, otherwise)

    def entry(self, name: str) -> int | None:
        given = self.text(name)
        return int(given) if given.isascii() and given.isdecimal() and len(given) < 10 else None


def read(day: Day, tag: str, target: int = 0, old: Any = None, prefix: str = "") -> Any:
    """The fact as typed; ``old``: what a correction starts from. Raises Invalid for times that cannot be read."""
    form = _Form(day, prefix)
    at = form.moment("at", old.at if old else now())
    fact = _READ[tag](form, target, at, old)
    form.reader.stop()
    late = form.text("late_reason") or (old.late_reason if old else "")
    return replace(fact, late_reason=late)


def _opened(form: _Form, target: int, at: datetime, old: f.OutageOpened | None) -> f.OutageOpened:
    return f.OutageOpened(
        form.text("kind"), form.several("rooms"), at, form.text("cause"), form.text("text"),
        form.text("local_recording"), old.cameras if old else form.several("cameras"),
        old.seen if old else form.entry("seen"),
    )  # fmt: skip


def _told(form: _Form, target: int, at: datetime, old: f.OutageTold | None) -> f.OutageTold:
    return f.OutageTold(old.target if old else target, form.text("whom"), at, form.text("text"))


def _decided(form: _Form, target: int, at: datetime, old: f.OutageDecided | None) -> f.OutageDecided:
    about = old.target if old else target
    return f.OutageDecided(about, form.text("decision"), form.text("decided_by"), at, form.text("text"))


def _restored(form: _Form, target: int, at: datetime, old: f.OutageRestored | None) -> f.OutageRestored:
    return f.OutageRestored(old.target if old else target, at, form.text("text"), form.text("local_recording"))


def _uploaded(form: _Form, target: int, at: datetime, old: f.FootageUploaded | None) -> f.FootageUploaded:
    start = form.moment("start", old.period.start if old else at)
    end = form.moment("end", old.period.end if old else at)
    about = old.outage if old else form.entry("outage")
    return f.FootageUploaded(form.several("rooms"), at, f.Period(start, end), about, form.text("text"))


_READ: dict[str, Callable[[_Form, int, datetime, Any], Any]] = dict(
    zip(TAGS, (_opened, _told, _decided, _restored, _uploaded), strict=True)
)


def located(err: Invalid, prefix: str) -> Invalid:
    """The reasons beside the fields of the form with this prefix."""
    return Invalid(
        *(
            Message(m.id, m.params, m.field if not m.field or m.field.startswith(prefix) else prefix + m.field)
            for m in err.messages
        )
    )


def held(day: Day, tag: str, fact: Any = None, prefix: str = "", **proposed: Any) -> dict[str, Any]:
    """What the fields of a form hold, and what they offer: typed before the fact's own, before what is proposed."""
    values = typed()
    start = {name: getattr(fact, name) for name in _PLAIN if hasattr(fact, name)} if fact else proposed
    texts = {name: str(start.get(name) or "") for name in _PLAIN}
    at = fact.at if fact else proposed.get("at", now())
    times = {"at": at}
    if tag == "footage.uploaded":
        period = fact.period if fact else proposed["period"]
        times |= {"start": period.start, "end": period.end}
    for name, moment in times.items():
        texts |= {name: clock(moment), f"{name}_date": local(moment).date().isoformat()}
    if values is not None:
        texts |= {name: values[prefix + name] for name in texts if prefix + name in values}
    chosen = _several(values, prefix + "rooms") if values is not None else getattr(fact, "rooms", None)
    return texts | {
        "tag": tag, "prefix": prefix, "late": bool(proposed.get("late")),
        "dated": shows_date(day, now(), *times.values()), "offers": offers(day, tag),
        "tiles": _tiles(day, proposed.get("rooms", ()) if chosen is None else chosen),
        "cameras": () if fact else proposed.get("cameras", ()),
    }  # fmt: skip


_PLAIN = ("kind", "cause", "text", "local_recording", "whom", "decision", "decided_by", "late_reason", "seen", "outage")


def _several(values: MultiDict[str, str], name: str) -> tuple[str, ...]:
    return tuple(values.getlist(name))


def _tiles(day: Day, chosen: tuple[str, ...]) -> tuple[Tile, ...]:
    return tuple(Tile(r.code, room_label(r).removeprefix(r.code).strip(), False, r.code in chosen) for r in day.rooms)


def offers(day: Day, tag: str) -> dict[str, list[tuple[str, str]]]:
    """What the lists of the forms offer."""
    answers = [(key, word()) for key, word in ANSWERS.items() if key or tag == "outage.opened"]
    return {
        "kind": [(key, word()) for key, word in FAILED.items()], "cause": choices(CAUSES),
        "decision": choices(DECISIONS), "local_recording": answers,
        "people": [(m.person, f"{m.short}, {role(m.role)}") for m in day.roster.values()],
    }  # fmt: skip
