"""A small ONVIF client: the device's clock, what it is, and whether it records. What is not offered is not known.

The clock is asked first and without logging in: a device whose clock is off refuses a log-in made by ours. Only the
host that was given is ever asked: of addresses that a device names the path alone is taken, and redirections end it.
"""

import base64
import hashlib
import os
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.parsers import expat
from xml.sax.saxutils import escape

from app.domain import N_
from app.watching.look import BAD_ADDRESS, NO_ANSWER, REFUSED_WORDS, Told, Where, taken_apart

NOT_ONVIF = N_("something answers, but it does not speak ONVIF")
WHOLE, EACH = 9.0, 3.0  # seconds: of everything, of one answer
LONGEST = 256 * 1024
ASKS, APART = 3, 0.34  # a device tells whole seconds: asked at three points of one, it is known to a third
JOBS = 32
SOAP = "http://www.w3.org/2003/05/soap-envelope"
DEVICE, RECORDING = "http://www.onvif.org/ver10/device/wsdl", "http://www.onvif.org/ver10/recording/wsdl"
SCHEMA = "{http://www.onvif.org/ver10/schema}"
_WSS = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-"
SECEXT, UTILITY = _WSS + "wssecurity-secext-1.0.xsd", _WSS + "wssecurity-utility-1.0.xsd"
DIGEST, BASE64 = _WSS + "username-token-profile-1.0#PasswordDigest", _WSS + "soap-message-security-1.0#Base64Binary"


class Fault(Exception):
    """The device did not tell; ``words`` say why, without its address."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


def ask(url: str) -> Told:
    """Everything that a device tells of itself. Never raises for what it does."""
    where = taken_apart(url, "http", "https")
    if where is None:
        return Told(detail=BAD_ADDRESS)
    device = _Device(where)
    try:
        offset, error = device.clock()
    except Fault as fault:
        return Told(detail=fault.words)
    told: dict[str, Any] = {"offset_ms": offset, "error_ms": error}
    try:
        told |= device.identity()
        told |= device.recording()
    except Fault as fault:
        told["detail"] = fault.words
    return Told(**told)


class _Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Nowhere: the answer 3xx is an error."""


class _Device:
    def __init__(self, where: Where) -> None:
        self.where, self.until = where, time.monotonic() + WHOLE
        self.ahead = timedelta()
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Straight)
        shown = f"[{where.host}]" if ":" in where.host else where.host
        self.root = f"{where.scheme}://{shown}:{where.port}"
        self.path = where.path if where.path.strip("/") else "/onvif/device_service"

    def clock(self) -> tuple[int, int]:
        """Its clock minus ours and how far that may be wrong, in milliseconds.

        Each answer holds the device's second, and was made between question and answer: what all of them allow.
        """
        least, most = -float("inf"), float("inf")
        wall, began = time.time(), time.monotonic()
        for n in range(ASKS):
            if n:
                time.sleep(APART)
            sent = time.monotonic() - began
            shown = _utc(self._call(self.path, DEVICE, "<GetSystemDateAndTime/>", known=False)) - wall
            received = time.monotonic() - began
            if shown + 1 - sent < least or shown - received > most:  # somebody is setting it just now
                least, most = -float("inf"), float("inf")
            least, most = max(least, shown - received), min(most, shown + 1 - sent)
        offset = (least + most) / 2
        self.ahead = timedelta(seconds=offset)
        return round(1000 * offset), max(1, round(500 * (most - least)))

    def identity(self) -> dict[str, str]:
        """Maker, model, firmware and serial number."""
        found = self._call(self.path, DEVICE, "<GetDeviceInformation/>")
        names = {"maker": "Manufacturer", "model": "Model", "firmware": "FirmwareVersion", "serial": "SerialNumber"}
        return {name: _text(found, f"{{{DEVICE}}}{tag}")[:80] for name, tag in names.items()}

    def recording(self) -> dict[str, int]:
        """How many recording jobs there are and how many record now; nothing when it does not offer to tell."""
        offered = "<GetServices><IncludeCapability>false</IncludeCapability></GetServices>"
        services = self._call(self.path, DEVICE, offered)
        path = next((p for space, p in _services(services) if space == RECORDING), "")
        if not path:
            return {}
        jobs = self._call(path, RECORDING, "<GetRecordingJobs/>").iter(f"{{{RECORDING}}}JobItem")
        tokens = [_text(job, f"{SCHEMA}JobToken") for job in jobs]
        if len(tokens) > JOBS:
            return {}
        active = 0
        for token in tokens:
            body = f"<GetRecordingJobState><JobToken>{escape(token)}</JobToken></GetRecordingJobState>"
            state = self._call(path, RECORDING, body).find(f".//{{{RECORDING}}}State")
            active += state is not None and _text(state, f"{SCHEMA}State", own=True) == "Active"
        return {"jobs": len(tokens), "active": active}

    def _call(self, path: str, space: str, body: str, known: bool = True) -> Element:
        name, _, rest = body[1:].partition(">")
        name = name.rstrip("/")
        inner = f'<{name} xmlns="{space}"/>' if body.endswith("/>") else f'<{name} xmlns="{space}">{rest}'
        head = self._token() if known and self.where.user else ""
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="{SOAP}"><s:Header>{head}</s:Header>'
            f"<s:Body>{inner}</s:Body></s:Envelope>"
        )
        kind = {"Content-Type": "application/soap+xml; charset=utf-8"}
        left = self.until - time.monotonic()
        if left <= 0:
            raise Fault(NO_ANSWER)
        try:
            request = urllib.request.Request(self.root + path, text.encode(), kind)
            with self.opener.open(request, timeout=min(EACH, left)) as answer:
                return _read(answer.read(LONGEST + 1))
        except urllib.error.HTTPError as error:
            with error:
                refused = error.code in (401, 403) or b"NotAuthorized" in error.read(LONGEST)
            raise Fault(REFUSED_WORDS if refused else NOT_ONVIF) from None
        except (OSError, ValueError):
            raise Fault(NO_ANSWER) from None
        except Exception as error:  # http.client's, which are many
            if isinstance(error, Fault):
                raise
            raise Fault(NOT_ONVIF) from None

    def _token(self) -> str:
        """WS-Security with a digest of the password, made at the moment that the device's clock shows."""
        nonce = os.urandom(16)
        made = (datetime.now(UTC) + self.ahead).strftime("%Y-%m-%dT%H:%M:%SZ")
        digest = hashlib.sha1(nonce + made.encode() + self.where.password.encode()).digest()
        return (
            f'<Security xmlns="{SECEXT}" s:mustUnderstand="1"><UsernameToken>'
            f"<Username>{escape(self.where.user)}</Username>"
            f'<Password Type="{DIGEST}">{base64.b64encode(digest).decode()}</Password>'
            f'<Nonce EncodingType="{BASE64}">{base64.b64encode(nonce).decode()}</Nonce>'
            f'<Created xmlns="{UTILITY}">{made}</Created></UsernameToken></Security>'
        )


