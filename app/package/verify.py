#!/usr/bin/env python3
"""Check a day's package of the electronic logbook, or one signed document with its proof.

    python3 verify.py PACKAGE.zip [--vkey KEY] [--root FILE]     also a folder into which the zip was unpacked
    python3 verify.py FORM.pdf [FORM.pdf.tlog-proof] --vkey KEY
    python3 verify.py --code TEXT --vkey KEY [PACKAGE.zip]      the text of the code printed on every page
    python3 verify.py --foot ENTRIES ROOT --vkey KEY PACKAGE.zip     what stands in the foot of every page

Needs Python 3.9 or newer and nothing else; the signatures of people are checked with the program ``openssl``.
KEY: the published key of the log (the text, or a file that holds it). FILE: the published root certificate, or its
SHA-256. Without both it is only known that the package agrees with itself: ``consistent, origin not checked``.

Exit 0: nothing is wrong. 1: changed, with the reason. 2: something could not be checked.
A package can bring a false verify.py: whoever doubts uses a copy of their own.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import os
import re
import shutil
import stat
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any, BinaryIO

UTC = timezone.utc  # noqa: UP017 - Python 3.9 knows no other
BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
TAG_FILES = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "manifest.note")
TAGS = "tagmanifest-sha256.txt"
ALWAYS = (
    "README.txt", "bodies.jsonl", "certificates/issuing.crl", "certificates/issuing.pem", "certificates/people.json",
    "certificates/root.crl", "certificates/root.pem", "checkpoint", "index.html", "journal.jsonl", "profile.toml",
    "verify.py", "vkey",
)  # fmt: skip
MAY = re.compile(r"(documents/[A-Za-z0-9_.-]+\.pdf(\.tlog-proof)?|attachments/[0-9a-f]{64}\.[a-z]+|"
                 r"certificates/[0-9a-f]{64}\.pem|witnesses|cosignatures)")  # fmt: skip
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
HEX = re.compile(r"[0-9a-f]{64}")
DASH, NOTE_TITLE, PROOF = "\u2014", "logbook package v1", "c2sp.org/tlog-proof@v1"
# More than any day has; what is larger is refused and never read into memory.
FILES, ENTRIES, SIGNATURES = 20_000, 100_000, 5_000
LINE, TEXT, PDF, JOURNAL = 4 << 20, 16 << 20, 96 << 20, 128 << 20  # bytes
BLOCK, SAVINGS = 1 << 20, 64
HOLE, CMS = re.compile(rb"<[0-9A-Fa-f]+>"), b"/Contents"


class Bad(Exception):
    """Something was changed, is missing or was added."""


class Unknown(Exception):
    """Something needed for the answer is absent."""


class Answer:
    """``exit`` 0, 1 or 2; ``lines`` for people. ``found``: what the package proves, for a program that takes it in."""

    def __init__(self, exit: int, lines: list[str], found: Package | None = None) -> None:
        self.exit, self.lines, self.found = exit, [shown(line, 400) for line in lines], found


def shown(text: object, most: int = 160) -> str:
    """A text that came from outside, fit for a terminal."""
    return "".join(c if c.isprintable() else "?" for c in str(text)[:most])


# ------------------------------------------------------------------ Ed25519: RFC 8032, section 6

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]  # extended homogeneous coordinates: X, Y, Z, T


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(s: int, p: Point) -> Point:
    q: Point = (0, 1, 1, 0)
    while s:
        if s & 1:
            q = _add(q, p)
        p, s = _add(p, p), s >> 1
    return q


def _same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _x(y: int, sign: int) -> int | None:
    if y >= P:
        return None
    x2 = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if x2 == 0:
        return None if sign else 0
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - x2) % P:
        return None
    return P - x if x & 1 != sign else x


def _point(raw: bytes) -> Point | None:
    y = int.from_bytes(raw, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = _x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _x(_BASE_Y, 0) or 0
BASE: Point = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """True when ``signature`` over ``message`` is by the key ``public``."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, commitment = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or commitment is None or s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return _same(_times(s, BASE), _add(commitment, _times(h, key)))


# ------------------------------------------------------------------ Merkle log: RFC 6962, section 2.1


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Edge:
    """The right edge of a growing tree: enough to know its root at every size."""

    def __init__(self) -> None:
        self.size, self.nodes = 0, list[bytes]()

    def grow(self, leaf: bytes) -> None:
        size = self.size
        while size & 1:
            leaf, size = node_hash(self.nodes.pop(), leaf), size >> 1
        self.nodes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        if not self.nodes:
            return hashlib.sha256(b"").digest()
        root = self.nodes[-1]
        for node in reversed(self.nodes[:-1]):
            root = node_hash(node, root)
        return root


def included(index: int, size: int, leaf: bytes, path: list[bytes], root: bytes) -> bool:
    """True when ``leaf`` (a hash) is entry ``index`` of the tree of ``size`` leaves with this root."""
    node, last, current = index, size - 1, leaf
    if not 0 <= index < size:
        return False
    for sibling in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            current = node_hash(sibling, current)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        node, last = node >> 1, last >> 1
    return last == 0 and current == root


# ------------------------------------------------------------------ keys, signed notes, checkpoints (C2SP)


class Key:
    """A public key in its printed form. ``kind`` 1: of a log, 4: of a witness."""

    def __init__(self, text: str, kind: int = 1) -> None:
        self.text = text.strip()
        parts = self.text.split("+", 2)
        raw = unbase64(parts[2]) if len(parts) == 3 else b""
        self.name, self.key = parts[0], raw[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + raw).digest()[:4]
        if not parts[0] or " " in parts[0] or len(raw) != 33 or raw[0] != kind or parts[1] != self.id.hex():
            raise Bad(f"this is not the key of a {'log' if kind == 1 else 'witness'}: {shown(self.text)[:60]}")

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.key).hexdigest()


def unbase64(text: str) -> bytes:
    """Strict: one text for one value. Raises Bad."""
    try:
        raw = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeError) as error:
        raise Bad(f"this is not base64: {shown(text)[:40]}") from error
    if base64.b64encode(raw).decode() != text:
        raise Bad(f"this is not base64: {shown(text)[:40]}")
    return raw


