"""Plain JSON values <-> frozen dataclasses; canonical JSON (RFC 8785) for hashing.

Facts hold no floats, keys are ASCII, text is NFC without control characters, times are
UTC strings with milliseconds and ``Z`` (formats.md, "Our journal").
"""

import json
import re
import types
import typing
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache, partial
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
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def moment(text: str) -> datetime:
    """Inverse of :func:`instant`; aware UTC."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def clean(text: str) -> str:
    """NFC; line ends and tabs become a space, other control characters go, outer space goes."""
    text = " ".join(text.split())
    if text.isascii() and text.isprintable():
        return text
    return CONTROL.sub("", unicodedata.normalize("NFC", text)).strip()


def plain(value: Any) -> Any:
    """Dataclass tree to JSON values. Raises BadValue for floats, naive times, unclean text, non-ASCII keys."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        text = str(value)
        if text.isascii() and text.isprintable():
            return text
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
        found = {name: plain(getattr(value, name)) for name in _names(type(value))}
        for name, default in _later(type(value)):
            if found[name] == default:
                del found[name]
        return found
    if isinstance(value, Mapping):
        if not all(isinstance(k, str) and k.isascii() for k in value):
            raise BadValue(N_("Keys of a fact are ASCII."))
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return [plain(v) for v in value]
    raise BadValue(N_("A fact cannot hold %(kind)s."), kind=type(value).__name__)


_CANONICAL = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of JSON values without floats (for those, sorted compact JSON is JCS)."""
    return _CANONICAL.encode(value).encode()


def later(default: Any) -> Any:
    """A field that a fact or a part of one got after its first day: left out of the bytes while it holds its default.

    So what was written before gives the same bytes when it is written again.
    """
    return field(default=default, metadata={"later": True})


@cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


@cache
def _later(cls: type) -> tuple[tuple[str, Any], ...]:
    return tuple((f.name, plain(f.default)) for f in fields(cls) if f.metadata.get("later"))


Reader = Callable[[Any], Any]


@cache
def _readers(cls: type) -> dict[str, Reader | None]:
    """For every field of a dataclass what makes its value from JSON; None where any value is taken as it is."""
    return {name: _reader(hint) for name, hint in typing.get_type_hints(cls).items()}


def build(cls: type, data: Mapping[str, Any]) -> Any:
    """JSON values to the dataclass ``cls``; a missing key takes its default, one unknown or misfit raises BadValue."""
    readers = _readers(cls)
    try:
        return cls(**{k: value if (read := readers[k]) is None else read(value) for k, value in data.items()})
    except KeyError:
        raise BadValue(N_("Unknown field %(name)s."), name=min(set(data) - set(readers))) from None
    except (TypeError, ValueError, AttributeError) as err:
        raise BadValue(N_("A field is missing or is not what it should be: %(detail)s"), detail=str(err)) from err


def _reader(hint: Any) -> Reader | None:
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _optional(_reader(next(a for a in args if a is not type(None))))
    if origin is tuple:
        read = _reader(args[0])
        return partial(_several, read)
    if origin is dict:
        return partial(_exactly, dict)
    if hint is datetime:
        return moment
    if isinstance(hint, type) and is_dataclass(hint):
        return lambda value: build(hint, value)
    if hint in (str, int, bool):
        return partial(_exactly, hint)
    return None


def _optional(read: Reader | None) -> Reader | None:
    return read and (lambda value: None if value is None else read(value))


def _several(read: Reader | None, values: Any) -> tuple[Any, ...]:
    if not isinstance(values, list | tuple):
        raise TypeError("list expected")
    return tuple(values) if read is None else tuple(map(read, values))


def _exactly(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected")
    return value
