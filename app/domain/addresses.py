"""Addresses of cameras and recorders: what may be typed, and what of it may be shown.

Nothing here repeats what was typed: an address carries the name and password of the device.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from app.domain import N_, Message

SCHEMES = {"stream": ("rtsp", "rtsps"), "onvif": ("http", "https")}
LONGEST = 500
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Host = ipaddress.IPv4Address | ipaddress.IPv6Address
_NEVER_IN_AN_ADDRESS = frozenset(" \\\"'<>^`{|}#")


@dataclass(frozen=True, slots=True, repr=False)
class Address:
    """Where a device is found, with its name and password: for the job alone, never printed."""

    stream: str = ""
    onvif: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An address for a page. ``place``: protocol, host, port and path, a ``…`` where something may not be shown.

    ``login``: it carries a name or password.
    """

    place: str
    login: bool


def networks(text: str) -> tuple[Network, ...] | None:
    """``10.0.0.0/8, fd00::/8`` as networks; None when one of them is none, or there is not one."""
    try:
        return tuple(ipaddress.ip_network(part) for part in text.replace(",", " ").split()) or None
    except ValueError:
        return None


def fault(kind: str, text: str, allowed: Sequence[Network]) -> Message | None:
    """Why ``text`` cannot be the address of this kind (``stream``, ``onvif``); None when it can."""
    parts = _parts(text)
    if parts is None or parts.scheme not in SCHEMES[kind]:
        examples = {
            "stream": N_(
                "This is no address of a stream. Write it as rtsp://name:password@10.0.0.5:554/path; "
                "signs such as # or @ in a password are percent-encoded."
            ),
            "onvif": N_(
                "This is no ONVIF address. Write it as http://name:password@10.0.0.5/onvif/device_service; "
                "signs such as # or @ in a password are percent-encoded."
            ),
        }
        return Message(examples[kind], field=kind)
    host = _host(parts)
    if host is None:
        return Message(N_("Write the device's IP address in numbers, not its name."), field=kind)
    if not any(host in network for network in allowed):
        text = N_("%(host)s is in no network of the cameras. The operator names them in the setting camera_networks.")
        return Message(text, {"host": str(host)}, kind)
    return None


def shown(text: str) -> Shown:
    """The address without what is secret in it. Some cameras take the password in the path or after the ``?``."""
    parts = _parts(text)
    if parts is None:
        return Shown("…", login=False)
    steps = parts.path.split("/")
    open_ = next((n for n, step in enumerate(steps) if set(step) & set("=&;@:%")), len(steps))
    path = "/".join(steps[:open_]) + ("/…" if open_ < len(steps) else "")
    host = parts.netloc.rpartition("@")[2]
    return Shown(f"{parts.scheme}://{host}{path}{'?…' if parts.query else ''}", "@" in parts.netloc)


def _parts(text: str) -> SplitResult | None:
    """The address in its parts; None for what is none. It raises nothing, so no error can carry a password on."""
    if len(text) > LONGEST or not (text.isascii() and text.isprintable()) or _NEVER_IN_AN_ADDRESS & set(text):
        return None
    try:
        parts = urlsplit(text)
        fits = bool(parts.hostname) and parts.port != 0 and not parts.netloc.endswith(":")
    except ValueError:
        return None
    return parts if fits else None


def _host(parts: SplitResult) -> Host | None:
    try:
        return ipaddress.ip_address(parts.hostname or "")
    except ValueError:
        return None