def open_note(note: str, key: Key, what: str) -> tuple[str, list[tuple[str, bytes]]]:
    """The text of a note that ``key`` signed, and everybody else's signatures. Raises Bad."""
    text, separator, tail = note.rpartition("\n\n")
    text += "\n"
    if not separator or not tail.endswith("\n") or len(note) > 1 << 16:
        raise Bad(f"{what} is not a signed note")
    good, others = False, []
    for line in tail[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != DASH:
            raise Bad(f"{what} is not a signed note")
        raw = unbase64(parts[2])
        if (parts[1], raw[:4]) != (key.name, key.id):
            others.append((parts[1], raw))
        elif good or not ed25519(key.key, text.encode(), raw[4:]):
            raise Bad(f"the signature of the log key on {what} is wrong")
        else:
            good = True
    if not good:
        raise Bad(f"{what} is not signed by the log key {shown(key.name)}")
    return text, others


class Checkpoint:
    """Size and root of a log at one moment, signed by its key."""

    def __init__(self, note: str, key: Key, what: str) -> None:
        self.text, self.others = open_note(note, key, what)
        lines = self.text.split("\n")
        if len(lines) != 4 or not re.fullmatch(r"0|[1-9]\d{0,14}", lines[1]) or not lines[0]:
            raise Bad(f"{what} is not a checkpoint")
        self.origin, self.size, self.root = lines[0], int(lines[1]), unbase64(lines[2])
        if len(self.root) != 32:
            raise Bad(f"{what} is not a checkpoint")

    @property
    def short(self) -> str:
        return fives(letters(self.root))


def letters(sha256: bytes) -> str:
    """First 100 bits in base32."""
    return base64.b32encode(sha256).decode()[:20]


def fives(text: str) -> str:
    """The same as documents print it."""
    return " ".join(text[i : i + 5] for i in range(0, 20, 5))


class Cosignatures:
    """What witnesses whose keys the package names say of states of its journal. ``strangers``: lines of others."""

    def __init__(self, text: str) -> None:
        self.keys = [Key(line, 4) for line in text.splitlines()]
        self.said: list[tuple[int, int, str]] = []  # size, seconds, name
        self.strangers = 0

    def take(self, size: int, text: str, name: str, raw: bytes) -> None:
        """One signature under the checkpoint ``text``. Raises Bad for a false one of a known witness."""
        key = next((k for k in self.keys if (k.name, k.id) == (name, raw[:4])), None)
        if key is None:
            self.strangers += 1
            return
        seconds = int.from_bytes(raw[4:12], "big")
        message = f"cosignature/v1\ntime {seconds}\n{text}".encode()
        if len(raw) != 76 or not ed25519(key.key, message, raw[12:]):
            raise Bad(f"the cosignature of {shown(name)} is wrong")
        self.said.append((size, seconds, name))

    def lines(self) -> list[str]:
        """Who witnessed which state, then their keys."""
        found = [f"  cosigned by {name}, {_second(at)}: {size} entries" for size, at, name in self.said]
        names = {name for _, _, name in self.said}
        found += [f"  key of the witness {k.name}: {k.text}" for k in self.keys if k.name in names]
        if self.strangers:
            found.append(f"  {self.strangers} cosignatures of witnesses whose keys are not known here: not counted")
        return found


def _second(seconds: int) -> str:
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M:%S} UTC" if seconds < 1 << 34 else "at no time"


# ------------------------------------------------------------------ canonical JSON (RFC 8785, without floats)


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _refuse(text: str) -> Any:
    raise ValueError(f"the number {shown(text)[:20]}")


def _int(text: str) -> int:
    return int(text) if len(text) < 18 else _refuse(text)


def parse(data: bytes, what: str) -> Any:
    """The value of canonical JSON: nothing twice, no float, no other spelling. Raises Bad."""
    try:
        value = json.loads(data, parse_float=_refuse, parse_int=_int, parse_constant=_refuse)
        same = canonical(value) == data
    except (ValueError, RecursionError) as error:
        raise Bad(f"{what} cannot be read") from error
    if not same:
        raise Bad(f"{what} is not written in canonical JSON")
    return value


# ------------------------------------------------------------------ the files: a zip as the logbook writes it, a folder

LOCAL, CENTRAL, END = struct.Struct("<4s5H3I2H"), struct.Struct("<4s6H3I5H2I"), struct.Struct("<4s4H2IH")
DOS_TIME, DOS_DATE, MADE_BY, NEEDED, MODE = 0, (2000 - 1980) << 9 | 1 << 5 | 1, 3 << 8 | 20, 20, 0o100644 << 16


def local_header(name: bytes, crc: int, size: int) -> bytes:
    """Of a file that is stored as it is; every byte of a package's zip is determined by its files."""
    return LOCAL.pack(b"PK\3\4", NEEDED, 0, 0, DOS_TIME, DOS_DATE, crc, size, size, len(name), 0) + name


def central_header(name: bytes, crc: int, size: int, offset: int) -> bytes:
    return CENTRAL.pack(
        b"PK\1\2", MADE_BY, NEEDED, 0, 0, DOS_TIME, DOS_DATE, crc, size, size, len(name), 0, 0, 0, 0, MODE, offset
    ) + name  # fmt: skip


def end_header(files: int, size: int, offset: int) -> bytes:
    return END.pack(b"PK\5\6", 0, 0, files, files, size, offset, 0)