def _read(data: bytes) -> Element:
    """The body of the answer. Bounded, and without any declaration that could make it grow."""
    if len(data) > LONGEST:
        raise Fault(NOT_ONVIF)
    try:
        first = expat.ParserCreate()
        first.StartDoctypeDeclHandler = _no_declarations
        first.Parse(data, True)
        body = ElementTree.fromstring(data).find(f"{{{SOAP}}}Body")
    except (expat.ExpatError, ElementTree.ParseError, LookupError):
        raise Fault(NOT_ONVIF) from None
    if body is None:
        raise Fault(NOT_ONVIF)
    if body.find(f"{{{SOAP}}}Fault") is not None:
        raise Fault(REFUSED_WORDS if b"NotAuthorized" in data else NOT_ONVIF)
    return body


def _no_declarations(*_: object) -> None:
    raise Fault(NOT_ONVIF)


def _utc(body: Element) -> float:
    """The whole second that the device shows, in seconds since 1970."""
    found = body.find(f".//{SCHEMA}UTCDateTime")
    if found is None:
        raise Fault(NOT_ONVIF)
    names = ("Date/Year", "Date/Month", "Date/Day", "Time/Hour", "Time/Minute", "Time/Second")
    try:
        numbers = [int(_text(found, "/".join(SCHEMA + part for part in name.split("/")), own=True)) for name in names]
        return datetime(*numbers, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]
    except (ValueError, OverflowError):
        raise Fault(NOT_ONVIF) from None


def _services(body: Element) -> Iterator[tuple[str, str]]:
    """Namespace and path of each service."""
    for service in body.iter(f"{{{DEVICE}}}Service"):
        address = _text(service, f"{{{DEVICE}}}XAddr")
        try:
            path = urlsplit(address).path
        except ValueError:
            continue
        if path.startswith("/") and path.isascii() and path.isprintable() and " " not in path:
            yield _text(service, f"{{{DEVICE}}}Namespace"), path


def _text(element: Element, path: str, own: bool = False) -> str:
    """Text of a child (``own``) or of whatever lies beneath."""
    found = element.find(path if own else f".//{path}")
    return (found.text or "").strip() if found is not None else ""
