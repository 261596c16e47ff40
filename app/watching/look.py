"""What one look at a camera, or one question to a device, found; as it crosses the pipe of the worker."""

import base64
from dataclasses import asdict, dataclass, fields
from typing import Any, Self
from urllib.parse import SplitResult, unquote, urlsplit

from app.domain import N_

REFUSED_WORDS = N_("wrong name or password")
NO_STREAM = N_("the device has no such stream")
NO_ANSWER = N_("no answer")
CLOSED_PORT = N_("nothing listens at this port")
NO_NAME = N_("the name of the device is not known")
NO_RTSP = N_("something answers, but not as a camera does")
ELSEWHERE = N_("the device sends us to another address, where we do not go")
NO_PICTURE = N_("it answers, but no picture comes")
UNREADABLE = N_("packets come, but no picture can be read from them")
STILL = N_("the picture does not change: look at it")
STOPPED = N_("the stream stopped while it was being looked at")
BROKEN_OFF = N_("the look took too long and was broken off")
CRASHED = N_("the program that reads pictures failed at this stream")
BAD_ADDRESS = N_("the address is none of a stream")


class _Crosses:
    """A flat record; bytes cross the pipe as base64."""

    def packed(self) -> dict[str, Any]:
        values = asdict(self)  # type: ignore[call-overload]
        return {k: base64.b64encode(v).decode() if isinstance(v, bytes) else v for k, v in values.items()}

    @classmethod
    def unpacked(cls, values: dict[str, Any]) -> Self:
        kinds = {f.name: f.type for f in fields(cls)}  # type: ignore[arg-type]
        return cls(**{k: base64.b64decode(v) if kinds[k] is bytes else v for k, v in values.items() if k in kinds})


@dataclass(frozen=True, slots=True)
class Look(_Crosses):
    """``state`` as ``camera.seen`` has it. ``first_s``: seconds from the beginning of the look to the first frame.

    ``thumbnail``: JPEG 160 pixels wide. ``grey``: 64 x 36 bytes, for the next look to compare with.
    ``change``: mean difference to the picture before, None when there was nothing to compare with.
    """

    state: str
    detail: str = ""
    fps_milli: int = 0
    width: int = 0
    height: int = 0
    first_s: float | None = None
    change: float | None = None
    thumbnail: bytes = b""
    grey: bytes = b""


@dataclass(frozen=True, slots=True)
class Told(_Crosses):
    """What a device told by ONVIF. ``offset_ms``: its clock minus ours, None when it did not say.

    ``jobs`` recording jobs, ``active`` of them recording; ``jobs`` is None when it does not offer to tell.
    """

    offset_ms: int | None = None
    error_ms: int = 0
    jobs: int | None = None
    active: int = 0
    maker: str = ""
    model: str = ""
    firmware: str = ""
    serial: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Where:
    """An address taken apart. ``clean``: without name and password."""

    scheme: str
    host: str
    port: int
    clean: str
    path: str
    user: str
    password: str

    def tells(self, text: str) -> bool:
        """Does ``text`` hold a part of the address? Then nobody gets to see it."""
        secret = (self.host, self.user, self.password, self.path.strip("/"))
        return "://" in text or any(part and part.lower() in text.lower() for part in secret)


PORTS = {"rtsp": 554, "http": 80, "https": 443}


def taken_apart(url: str, *schemes: str) -> Where | None:
    """None when ``url`` is no address of one of the schemes."""
    try:
        parts: SplitResult = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.scheme not in schemes or not host or any(c.isspace() or not c.isprintable() for c in url):
        return None
    shown = f"[{host}]" if ":" in host else host
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    clean = f"{parts.scheme}://{shown}:{port}{path}"
    return Where(parts.scheme, host, port, clean, path, unquote(parts.username or ""), unquote(parts.password or ""))