class Files:
    """Files by name below the bag's own folder: (where, size). ``base``: that folder's name, in a zip."""

    def __init__(self, path: str) -> None:
        self.base, self.path = "", path
        self.zip: BinaryIO | None = None
        self.places: dict[str, tuple[int, int, int]] = {}  # offset, size, CRC; of a folder: size only
        self.folded: set[str] = set()

    def close(self) -> None:
        if self.zip:
            self.zip.close()

    def add(self, name: str, place: tuple[int, int, int]) -> None:
        parts = name.split("/")
        if len(parts) > 4 or not all(NAME.fullmatch(p) for p in parts):
            raise Bad(f"no file of a package is called {shown(name)}")
        if name.lower() in self.folded:  # many disks take A and a for one name
            raise Bad(f"{shown(name)} is there twice")
        self.folded.add(name.lower())
        if not place[1]:
            raise Bad(f"{shown(name)} is empty")
        self.places[name] = place
        if len(self.places) > FILES:
            raise Bad("there are more files than any package has")

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content, a piece at a time. Raises Bad when it is not what the zip says."""
        if name not in self.places:
            raise Bad(f"{shown(name)} is missing")
        offset, left, crc = self.places[name]
        file = self.zip or open(os.path.join(self.path, *name.split("/")), "rb")  # noqa: SIM115 - the zip stays open
        try:
            found = 0
            file.seek(offset)
            while left:
                block = file.read(min(BLOCK, left))
                if not block:
                    raise Bad(f"{shown(name)} is cut")
                left, found = left - len(block), zlib.crc32(block, found)
                yield block
                file.seek(offset := offset + len(block))
            if self.zip and found != crc:
                raise Bad(f"{shown(name)} was changed")
        finally:
            if file is not self.zip:
                file.close()

    def read(self, name: str, most: int = TEXT) -> bytes:
        if name in self.places and self.places[name][1] > most:
            raise Bad(f"{shown(name)} is larger than any file of its kind")
        return b"".join(self.blocks(name))

    def text(self, name: str) -> str:
        try:
            return self.read(name).decode()
        except UnicodeDecodeError as error:
            raise Bad(f"{shown(name)} is no text in UTF-8") from error

    def lines(self, name: str) -> Iterator[bytes]:
        """Without their line ends; the last one must have one."""
        rest = b""
        if name in self.places and self.places[name][1] > JOURNAL:
            raise Bad(f"{name} is larger than any journal of a day")
        for block in self.blocks(name):
            *lines, rest = (rest + block).split(b"\n")
            yield from lines
            if len(rest) > LINE:
                raise Bad(f"a line of {name} is longer than any entry")
        if rest:
            raise Bad(f"{name} is cut: its last line does not end")

    def sha256(self, name: str) -> str:
        digest = hashlib.sha256()
        for block in self.blocks(name):
            digest.update(block)
        return digest.hexdigest()


def open_files(path: str) -> Files:
    """A package. Raises Bad, OSError."""
    if os.path.isdir(path):
        return open_folder(path)
    files = Files(path)
    files.zip = open(path, "rb")  # noqa: SIM115 - closed with the files
    try:
        _read_zip(files, files.zip)
    except BaseException:
        files.close()
        raise
    return files


def _read_zip(files: Files, file: BinaryIO) -> None:
    """Read where the files lie; every byte between them must be as the logbook writes it."""
    whole = file.seek(0, os.SEEK_END)
    file.seek(max(0, whole - END.size))
    tail = file.read(END.size)
    if len(tail) < END.size or not tail.startswith(b"PK\5\6"):
        raise Bad("this is no zip, or it is cut, or something was added at its end")
    number, size, offset = (END.unpack(tail)[n] for n in (4, 5, 6))
    if tail != end_header(number, size, offset) or offset + size + END.size != whole or size > TEXT:
        raise Bad("the zip is not as the logbook writes it: it was cut or something was added")
    file.seek(offset)
    central, at, next_offset = file.read(size), 0, 0
    for _ in range(number):
        if len(central) - at < CENTRAL.size:
            raise Bad("the zip's table of files is cut")
        fields = CENTRAL.unpack_from(central, at)
        flags, method, crc, length, name_length = fields[3], fields[4], fields[7], fields[9], fields[10]
        name = central[at + CENTRAL.size : at + CENTRAL.size + name_length]
        said = shown(name.decode("ascii", "replace"))
        if flags & 1:
            raise Bad(f"{said} is encrypted")
        if method:
            raise Bad(f"{said} is compressed: this zip was packed anew. Unpack it and check the folder")
        if fields[15] >> 28 not in (0, 8):
            raise Bad(f"{said} is no file")
        header = local_header(name, crc, length)
        file.seek(next_offset)
        if (
            central_header(name, crc, length, next_offset) != central[at : at + CENTRAL.size + name_length]
            or file.read(len(header)) != header
        ):
            raise Bad(f"the zip is not as the logbook writes it, at {said}")
        base, _, rest = name.decode("ascii", "replace").partition("/")
        if (files.base and base != files.base) or not NAME.fullmatch(base):
            raise Bad(f"{said} stands outside the package's folder")
        files.base = base
        files.add(rest, (next_offset + len(header), length, crc))
        at, next_offset = at + CENTRAL.size + name_length, next_offset + len(header) + length
    if at != size or next_offset != offset:
        raise Bad("the zip is not as the logbook writes it: something stands between its files")


def open_folder(path: str) -> Files:
    inside = os.listdir(path)
    if "bagit.txt" not in inside and len(inside) == 1 and os.path.isdir(os.path.join(path, inside[0])):
        path = os.path.join(path, inside[0])
    files = Files(path)
    for number, (folder, names, found) in enumerate(os.walk(path)):
        if number > FILES:
            raise Bad("there are more folders than any package has")
        for name in sorted([*names, *found]):
            full = os.path.join(folder, name)
            kind, size = os.lstat(full).st_mode, os.lstat(full).st_size
            if stat.S_ISREG(kind):
                files.add(os.path.relpath(full, path).replace(os.sep, "/"), (0, size, 0))
            elif not stat.S_ISDIR(kind):
                raise Bad(f"{shown(name)} is no file but a link or something else")
    return files


# ------------------------------------------------------------------ the bag: RFC 8493


def listing(hashes: dict[str, str]) -> str:
    return "".join(f"{value}  {name}\n" for name, value in sorted(hashes.items()))


def bag_info(day: str, log: str, size: int, files: int) -> str:
    """All of bag-info.txt follows from the package, so nothing in it can be made up."""
    return (
        f"Payload-Oxum: {size}.{files}\nExternal-Identifier: {day}\nSource-Organization: {log}\n"
        "External-Description: One exam day of an electronic logbook\n"
    )


def check_bag(files: Files) -> dict[str, str]:
    """SHA-256 of every payload file. Raises Bad unless exactly the listed files are there, each as listed."""
    if not files.places:
        raise Bad("there are no files")
    if files.text("bagit.txt") != BAGIT:
        raise Bad("bagit.txt is not that of BagIt 1.0")
    payload = {name for name in files.places if name.startswith("data/")}
    if missing := sorted({f"data/{n}" for n in ALWAYS} - payload):
        raise Bad(f"{missing[0]} is missing")
    found = {name: files.sha256(name) for name in sorted(payload)}
    if files.text("manifest-sha256.txt") != listing(found):
        raise Bad(_difference(files.text("manifest-sha256.txt"), found))
    if extra := sorted(set(files.places) - payload - {*TAG_FILES, TAGS}):
        raise Bad(f"{shown(extra[0])} does not belong to the package")
    for name in payload:
        if name[5:] not in ALWAYS and not MAY.fullmatch(name[5:]):
            raise Bad(f"{shown(name)} does not belong to the package")
    tags = {name: files.sha256(name) for name in TAG_FILES}
    if files.text(TAGS) != listing(tags):
        raise Bad(_difference(files.text(TAGS), tags))
    return {name[5:]: value for name, value in found.items()}


def _difference(text: str, found: dict[str, str]) -> str:
    listed = {name: value for value, _, name in (line.partition("  ") for line in text.split("\n"))}
    for name, value in sorted(found.items()):
        if name not in listed:
            return f"{shown(name)} stands in no manifest: it was added"
        if listed[name] != value:
            return f"{shown(name)} was changed"
    gone = sorted(set(listed) - set(found) - {""})
    return f"{shown(gone[0])} is missing" if gone else "a manifest is not as the logbook writes it"


# ------------------------------------------------------------------ the journal


class Entry:
    """One entry whose fact matters for the proof."""

    def __init__(self, header: dict[str, Any], body: dict[str, Any]) -> None:
        self.seq, self.tag, self.actor, self.body = header["seq"], header["tag"], header["actor"], body
        self.received = moment(header["times"]["received"])


WITNESSING = {
    "acts.confirmed", "document.signed", "body.erased", "shift.handed", "shift.taken", "step.done", "entry.corrected",
}  # fmt: skip


def _is(value: Any, number: int) -> bool:
    """Exactly this number: for Python ``True`` is 1 as well."""
    return type(value) is int and value == number


def moment(text: str) -> datetime:
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text):
        raise ValueError("no moment")
    return datetime.fromisoformat(text[:-1] + "+00:00")


class Package:
    """What a package says, proved step by step."""

    def __init__(self, files: Files) -> None:
        self.files, self.hashes = files, check_bag(files)
        self.key = Key(files.text("data/vkey"))
        if files.text("data/vkey") != self.key.text + "\n":
            raise Bad("data/vkey is not one line")
        self.checkpoint = Checkpoint(files.text("data/checkpoint"), self.key, "data/checkpoint")
        self.leaves: list[bytes] = []
        self.entries: list[Entry] = []
        self.erased: dict[int, int] = {}
        self.opened: dict[str, Any] = {}
        self.documents: dict[tuple[str, int], list[Entry]] = {}
        self.drawn: list[tuple[str, int, bytes]] = []  # name, size of the journal, SHA-256 of what it says of itself
        self.clocks: list[tuple[int, dict[str, Any]]] = []

    @property
    def day(self) -> str:
        return str(self.opened["day"])

    # ---- entries, places, bodies

    def journal(self) -> None:
        """Every leaf, its place, its id and the digest of its body; the root is the signed one."""
        edge, ids, count = Edge(), set(), None
        bodies = self.files.lines("data/bodies.jsonl")
        for line in self.files.lines("data/journal.jsonl"):
            if count is not None:
                raise Bad("journal.jsonl goes on after its trailer")
            number = edge.size + 1
            header = parse(line, f"entry {number}")
            if isinstance(header, dict) and set(header) == {"end"}:
                count = header["end"]
                continue
            if number > ENTRIES:
                raise Bad("there are more entries than any day has")
            with reading(f"entry {number}"):
                self._entry(edge.size, header, next(bodies, b""))
                if header["id"] in ids:
                    raise Bad(f"the id of entry {number} was used before")
                ids.add(header["id"])
            self.leaves.append(leaf_hash(line))
            edge.grow(self.leaves[-1])
        if count is None:
            raise Bad("journal.jsonl is cut: its trailer is missing")
        if count != edge.size or type(count) is not int:
            raise Bad(f"the trailer names {shown(count)} entries, and there are {edge.size}")
        if not edge.size:
            raise Bad("the journal has no entries")
        if next(bodies, None) is not None:
            raise Bad("bodies.jsonl has a body too many")
        if edge.size != self.checkpoint.size:
            raise Bad(f"the checkpoint names {self.checkpoint.size} entries, and there are {edge.size}")
        if edge.root() != self.checkpoint.root:
            raise Bad("the entries do not give the root that the checkpoint names")
        self._erasings()

    def _entry(self, seq: int, header: dict[str, Any], line: bytes) -> None:
        if header["log"] != self.checkpoint.origin or not _is(header["seq"], seq) or not _is(header["v"], 1):
            raise Bad(f"entry {seq + 1} is not in its place")
        row = parse(line, f"the body of entry {seq + 1}")
        if not _is(row["seq"], seq):
            raise Bad(f"the body of entry {seq + 1} is not in its place")
        if "erased" in row:
            self.erased[seq] = row["erased"]
            return
        if set(row) != {"seq", "salt", "body"}:
            raise Bad(f"the body of entry {seq + 1} is missing")
        if hashlib.sha256(bytes.fromhex(row["salt"]) + canonical(row["body"])).hexdigest() != header["body_sha256"]:
            raise Bad(f"the body of entry {seq + 1} was changed")
        if header["tag"] in WITNESSING:
            self.entries.append(Entry(header, row["body"]))
        if header["tag"] == "rehearsal.clock":
            self.clocks.append((seq, row["body"]))
        if seq == 0:
            if header["tag"] != "day.opened":
                raise Bad("the journal does not begin with the opening of a day")
            self.opened = row["body"]

    def _erasings(self) -> None:
        if 0 in self.erased:
            raise Bad("the opening of the day was erased")
        acts = {e.seq: e.body["target"] for e in self.entries if e.tag == "body.erased"}
        for seq, act in self.erased.items():
            if acts.get(act) != seq:
                raise Bad(f"the body of entry {seq + 1} is missing and no act of erasing names it")

    # ---- what the journal names

    def note(self) -> None:
        """manifest.note: the log's key signed exactly this list of files for this day and size."""
        text, _ = open_note(self.files.text("manifest.note"), self.key, "manifest.note")
        listed = hashlib.sha256(self.files.read("manifest-sha256.txt")).hexdigest()
        if text != f"{NOTE_TITLE}\n{self.day}\n{self.checkpoint.size}\n{listed}\n":
            raise Bad("manifest.note is of another package")
        size = sum(self.files.places[f"data/{n}"][1] for n in self.hashes)
        if self.files.text("bag-info.txt") != bag_info(self.day, self.key.name, size, len(self.hashes)):
            raise Bad("bag-info.txt was changed")
        if self.files.base not in ("", self.day):
            raise Bad(f"the zip's folder is called {shown(self.files.base)}, and the day {shown(self.day)}")

    def contents(self) -> None:
        """Profile, attachments and documents are what the entries say; every checkpoint kept is a state of this log."""
        if self.hashes["profile.toml"] != self.opened["profile_sha256"]:
            raise Bad("profile.toml is not the one that the day pinned")
        named: set[str] = set()
        kept: list[tuple[Checkpoint, str]] = []
        notes: dict[str, Checkpoint] = {}
        for entry in self.entries:
            with reading(f"entry {entry.seq + 1}"):
                named |= set(self._files_of(entry))
                if entry.tag == "document.signed":
                    self.documents.setdefault((entry.body["form"], entry.body["revision"]), []).append(entry)
                elif entry.tag == "acts.confirmed":
                    self._targets(entry)
                    note, what = "\n".join(entry.body["checkpoint"]), f"the checkpoint in entry {entry.seq + 1}"
                    if note not in notes:
                        notes[note] = Checkpoint(note, self.key, what)
                        kept.append((notes[note], what))
                elif entry.tag == "shift.taken":
                    self._leaf(entry, entry.body["target"], entry.body["leaf"])
        present = {name.split("/")[1][:64] for name in self.hashes if name.startswith("attachments/")}
        for name in self.hashes:
            if name.startswith("attachments/") and name.split("/")[1][:64] != self.hashes[name]:
                raise Bad(f"{name} is not what its name says")
        if present != named:
            missing, added = sorted(named - present), sorted(present - named)
            raise Bad(f"attachment {missing[0]} is missing" if missing else f"no entry names attachment {added[0]}")
        kept += self._documents()
        self._agree(kept)

    def _files_of(self, entry: Entry) -> Iterator[str]:
        """SHA-256 of the files in an entry's evidence."""
        values = entry.body.get("evidence" if entry.tag == "step.done" else "changes", {})
        if entry.tag in ("step.done", "entry.corrected"):
            yield from (v["sha256"] for v in values.values() if isinstance(v, dict) and "sha256" in v)

    def _targets(self, entry: Entry) -> None:
        for target in entry.body["targets"]:
            self._leaf(entry, target["seq"], target["leaf"])

    def _leaf(self, entry: Entry, seq: int, leaf: str) -> None:
        if not 0 <= seq < entry.seq or self.leaves[seq].hex() != leaf:
            raise Bad(f"entry {entry.seq + 1} speaks of an entry that is not there")

    def cosigned(self) -> Cosignatures:
        """Every cosignature: under the checkpoint, and under earlier states, whose roots the leaves give."""
        found = Cosignatures(self.files.text("data/witnesses") if "witnesses" in self.hashes else "")
        text = self.files.text("data/cosignatures") if "cosignatures" in self.hashes else ""
        edge, rows = Edge(), text.split("\n")
        if len(rows) + len(self.checkpoint.others) > SIGNATURES or rows.pop():
            raise Bad("data/cosignatures is not as the logbook writes it")
        for row in rows:
            match = re.fullmatch(rf"([1-9]\d{{0,14}}) {DASH} (\S+) (\S+)", row)
            size = int(match[1]) if match else 0
            if not match or not edge.size <= size < self.checkpoint.size:
                raise Bad("data/cosignatures is not as the logbook writes it")
            while edge.size < size:
                edge.grow(self.leaves[edge.size])
            root = base64.b64encode(edge.root()).decode()
            found.take(size, f"{self.checkpoint.origin}\n{size}\n{root}\n", match[2], unbase64(match[3]))
        for name, raw in self.checkpoint.others:
            found.take(self.checkpoint.size, self.checkpoint.text, name, raw)
        return found

    def root(self, size: int) -> bytes:
        """Of the journal as it was at that size."""
        edge = Edge()
        for leaf in self.leaves[:size]:
            edge.grow(leaf)
        return edge.root()

    def _agree(self, kept: list[tuple[Checkpoint, str]]) -> None:
        edge = Edge()
        for checkpoint, what in sorted(kept, key=lambda pair: pair[0].size):
            if checkpoint.origin != self.checkpoint.origin or not 0 < checkpoint.size <= len(self.leaves):
                raise Bad(f"{what} is of another journal")
            while edge.size < checkpoint.size:
                edge.grow(self.leaves[edge.size])
            if edge.root() != checkpoint.root:
                raise Bad(f"{what} has another root: the journal was rewritten")

    # ---- documents

    def _documents(self) -> list[tuple[Checkpoint, str]]:
        """Every signed revision is there with its proof, byte for byte; the checkpoints that the files carry."""
        pdfs = {name for name in self.hashes if name.endswith(".pdf") and name.startswith("documents/")}
        kept, whole = [], {}
        for (form, revision), signed in sorted(self.documents.items()):
            with reading(f"the document {form}"):
                names = {f"documents/{form}.pdf", f"documents/{form}-r{revision}.pdf"} & pdfs
                name = next((n for n in sorted(names) if self.hashes[n] == signed[-1].body["file"]), "")
                if not name:
                    raise Bad(f"{form}, revision {revision}, is missing or is not the file that the journal names")
                pdfs.discard(name)
                pdf = self.files.read(f"data/{name}", PDF)
                checkpoint, slots, paper = look_inside(pdf, signed, self.key, name)
                kept.append((checkpoint, f"the checkpoint in {name}"))
                self.drawn.append((name, checkpoint.size, paper))
                if len(signed) == slots:
                    whole[form] = name
                elif name.endswith(f"/{form}.pdf"):
                    raise Bad(f"{name} does not carry all its signatures")
                proof = Proof(self.files.text(f"data/{name}.tlog-proof"), self.key, f"{name}.tlog-proof")
                proof.check(self.hashes[name])
                if proof.index != signed[-1].seq or proof.note != self.files.text("data/checkpoint"):
                    raise Bad(f"{name}.tlog-proof is of another state")
        wrong = [name for form, name in whole.items() if name != f"documents/{form}.pdf"]
        if pdfs or wrong:
            raise Bad(f"no entry names {sorted(pdfs)[0]}" if pdfs else f"{wrong[0]} is not under its form's own name")
        proofs = {n[: -len(".tlog-proof")] for n in self.hashes if n.endswith(".tlog-proof")}
        if extra := sorted(proofs - set(self.hashes)):
            raise Bad(f"{extra[0]}.tlog-proof has no document")
        return kept

    def ahead(self, seq: int) -> timedelta:
        """How far the clock of a rehearsal was ahead of the real one at an entry."""
        if not self.opened["rehearsal"]:
            return timedelta()
        settings = [body for at, body in self.clocks if at <= seq]
        return moment(settings[-1]["at"]) - moment(settings[-1]["real"]) if settings else timedelta()


