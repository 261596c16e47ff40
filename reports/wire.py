"""What is said between the server and the process that reads a stranger's file: JSON, and every value judged.

The process that answers may have been taken over by the file that it read, so nothing here trusts an answer.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from app.domain import Message
from reports.inspect import Found, Inspection
from reports.render import CHECKPOINT, DOCUMENT

TEXTS = (CHECKPOINT, DOCUMENT)  # the attachments that are handed over
LONGEST = {CHECKPOINT: 4096, DOCUMENT: 256 * 1024}
SECONDS = 20  # for one file, by the clock and of the processor
MEMORY = 512 * 1024 * 1024  # of addresses; an interpreter with the reader takes 80 MB
LIMIT = 1024 * 1024  # bytes of one answer
PROBLEMS = 20  # of a file; one is enough
TEXT = 300  # characters of anything that is said
_PLACE = re.compile(r"%\(\w{1,40}\)s")
_SHA256 = re.compile(r"[0-9a-f]{64}")

Roots = Sequence[x509.Certificate]
Crls = Sequence[x509.CertificateRevocationList]


def question(pdf: bytes, roots: Roots, crls: Crls) -> bytes:
    """The first line of a talk, and the file behind it."""
    head = {
        "size": len(pdf),
        "roots": [_base64(c.public_bytes(Encoding.DER)) for c in roots],
        "crls": [_base64(c.public_bytes(Encoding.DER)) for c in crls],
    }
    return _line(head) + pdf


def read_question(line: bytes) -> tuple[int, list[x509.Certificate], list[x509.CertificateRevocationList]]:
    """Size of the file that follows, roots and revocation lists."""
    head = json.loads(line)
    roots = [x509.load_der_x509_certificate(base64.b64decode(c)) for c in head["roots"]]
    crls = [x509.load_der_x509_crl(base64.b64decode(c)) for c in head["crls"]]
    return head["size"], roots, crls


def moments(at: Mapping[str, datetime]) -> bytes:
    """One question: when was each field signed."""
    return _line({field: moment.isoformat() for field, moment in at.items()})


def read_moments(line: bytes) -> dict[str, datetime]:
    return {field: datetime.fromisoformat(moment) for field, moment in json.loads(line).items()}


def answer(found: Inspection) -> bytes:
    """An Inspection; of its attachments only the two of ours, when they are not absurdly long."""
    signatures = [
        {**{name: getattr(s, name) for name in PLAIN},
         "claimed": _iso(s.claimed), "moment": _iso(s.moment), "why": s.why and _said(s.why)}
        for s in found.signatures
    ]  # fmt: skip
    kept = {k: _base64(v) for k, v in found.attachments.items() if k in LONGEST and len(v) <= LONGEST[k]}
    return _line({
        "signatures": signatures, "fields": found.fields, "empty": found.empty,
        "problems": [_said(p) for p in found.problems[:PROBLEMS]], "attachments": kept,
    })  # fmt: skip


def failure(reason: str) -> bytes:
    """Instead of an answer: why there is none."""
    return _line({"failed": reason})


def read_answer(line: bytes) -> Inspection | str:
    """The Inspection, or the word of a failure. Raises ValueError for anything else."""
    try:
        data = json.loads(line)
        if "failed" in data:
            return _text(data["failed"])
        return Inspection(
            signatures=tuple(_found(s) for s in data["signatures"]),
            fields=tuple(_text(f) for f in data["fields"]),
            empty=tuple(_text(f) for f in data["empty"]),
            problems=tuple(_message(p) for p in data["problems"]),
            attachments={k: base64.b64decode(_string(data["attachments"][k]), validate=True) for k in TEXTS
                         if k in data["attachments"]},
        )  # fmt: skip
    except (TypeError, KeyError, AttributeError, RecursionError) as err:
        raise ValueError(type(err).__name__) from err


PLAIN = {  # fields of Found that JSON has: name and type
    "field": str, "subject": str, "sha256": str, "coverage": str, "change": str, "reason": str,
    "intact": bool, "trusted": bool, "covers_whole_file": bool, "unchanged": bool, "certifies": bool, "locks": bool,
}  # fmt: skip


def _found(data: Mapping[str, Any]) -> Found:
    values: dict[str, Any] = {}
    for name, kind in PLAIN.items():
        value = data[name]
        if type(value) is not kind:
            raise ValueError(name)
        values[name] = _text(value) if kind is str else value
    if not _SHA256.fullmatch(values["sha256"]):
        raise ValueError("sha256")
    why = data["why"]
    return Found(
        certificate=b"", claimed=_moment(data["claimed"]), moment=_moment(data["moment"]),
        why=None if why is None else _message(why), **values,
    )  # fmt: skip


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(_string(text))
    if moment.tzinfo is None:
        raise ValueError("naive")
    return moment


def _said(message: Message) -> dict[str, Any]:
    return {"id": message.id, "params": {k: str(v) for k, v in message.params.items()}}


def _message(data: Mapping[str, Any]) -> Message:
    """A message whose only placeholders are plain ones with their parameters, so that filling it in is harmless."""
    text, params = _text(data["id"]), {_text(k): _text(v) for k, v in data["params"].items()}
    if "%" in _PLACE.sub("", text) or any(p[2:-2] not in params for p in _PLACE.findall(text)):
        raise ValueError("message")
    return Message(text, dict(params))


def _text(value: object) -> str:
    """A short text without control characters and without letters that turn the direction of reading."""
    text = _string(value)[:TEXT]
    return "".join(c if c.isprintable() or c == "\u00a0" else "\ufffd" for c in text)


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("not a text")
    return value


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _line(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=True).encode() + b"\n"
