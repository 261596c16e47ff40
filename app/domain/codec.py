"""Plain JSON values <-> frozen dataclasses; canonical JSON (RFC 8785) for hashing.

Facts hold no floats, keys are ASCII, text is NFC without control characters, times are
UTC strings with milliseconds and ``Z`` (formats.md, "Our journal").
"""

import json
import re
import types
import typing
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from app.domain import N_, DomainError

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class BadValue(DomainError):
    """A value that a fact may not hold."""

    status = 422


def instant(moment: datetime) -> str:
    """``2026-06-01T05:02:00.000Z``. Raises BadValue for a naive datetime."""
    if moment.tzinfo is None:
        raise BadValue(N_("A time without zone cannot be recorded."))
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def moment(text: str) -> datetime:
    """Inverse of :func:`instant`; aware UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def clean(text: str) -> str:
    """NFC; line ends and tabs become a space, other control characters go, outer space goes."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return CONTROL.sub("", text).strip()


def plain(value: Any) -> Any:
    """Dataclass tree to JSON values. Raises BadValue for floats, naive times, unclean text, non-ASCII keys."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = str(value)
        if CONTROL.search(text) or not unicodedata.is_normalized("NFC", text):
            raise BadValue(N_("Text must be normalised before it is recorded: %(text)s"), text=text[:40])
        return text
    if isinstance(value, int):
        if abs(value) > 2**53 - 1:
            raise BadValue(N_("The number is too large: %(number)s"), number=value)
        return value
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        if not all(isinstance(k, str) and k.isascii() for k in value):
            raise BadValue(N_("Keys of a fact are ASCII."))
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [plain(v) for v in value]
    raise BadValue(N_("A fact cannot hold %(kind)s."), kind=type(value).__name__)


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of JSON values without floats (for those, sorted compact JSON is JCS)."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def build(cls: type, data: Mapping[str, Any]) -> Any:
    """JSON values to the dataclass ``cls``; a missing key takes its default, one unknown or misfit raises BadValue."""
    hints = _hints(cls)
    if unknown := set(data) - set(hints):
        raise BadValue(N_("Unknown field %(name)s."), name=sorted(unknown)[0])
    try:
        return cls(**{k: _value(hints[k], v) for k, v in data.items()})
    except (TypeError, ValueError, AttributeError) as err:
        raise BadValue(N_("A field is missing or is not what it should be: %(detail)s"), detail=str(err)) from err


def _value(hint: Any, value: Any) -> Any:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _value(next(a for a in args if a is not type(None)), value)
    if origin is tuple:
        return tuple(_value(args[0], v) for v in value)
    if hint is datetime:
        return moment(value)
    if isinstance(hint, type) and is_dataclass(hint):
        return build(hint, value)
    if hint in (str, int, bool) and type(value) is not hint:
        raise TypeError(f"{hint.__name__} expected")
    return value