class reading:
    """What does not have the shape of its kind is Bad, and says where."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if isinstance(error, (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)):
            raise Bad(f"{shown(self.what)} is not what its kind says") from error


# ------------------------------------------------------------------ the PDF: which bytes each signature covers


def ranges(pdf: bytes) -> dict[int, tuple[int, int]]:
    """End of what a signature covers -> the place of its CMS, which holds nothing else. Raises Bad."""
    found: dict[int, tuple[int, int]] = {}
    for match in re.finditer(rb"/ByteRange\s{0,9}\[\s{0,9}0 (\d{1,9}) (\d{1,9}) (\d{1,9})\s{0,9}\]", pdf):
        first, second, length = (int(n) for n in match.groups())
        end = second + length
        if first < second and end <= len(pdf):
            if not HOLE.fullmatch(pdf, first, second) or not pdf[max(0, first - 20) : first].rstrip().endswith(CMS):
                raise Bad("a signature of a document leaves out more than itself")
            if end in found:
                raise Bad("two signatures of a document end at one place")
            found[end] = first, second
    return found


def look_inside(pdf: bytes, signed: list[Entry], key: Key, name: str) -> tuple[Checkpoint, int, bytes]:
    """The checkpoint that the drawn file carries, how many places for signatures it has, and the SHA-256 of what it
    says of itself. Raises Bad.

    Every entry names the SHA-256 of the file after its signature, so each signature covers exactly its own part.
    """
    ends = sorted(ranges(pdf))
    if len(ends) != len(signed):
        raise Bad(f"{name} has {len(ends)} signatures, and the journal {len(signed)}")
    for number, (value, entry) in enumerate(zip(beginnings(pdf, ends), signed), 1):  # noqa: B905 - Python 3.9
        if value != entry.body["file"]:
            raise Bad(f"signature {number} of {name} does not cover what the journal names")
    if len({(e.body["base"], e.body["size"]) for e in signed}) != 1:
        raise Bad(f"the signatures of {name} are of different files")
    base = drawn(pdf, signed[0].body["base"])
    if not base:
        raise Bad(f"{name} does not contain the file that was drawn")
    checkpoint, papers = None, []
    for stream in streams(base):
        if checkpoint is None and f"\n\n{DASH} ".encode() in stream:
            checkpoint = Checkpoint(stream.decode(), key, f"the checkpoint in {name}")
        elif stream.startswith(b"{") and b'"slots"' in stream:
            papers.append(stream)
    if checkpoint is None or checkpoint.size != signed[0].body["size"]:
        raise Bad(f"{name} carries no checkpoint of the size that the journal names")
    if len(papers) != 1:
        raise Bad(f"{name} says {len(papers)} times what it is")
    return checkpoint, len(json.loads(papers[0])["slots"]), hashlib.sha256(papers[0]).digest()


def beginnings(pdf: bytes, ends: list[int]) -> Iterator[str]:
    """SHA-256 of the file as it was at each end, in one pass."""
    digest, at, view = hashlib.sha256(), 0, memoryview(pdf)
    for end in ends:
        digest.update(view[at:end])
        at = end
        yield digest.hexdigest()


def drawn(pdf: bytes, sha256: str) -> bytes:
    """The file before its first signature; empty when it is not inside."""
    ends = savings(pdf)
    found = zip(ends, beginnings(pdf, ends))  # noqa: B905 - Python 3.9 knows no strict
    return next((pdf[:end] for end, value in found if value == sha256), b"")


def savings(pdf: bytes) -> list[int]:
    """Where each saving of the file ends."""
    return [m.end() for _, m in zip(range(SAVINGS), re.finditer(rb"%%EOF\r?\n?", pdf))]  # noqa: B905 - Python 3.9


def streams(pdf: bytes) -> Iterator[bytes]:
    """Small compressed streams, unpacked."""
    for _, match in zip(range(10_000), re.finditer(rb"stream\r?\n", pdf)):  # noqa: B905
        unpack = zlib.decompressobj()
        try:
            text = unpack.decompress(pdf[match.end() : match.end() + (1 << 16)], 1 << 18)
        except zlib.error:
            continue
        if unpack.eof:
            yield text


# ------------------------------------------------------------------ proof of one document: C2SP tlog-proof


class Proof:
    """An inclusion proof whose ``extra`` carries the entry document.signed itself."""

    def __init__(self, text: str, key: Key, what: str) -> None:
        head, separator, self.note = text.partition("\n\n")
        lines = head.split("\n")
        if not separator or len(lines) < 3 or lines[0] != PROOF or len(text) > TEXT:
            raise Bad(f"{what} is not a proof")
        index = re.fullmatch(r"index (0|[1-9]\d{0,14})", lines[2])
        if not lines[1].startswith("extra ") or not index or len(lines) > 70:
            raise Bad(f"{what} is not a proof")
        self.what, self.index = what, int(index[1])
        self.path = [unbase64(line) for line in lines[3:]]
        self.checkpoint = Checkpoint(self.note, key, f"the checkpoint of {what}")
        self.extra = parse(unbase64(lines[1][6:]), what)

    def check(self, sha256: str) -> Entry:
        """The entry that names the file. Raises Bad."""
        with reading(self.what):
            leaf, checkpoint = self.extra["leaf"].encode(), self.checkpoint
            header, body = parse(leaf, self.what), self.extra["body"]
            digest = hashlib.sha256(bytes.fromhex(self.extra["salt"]) + canonical(body)).hexdigest()
            if set(self.extra) != {"leaf", "salt", "body"} or digest != header["body_sha256"]:
                raise Bad(f"the entry in {self.what} was changed")
            if (header["log"], header["seq"], header["tag"]) != (checkpoint.origin, self.index, "document.signed"):
                raise Bad(f"the entry in {self.what} is another one")
            if not included(self.index, checkpoint.size, leaf_hash(leaf), self.path, checkpoint.root):
                raise Bad(f"{self.what} does not lead to the root of its checkpoint")
            if body["file"] != sha256:
                raise Bad("the file is not the one that the proof names")
            return Entry(header, body)


# ------------------------------------------------------------------ certificates (DER) and openssl


def der(data: bytes, at: int) -> tuple[int, int, int]:
    """(tag, begin, end) of the value at ``at``. Raises Bad."""
    if at + 2 > len(data):
        raise Bad("a certificate is cut")
    tag, length, begin = data[at], data[at + 1], at + 2
    if length & 0x80:
        octets = length & 0x7F
        length, begin = int.from_bytes(data[begin : begin + octets], "big"), begin + octets
        if not 0 < octets < 5:
            raise Bad("a certificate has a wrong length")
    if begin + length > len(data):
        raise Bad("a certificate is cut")
    return tag, begin, begin + length


def inside(data: bytes) -> list[bytes]:
    """The values in a constructed value, each with its head."""
    _, at, end = der(data, 0)
    found = []
    while at < end:
        _, _, stop = der(data, at)
        found.append(data[at:stop])
        at = stop
    return found


def unpem(text: str, kind: str) -> bytes:
    match = re.fullmatch(rf"-----BEGIN {kind}-----\n([A-Za-z0-9+/=\n]+)\n-----END {kind}-----\n?", text)
    if not match:
        raise Bad(f"this is no {kind.lower()} in PEM")
    return unbase64(match[1].replace("\n", ""))


def pem(raw: bytes, kind: str) -> bytes:
    return f"-----BEGIN {kind}-----\n".encode() + base64.encodebytes(raw) + f"-----END {kind}-----\n".encode()


class Certificate:
    """``person``: the serialNumber of its subject, as the logbook names its people."""

    def __init__(self, raw: bytes) -> None:
        self.raw, self.sha256 = raw, hashlib.sha256(raw).hexdigest()
        fields = inside(inside(raw)[0])[1:]  # after the version
        self.serial, self.issuer, self.subject, self.public = fields[0], fields[2], fields[4], fields[5]
        parts = (inside(pair) for group in inside(self.subject) for pair in inside(group))
        found = [p[1] for p in parts if p[0] == b"\x06\x03\x55\x04\x05"]
        self.person = found[0][der(found[0], 0)[1] :].decode() if found else ""


def revoked(raw: bytes) -> tuple[bytes, dict[bytes, datetime]]:
    """(issuer, serial number to moment) of a revocation list."""
    fields = inside(inside(raw)[0])
    times = [n for n, f in enumerate(fields) if f[0] in (0x17, 0x18)]
    found = {}
    if len(fields) > times[-1] + 1 and fields[times[-1] + 1][0] == 0x30:
        for row in inside(fields[times[-1] + 1]):
            serial, when = inside(row)[:2]
            text = when[2:].decode()
            century = "" if when[0] == 0x18 else "19" if text >= "50" else "20"
            found[serial] = datetime.strptime(century + text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    return fields[2], found


class People:
    """Signatures of people, judged by openssl at the moment of each."""

    def __init__(self, package: Package, program: str, folder: str) -> None:
        self.package, self.program, self.folder = package, program, folder
        self.good: set[tuple[str, int]] = set()
        with reading("certificates/"):
            self.certificates = {n[13:-4]: self._certificate(n) for n in package.hashes if n.startswith("certificates/")
                                 and n.endswith(".pem")}  # fmt: skip
            self.root, self.issuing = self.certificates.pop("root"), self.certificates.pop("issuing")
            for name, certificate in self.certificates.items():
                if certificate.sha256 != name:
                    raise Bad(f"certificates/{name}.pem is not what its name says")
                if certificate.issuer != self.issuing.subject:  # byte for byte: so its list is asked
                    raise Bad(f"certificates/{name}.pem is of another authority")
            self.revoked = dict(revoked(self._crl(name)) for name in ("root", "issuing"))
            if set(self.revoked) != {self.root.subject, self.issuing.subject}:
                raise Bad("a list of revoked certificates is of another authority")
            self._listed()

    def _certificate(self, name: str) -> Certificate:
        return Certificate(unpem(self.package.files.text(f"data/{name}"), "CERTIFICATE"))

    def _crl(self, name: str) -> bytes:
        return unpem(self.package.files.text(f"data/certificates/{name}.crl"), "X509 CRL")

    def _listed(self) -> None:
        """people.json says of the certificates what stands in them."""
        rows = json.loads(self.package.files.read("data/certificates/people.json"))
        said = {row["certificate"]: row["person"] for row in rows}
        if said != {name: c.person for name, c in self.certificates.items()}:
            raise Bad("certificates/people.json does not fit the certificates")

    def file(self, name: str, content: bytes) -> str:
        path = os.path.join(self.folder, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def run(self, *words: str) -> tuple[bool, str]:
        try:
            done = subprocess.run(
                [self.program, *words], cwd=self.folder, capture_output=True, timeout=60, stdin=subprocess.DEVNULL,
                env={**os.environ, "LC_ALL": "C", "OPENSSL_CONF": os.devnull}, check=False,
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unknown(f"openssl does not run: {error}") from error
        return done.returncode == 0, (done.stderr + done.stdout).decode("utf-8", "replace")

    def check(self) -> int:
        """Every signature of a person in the journal; how many there are. Raises Bad, Unknown."""
        if not self.run("version")[0]:
            raise Unknown("openssl does not run")
        self.file("root.pem", pem(self.root.raw, "CERTIFICATE"))
        self.file("issuing.pem", pem(self.issuing.raw, "CERTIFICATE"))
        for name in ("root", "issuing"):
            self.file(f"{name}.crl", pem(self._crl(name), "X509 CRL"))
            if "verify OK" not in self.run("crl", "-in", f"{name}.crl", "-noout", "-CAfile", f"{name}.pem")[1]:
                raise Bad(f"certificates/{name}.crl is not signed by its authority")
        kinds = {"acts.confirmed", "shift.handed", "shift.taken", "document.signed"}
        signed = [e for e in self.package.entries if e.tag in kinds]
        if len(signed) > SIGNATURES:
            raise Bad("there are more signatures than any day has")
        for entry in signed:
            with reading(f"entry {entry.seq + 1}"):
                at = entry.received if entry.tag == "document.signed" else moment(entry.body["at"])
                self._trusted(entry, at - self.package.ahead(entry.seq))
                if entry.tag != "document.signed":
                    self._ecdsa(entry)
        for (form, revision), found in self.package.documents.items():
            self._pdf(f"{form}, revision {revision}", found)
        return len(signed)

    def _trusted(self, entry: Entry, at: datetime) -> None:
        """The certificate is the actor's own, and good at the moment: issued under the root, not over, not revoked."""
        name, number = entry.body["certificate"], entry.seq + 1
        certificate = self.certificates.get(name)
        if certificate is None:
            raise Bad(f"the certificate of entry {number} is missing")
        if not certificate.person or certificate.person != entry.actor:
            raise Bad(f"entry {number} is signed with somebody else's certificate")
        for holder in (certificate, self.issuing):
            when = self.revoked.get(holder.issuer, {}).get(holder.serial)
            if when is not None and when <= at:
                raise Bad(f"the certificate of entry {number} was revoked before it signed: {when:%Y-%m-%d %H:%M:%S}Z")
        seconds = int(at.timestamp())
        if (name, seconds) not in self.good:
            self.file("person.pem", pem(certificate.raw, "CERTIFICATE"))
            good, why = self.run(
                "verify", "-no-CApath", "-CAfile", "root.pem", "-untrusted", "issuing.pem", "-purpose", "any",
                "-attime", str(seconds), "person.pem",
            )  # fmt: skip
            if not good:
                raise Bad(f"the certificate of entry {number} was not good when it signed: {_reason(why)}")
            self.good.add((name, seconds))

    def _ecdsa(self, entry: Entry) -> None:
        """A confirmation or handover: ECDSA over the statement that the logbook asks people to sign."""
        body, log = entry.body, self.package.checkpoint.origin
        if entry.tag == "acts.confirmed":
            statement = {
                "statement": "logbook confirmation v1", "meaning": "confirmed", "log": log, "role": body["role"],
                "at": body["at"], "targets": body["targets"],
            }  # fmt: skip
        else:
            meaning = "handed over" if entry.tag == "shift.handed" else "taken over"
            said = {name: value for name, value in body.items() if name not in ("certificate", "signature")}
            statement = {
                "statement": "logbook shift v1", "meaning": meaning, "log": log, "person": entry.actor, "fact": said
            }
        self.file("key.pem", pem(self.certificates[body["certificate"]].public, "PUBLIC KEY"))
        self.file("signature", unbase64(body["signature"]))
        self.file("statement", canonical(statement))
        if not self.run("dgst", "-sha256", "-verify", "key.pem", "-signature", "signature", "statement")[0]:
            raise Bad(f"the signature of entry {entry.seq + 1} does not hold")

    def _pdf(self, name: str, signed: list[Entry]) -> None:
        """The signatures inside a document, in the order of the journal."""
        sha256 = signed[-1].body["file"]
        file = next(n for n, value in self.package.hashes.items() if value == sha256)
        pdf = self.package.files.read(f"data/{file}", PDF)
        places = zip(sorted(ranges(pdf).items()), signed)  # noqa: B905 - look_inside has counted them
        for number, ((last, (begin, end)), entry) in enumerate(places, 1):
            what = f"signature {number} of {name}"
            with reading(what):
                raw = bytes.fromhex(pdf[begin + 1 : end - 1].decode("ascii"))
                cms = raw[: der(raw, 0)[2]]
            if raw[len(cms) :].strip(b"\0"):
                raise Bad(f"behind {what} stands something else")
            self.file("cms.der", cms)
            self.file("content", pdf[:begin] + pdf[end:last])
            at = int((entry.received - self.package.ahead(entry.seq)).timestamp())
            good, why = self.run(
                "cms", "-verify", "-binary", "-inform", "DER", "-in", "cms.der", "-content", "content", "-no-CApath",
                "-CAfile", "root.pem", "-certfile", "issuing.pem", "-purpose", "any", "-attime", str(at),
                "-signer", "signer.pem", "-out", os.devnull,
            )  # fmt: skip
            if not good:
                raise Bad(f"{what} does not hold: {_reason(why)}")
            with open(os.path.join(self.folder, "signer.pem"), encoding="ascii") as signer:
                if Certificate(unpem(signer.read(), "CERTIFICATE")).sha256 != entry.body["certificate"]:
                    raise Bad(f"{what} was not made with the certificate that the journal names")


