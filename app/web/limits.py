"""How often a stranger may ask: judged before a byte of what they send is read.

The counts live in this process; with several server processes each has its own, so the limits multiply.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import IO, Any

from flask import Request, Response, current_app, request

from app.domain import N_, Message
from app.domain.people import Actor
from app.domain.policy import Action, allowed_whole
from app.web.context import real_now
from app.web.errors import page
from app.web.language import say
from app.web.public import BY_NUMBER, CALENDAR, CHECK, INVITED, KEY_SHEET, TICKET, WITNESS

REMEMBERED = 10_000  # addresses
PACKAGES = "packages.take_in"
PACKAGE_MOST = 1 << 29  # bytes of a package that is taken in; it is written to the disk as it comes


class Visit(Request):
    """A request whose strangers' files stay in memory: they are never put on the disk, not even for a moment.

    Other files are gone from the disk when it ends, also those of a body that was not read to its end.
    """

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self.streams: list[IO[bytes]] = []

    def _get_file_stream(self, *about: Any, **more: Any) -> IO[bytes]:
        stream = BytesIO() if self.endpoint == CHECK else super()._get_file_stream(*about, **more)
        self.streams.append(stream)
        return stream

    def close(self) -> None:
        """At the end of the request."""
        super().close()
        for stream in self.streams:
            stream.close()


@dataclass
class Bucket:
    """``size`` requests a minute: it starts full and fills again evenly."""

    size: int
    left: float
    at: datetime

    def wait(self, moment: datetime) -> float:
        """Fill up to ``moment``; seconds until a request may be taken out, 0 when now."""
        passed = max(0.0, (moment - self.at).total_seconds())  # a clock that was set back gives nothing
        self.left, self.at = min(self.size, self.left + passed * self.size / 60), moment
        return max(0.0, (1 - self.left) * 60 / self.size)


@dataclass
class Limit:
    """So many requests a minute from one address, so many from all."""

    each: int
    all: int
    buckets: OrderedDict[str, Bucket] = field(default_factory=OrderedDict)
    lock: Lock = field(default_factory=Lock)

    def wait(self, address: str, moment: datetime) -> float:
        """Take one; seconds to wait when there is none (then nothing is taken)."""
        with self.lock:
            both = [self._bucket("", self.all, moment), self._bucket(address, self.each, moment)]
            longest = max(b.wait(moment) for b in both)
            if not longest:
                for bucket in both:
                    bucket.left -= 1
            return longest

    def _bucket(self, name: str, size: int, moment: datetime) -> Bucket:
        bucket = self.buckets.setdefault(name, Bucket(size, size, moment))
        self.buckets.move_to_end(name)
        while len(self.buckets) > REMEMBERED:
            self.buckets.popitem(last=False)
        return bucket


def make() -> dict[tuple[str, str], Limit]:
    """The limits of one application: method and endpoint."""
    return {
        ("POST", CHECK): Limit(10, 60), ("GET", BY_NUMBER): Limit(60, 600),
        ("GET", TICKET): Limit(60, 600), ("GET", KEY_SHEET): Limit(10, 60), ("POST", WITNESS): Limit(600, 6000),
        ("POST", INVITED): Limit(10, 60), ("GET", INVITED): Limit(60, 600), ("GET", CALENDAR): Limit(60, 6000),
    }  # fmt: skip


def allow_packages(who: Actor) -> None:
    """Whoever may take in packages may send one: much larger than anything else."""
    if request.endpoint == PACKAGES and allowed_whole(who, Action.PACKAGE_IMPORT):
        request.max_content_length = PACKAGE_MOST + (1 << 20)


def guard() -> Response | None:
    """An answer instead of reading what comes too often."""
    limit = current_app.extensions["limits"].get((request.method, request.endpoint))
    seconds = limit.wait(_address(), real_now()) if limit else 0
    if not seconds:
        return None
    wait = int(seconds) + 1
    answer = page(429, [say(Message(N_("Try again in %(seconds)s seconds."), {"seconds": wait}))])
    answer.headers["Retry-After"] = str(wait)
    return answer


def _address() -> str:
    """Where the request comes from; of IPv6 the network, for a household has a whole one."""
    text = request.remote_addr or ""
    try:
        found = ip_address(text)
    except ValueError:
        return text
    if isinstance(found, IPv6Address):
        return found.exploded[:19] if found.ipv4_mapped is None else str(found.ipv4_mapped)
    return str(found)
