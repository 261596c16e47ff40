"""One evidence value of each scalar type: what was typed or sent, to its recorded form.

Taking a recorded form again gives the same form, so a journal can be judged anew.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from app.domain import N_, Invalid, Message
from app.domain.codec import clean
from app.domain.places import CODE
from app.domain.profile import Field, Texts

LARGEST = 2**53 - 1

_NUMBER = re.compile(r"[+-]?[0-9]{1,16}")
_CLOCK = re.compile(r"([0-9]{1,2})[.:]([0-9]{2})")
_ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_YEARS = range(2000, 2101)


@dataclass(frozen=True)
class Place:
    """Where a value stands: its field, its title for people, its name in the form."""

    spec: Field
    title: Texts
    name: str

    def refuse(self, reason: str, **params: object) -> Invalid:
        """The error to raise; ``title`` is among its parameters."""
        return Invalid(Message(reason, {"title": self.title, **params}, self.name))


def is_empty(raw: Any) -> bool:
    """Nothing was entered: None, blank text, no elements."""
    return raw is None or (isinstance(raw, str) and not tidy(raw)) or (isinstance(raw, list | tuple) and not raw)


def tidy(raw: str) -> str:
    """Clean text; cleaning it again changes nothing."""
    while (text := clean(raw)) != raw:
        raw = text
    return raw


def _string(place: Place, raw: Any) -> str:
    if not isinstance(raw, str):
        raise place.refuse(N_("%(title)s: must be a text."))
    return tidy(raw)


def _text(place: Place, raw: Any) -> str:
    text = _string(place, raw)
    if len(text) > place.spec.max_length:
        raise place.refuse(
            N_("%(title)s: %(value)s characters, at most %(limit)s fit."), value=len(text), limit=place.spec.max_length
        )
    return text


def _number(place: Place, raw: Any) -> int:
    spec = place.spec
    if isinstance(raw, str):
        typed = re.sub(r"[\s\u00a0\u202f]", "", raw).replace("\u2212", "-")
        if not _NUMBER.fullmatch(typed):
            raise place.refuse(N_("%(title)s: %(value)s is not a whole number."), value=raw[:40])
        raw = int(typed)
    if type(raw) is not int:
        raise place.refuse(N_("%(title)s: %(value)s is not a whole number."), value=str(raw)[:40])
    low, high = -LARGEST if spec.min is None else spec.min, LARGEST if spec.max is None else spec.max
    if raw < low:
        raise place.refuse(N_("%(title)s: %(value)s is below %(limit)s."), value=raw, limit=low)
    if raw > high:
        raise place.refuse(N_("%(title)s: %(value)s is above %(limit)s."), value=raw, limit=high)
    return raw


def _choice(place: Place, raw: Any) -> str:
    if raw not in [choice.id for choice in place.spec.choices]:
        raise place.refuse(N_("%(title)s: choose one of the answers."))
    return str(raw)


def _yesno(place: Place, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, str) and raw.lower() in ("yes", "no"):
        return raw.lower() == "yes"
    raise place.refuse(N_("%(title)s: answer yes or no."))


def _date(place: Place, raw: Any) -> str:
    text = _string(place, raw)
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY_FIRST.fullmatch(text):
        day, month, year = (int(part) for part in match.groups())
    else:
        raise place.refuse(N_("%(title)s: %(value)s is not a date, such as 2026-05-31 or 31.05.2026."), value=text[:40])
    try:
        found = date(year, month, day)
    except ValueError:
        raise place.refuse(N_("%(title)s: there is no date %(value)s."), value=text) from None
    if year not in _YEARS:
        raise place.refuse(N_("%(title)s: the year of %(value)s cannot be right."), value=text)
    return found.isoformat()


def _time(place: Place, raw: Any) -> str:
    text = _string(place, raw)
    match = _CLOCK.fullmatch(text)
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise place.refuse(N_("%(title)s: %(value)s is not a time, such as 07:15."), value=text[:40])
    return time(int(match[1]), int(match[2])).strftime("%H:%M")


def _datetime(place: Place, raw: Any) -> str:
    text = _string(place, raw)
    day, _, clock = text.replace("T", " ").partition(" ")
    if not clock:
        raise place.refuse(
            N_("%(title)s: %(value)s is not a date with a local time, such as 2026-05-31T07:15."), value=text[:40]
        )
    if clock.count(":") == 2:
        clock = clock.removesuffix(":00")
    return f"{_date(place, day)}T{_time(place, clock)}"


def _room(place: Place, raw: Any) -> str:
    text = _string(place, raw)
    if not CODE.fullmatch(text):
        raise place.refuse(N_("%(title)s: %(value)s is not a room: four digits, such as 0008."), value=text[:40])
    return text


def _sha256(place: Place, raw: Any) -> str:
    text = _string(place, raw).lower()
    if not _SHA256.fullmatch(text):
        raise place.refuse(N_("%(title)s: a checksum SHA-256 has 64 signs 0-9 and a-f."))
    return text


def _file(place: Place, raw: Any) -> dict[str, Any]:
    """A file in the store, by its checksum; the edge took it in before."""
    if not isinstance(raw, Mapping) or set(raw) != {"sha256", "name", "type", "size"}:
        raise place.refuse(N_("%(title)s: a file is missing or was not taken in."))
    if not isinstance(raw["size"], int) or isinstance(raw["size"], bool) or not 0 < raw["size"] <= LARGEST:
        raise place.refuse(N_("%(title)s: the file is empty."))
    name, kind = _string(place, raw["name"]), _string(place, raw["type"])
    if not name or len(name) > 255 or len(kind) > 127:
        raise place.refuse(N_("%(title)s: the file needs a name of at most 255 characters."))
    return {"sha256": _sha256(place, raw["sha256"]), "name": name, "type": kind, "size": raw["size"]}


def _signature(place: Place, raw: Any) -> dict[str, str]:
    """A mark of a person in the app; the printed sheet has a blank line for the pen."""
    if not isinstance(raw, Mapping) or set(raw) != {"person", "short"}:
        raise place.refuse(N_("%(title)s: the mark of a person is missing."))
    mark = {key: _text(place, raw[key]) for key in ("person", "short")}
    if not all(mark.values()):
        raise place.refuse(N_("%(title)s: the mark of a person is missing."))
    return mark


SCALARS: dict[str, Callable[[Place, Any], Any]] = {
    "text": _text, "person": _text, "serial": _text, "number": _number, "choice": _choice, "yesno": _yesno,
    "date": _date, "time": _time, "datetime": _datetime, "room": _room, "sha256": _sha256, "file": _file,
    "signature": _signature,
}  # fmt: skip