def _reason(text: str) -> str:
    """What openssl says, in one line."""
    found = re.findall(r"error \d+ at \d+ depth lookup: ?(.+)|Verify error: ?(.+)", text)
    return shown(next(filter(None, found[0])) if found else text.strip().rpartition("\n")[2])


# ------------------------------------------------------------------ answers


def check(
    path: str, vkey: str = "", root: str = "", openssl: str | None = None, proof: str = "", code: str = "",
    foot: tuple[str, str] | None = None,
) -> Answer:  # fmt: skip
    """Judge a package or a document with its proof: always an answer. ``openssl``: the program, None: look for it.

    ``code``, ``foot``: what a page shows, compared with the package; a code also without one (``path`` is empty then).
    """
    try:
        if code and not path:
            return _code(code, vkey)
        if not os.path.isdir(path):
            if not os.path.isfile(path):
                raise Unknown(f"there is no file {shown(path)}")
            with open(path, "rb") as file:
                if file.read(5) == b"%PDF-":
                    if code or foot:
                        raise Unknown("a code or a foot is compared with a package")
                    return _document(path, proof or f"{path}.tlog-proof", vkey)
        files = open_files(path)
        try:
            answer = _package(files, vkey, root, (shutil.which("openssl") or "") if openssl is None else openssl)
            if code or foot:
                _paper(answer, code, foot)
            return answer
        finally:
            files.close()
    except Bad as error:
        return Answer(1, ["changed", f"  {error}"])
    except Unknown as error:
        return Answer(2, ["could not check", f"  {error}"])
    except (OSError, MemoryError) as error:
        return Answer(2, ["could not check", f"  {shown(getattr(error, 'strerror', None) or type(error).__name__)}"])
    except Exception as error:  # a malformed input is an answer, never a traceback
        return Answer(1, ["changed", f"  this is not a package that the logbook wrote ({type(error).__name__})"])


def _package(files: Files, vkey: str, root: str, program: str) -> Answer:
    package = Package(files)
    origin = _published(package, vkey, root)
    package.journal()
    package.note()
    package.contents()
    cosigned = package.cosigned()
    signed, why = 0, "openssl is not on this machine"
    if program:
        why = ""
        with tempfile.TemporaryDirectory() as folder:
            try:
                signed = People(package, program, folder).check()
            except Unknown as error:
                why = str(error)
    first = "proved" if origin else "consistent, origin not checked"
    lines = [first if not why or not origin else "not everything was checked"]
    lines += [
        f"  day {shown(package.day)}, {package.checkpoint.size} entries, root {package.checkpoint.short}",
        f"  unchanged since it was made by the holder of the log key {shown(package.key.name)}",
        f"  SHA-256 of the log key:          {package.key.fingerprint}",
        f"  SHA-256 of the root certificate: {fingerprint(package)}",
        f"  {len(package.hashes)} files, {len(package.documents)} signed documents, "
        f"{sum(n.startswith('attachments/') for n in package.hashes)} attachments",
    ]
    if package.opened["rehearsal"]:
        lines.append("  a rehearsal: no exam was held")
    lines += cosigned.lines()
    if package.erased:
        lines.append(f"  {len(package.erased)} bodies were erased after their term, each named by an entry")
    lines.append(f"  not checked: signatures of people ({why})" if why else f"  {signed} signatures of people hold")
    if not origin:
        lines.append("  to check where it comes from: --vkey KEY --root FILE, as they were published")
    return Answer(2 if why else 0, lines, package)


def fingerprint(package: Package) -> str:
    return hashlib.sha256(unpem(package.files.text("data/certificates/root.pem"), "CERTIFICATE")).hexdigest()


def _published(package: Package, vkey: str, root: str) -> bool:
    """True when log key and root are those that were published; Bad when they are others."""
    if vkey and _key(vkey).text != package.key.text:
        raise Bad("the package was made with another log key than the published one")
    if root and not hmac.compare_digest(_root(root), fingerprint(package)):
        raise Bad("the root certificate is another one than the published one")
    return bool(vkey and root)


def _key(text: str) -> Key:
    if "+" not in text or os.path.exists(text):
        with open(text, encoding="utf-8", errors="replace") as file:
            text = file.read(1 << 16)
    try:
        return Key(text)
    except Bad as error:
        raise Unknown(f"--vkey: {error}") from error


def _root(text: str) -> str:
    """SHA-256 of the published root: given itself, or of a certificate in PEM or DER."""
    bare = re.sub(r"[\s:]", "", text).lower()
    if HEX.fullmatch(bare):
        return bare
    with open(text, "rb") as file:
        raw = file.read(1 << 16)
    try:
        if raw[:1] != b"\x30":
            raw = unpem(raw.decode().replace("\r", ""), "CERTIFICATE")
        return hashlib.sha256(raw).hexdigest()
    except (Bad, UnicodeDecodeError) as error:
        raise Unknown("--root: this is no certificate") from error


def _document(path: str, proof: str, vkey: str) -> Answer:
    """A PDF with its proof and the log's key: the journal holds the entry of exactly this file."""
    if not vkey:
        raise Unknown("a document is checked with the published log key: --vkey KEY")
    if os.path.getsize(path) > PDF or os.path.getsize(proof) > TEXT:
        raise Bad("the file is larger than any document")
    with open(path, "rb") as file:
        sha256 = hashlib.sha256(file.read()).hexdigest()
    with open(proof, "rb") as file:
        text = file.read().decode("utf-8", "replace")
    found = Proof(text, _key(vkey), "the proof")
    entry = found.check(sha256)
    with reading("the proof"):
        said = entry.body
        return Answer(0, [
            "proved", f"  {shown(said['form'])}, revision {said['revision']}: signed at {shown(said['slot'])}, "
            f"received {entry.received:%Y-%m-%d %H:%M:%S} UTC",
            f"  entry {entry.seq + 1} of {found.checkpoint.size} of {shown(found.checkpoint.origin)}, "
            f"root {found.checkpoint.short}",
            "  the file is byte for byte the one that the journal names; who signed is shown by any PDF reader",
        ])  # fmt: skip


# ------------------------------------------------------------------ what a page shows

VERSION, PAYLOAD, BITS = 1, 37, 100
NOT_COVERED = (
    "  covered: number, document, state, time. Not covered: who signed, and whether the page around the code is as it",
    "  was drawn: compare it with the file",
)


class Ticket:
    """The signed payload of the code on every page. ``document``, ``root``: first 100 bits, in base32."""

    def __init__(self, text: str, key: Key) -> None:
        found = re.fullmatch(r"(?:.*/)?([0-9A-Za-z._-]{1,80})/([0-9]{242})", "".join(text.split()))
        number = int(found[2]) if found else 0
        if not found or number >> 8 * (PAYLOAD + 64) or number >> 8 * (PAYLOAD + 63) != VERSION:
            raise Unknown("this is not the code of a document")
        raw = number.to_bytes(PAYLOAD + 64, "big")
        payload, self.number = raw[:PAYLOAD], found[1]
        if payload[1:5] != key.id:
            raise Bad(f"the code is signed with another key: {payload[1:5].hex()}")
        message = b"logbook ticket v1\n" + self.number.encode() + b"\n" + payload
        if not ed25519(key.key, message, raw[PAYLOAD:]):
            raise Bad("the signature of the code does not hold")
        both = int.from_bytes(payload[5:30], "big")
        self.document, self.root = (
            letters((bits << 4).to_bytes(13, "big")) for bits in (both >> BITS, both & (1 << BITS) - 1)
        )
        self.size, self.seconds = int.from_bytes(payload[30:33], "big"), int.from_bytes(payload[33:], "big")

    def lines(self) -> list[str]:
        return [
            f"  the code names document {self.number}, drawn {_second(self.seconds)} of {self.size} entries, "
            f"root {fives(self.root)}",
            *NOT_COVERED,
        ]


def _code(text: str, vkey: str) -> Answer:
    """The code alone: the log's key signed what it says."""
    if not vkey:
        raise Unknown("a code is checked with the published log key: --vkey KEY")
    key = _key(vkey)
    return Answer(0, ["proved", f"  the code is signed with the log key {key.name}", *Ticket(text, key).lines()])


def _paper(answer: Answer, code: str, foot: tuple[str, str] | None) -> None:
    """Compare with a package that was found good; the answer says so too then. Raises Bad, Unknown."""
    package = answer.found
    assert package is not None
    lines = []
    if foot:
        size, root = foot[0].strip(), "".join(foot[1].split()).upper()
        if not re.fullmatch(r"[1-9][0-9]{0,8}", size) or not re.fullmatch(r"[A-Z2-7]{20}", root):
            raise Unknown("a foot says how many entries and 20 letters: --foot 40 'ABCDE FGHIJ KLMNO PQRST'")
        _state(package, int(size), root, "foot")
        lines.append(f"  the foot names a state of this journal: {size} entries, root {root}")
    if code:
        ticket = Ticket(code, package.key)
        if ticket.number.rpartition(".")[0] != package.day:
            raise Bad(f"the code is of another day: {ticket.number}")
        _state(package, ticket.size, ticket.root, "code")
        lines += ["  the code is signed with the log key and names a state of this journal", *ticket.lines()]
        same = [n for n, size, sha256 in package.drawn if (size, letters(sha256)) == (ticket.size, ticket.document)]
        lines.append(f"  the document is {same[0]}" if same else "  no signed document of the package has this code: "
                     "it stands on a draft, or on a page of a document that was not drawn by this journal")  # fmt: skip
        if not same:
            answer.exit, answer.lines[0] = 2, "not everything was checked"
    answer.lines += lines


def _state(package: Package, size: int, root: str, what: str) -> None:
    if size > package.checkpoint.size:
        raise Unknown(f"the {what} names {size} entries, the package has {package.checkpoint.size}: take a newer one")
    if not size or letters(package.root(size)) != root:
        raise Bad(f"the journal of the package had another root at {size} entries than the {what}")


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check a package of the electronic logbook, or a PDF with its proof.")
    parser.add_argument("path", nargs="?", default="", help="the package (zip or folder), or a PDF")
    parser.add_argument("proof", nargs="?", default="", help="of a PDF; default: PDF.tlog-proof beside it")
    parser.add_argument("--vkey", default="", help="the published log key: its text, or a file")
    parser.add_argument("--root", default="", help="the published root certificate: a file, or its SHA-256")
    parser.add_argument("--code", default="", metavar="TEXT", help="the text of the code printed on a page")
    parser.add_argument("--foot", nargs=2, metavar=("ENTRIES", "ROOT"), help="from the foot of a printed page")
    given = parser.parse_args(words)
    if not given.path and not (given.code and not given.foot):
        parser.error("name the package or the PDF")
    foot = (given.foot[0], given.foot[1]) if given.foot else None
    answer = check(given.path, given.vkey, given.root, proof=given.proof, code=given.code, foot=foot)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        print("\n".join(answer.lines), flush=True)
    except OSError:  # nobody reads any more; the answer is the code
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return answer.exit


if __name__ == "__main__":
    sys.exit(main())
