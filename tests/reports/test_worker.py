"""The process that reads a stranger's file: what it may, and what becomes of files made to hurt."""

import json
import random
import subprocess
import sys
import threading
import time
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from app.domain import Message
from reports import foreign, wire
from reports.foreign import Busy, NotRead, reading
from reports.inspect import Inspection, inspect
from tests.reports import samples
from tests.reports.authority import Authority, crl
from tests.reports.conftest import MOMENT

pytestmark = pytest.mark.usefixtures("a_process_reads")
AFTER = MOMENT + timedelta(hours=1)
AT = {slot.field: AFTER for slot in samples.SLOTS}
MB = 1024 * 1024
BOUND = wire.SECONDS + 5  # seconds: the limit, and starting and ending a process on a busy machine


def look(pdf: bytes) -> Inspection:
    with reading(pdf, [], []) as ask:
        return ask({})


def memory() -> int:
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A file of these objects with a right table, the first one its catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def stream(data: bytes, more: bytes = b"/Filter /FlateDecode") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), more, data)


def deflated(size: int) -> bytes:
    """So many zero bytes, packed without ever being there."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(MB)) for _ in range(size // MB)) + packer.flush()


CATALOG = b"<< /Type /Catalog /Pages 2 0 R %s >>"
PAGES = b"<< /Type /Pages /Kids [] /Count 0 >>"


def attached(payload: bytes) -> bytes:
    """A bomb where our own attachments are looked for."""
    names = b"/Names << /EmbeddedFiles << /Names [(checkpoint.txt) 3 0 R] >> >>"
    return pdf(CATALOG % names, PAGES, b"<< /Type /Filespec /EF << /F 4 0 R >> >>", payload)


def bomb() -> bytes:
    return attached(stream(deflated(200 * MB)))


def bomb_in_bombs() -> bytes:
    """Packed three times: a few hundred bytes for 600 MB, more than the process may have."""
    data = zlib.compress(zlib.compress(deflated(600 * MB), 9), 9)
    return attached(stream(data, b"/Filter [/FlateDecode /FlateDecode /FlateDecode]"))


def many_pages() -> bytes:
    count = 10_000
    kids = b" ".join(b"%d 0 R" % n for n in range(3, count + 3))
    pages = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count)
    return pdf(CATALOG % b"", pages, *([b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"] * count))


def renamed_zip() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", "x" * MB)
    return out.getvalue()


def deep_arrays() -> bytes:
    return pdf(CATALOG % (b"/Deep " + b"[" * 200_000 + b"]" * 200_000), PAGES)


def deep_fields() -> bytes:
    """Fields below fields, 5,000 deep, the last one the first one's parent."""
    fields = [b"<< /T (a) /FT /Sig /Kids [%d 0 R] >>" % n for n in range(4, 5004)]
    return pdf(CATALOG % b"/AcroForm << /Fields [3 0 R] >>", PAGES, *fields, b"<< /T (z) /Kids [3 0 R] >>")


def many_fields() -> bytes:
    fields = [b"<< /T (f%d) /FT /Sig >>" % n for n in range(60_000)]
    refs = b" ".join(b"%d 0 R" % n for n in range(3, 60_003))
    return pdf(CATALOG % b"/AcroForm << /Fields [%s] >>" % refs, PAGES, *fields)


def table_loop() -> bytes:
    start = pdf(CATALOG % b"", PAGES).index(b"xref\n")
    return pdf(CATALOG % b"", PAGES, trailer=b"/Prev %d" % start)


def references_in_a_ring() -> bytes:
    return pdf(b"2 0 R", b"3 0 R", b"1 0 R")


def byte_ranges() -> bytes:
    """Twenty MB of what the strict gate looks for, each a little copy of the whole to judge."""
    one = b"/ByteRange [0 9999999 19999999 1] <00> startxref 5 %%EOF\n"
    return b"%PDF-1.7\n" + one * (20 * MB // len(one))


def spaces() -> bytes:
    return b"%PDF-1.7\nstartxref" + b" " * (20 * MB) + b"x"


BAD: list[tuple[str, Callable[[], bytes]]] = [
    ("0 bytes", lambda: b""), ("random", lambda: random.Random(3).randbytes(5 * MB)), ("zip", renamed_zip),
    ("200 MB in a stream", bomb), ("bombs in a bomb", bomb_in_bombs), ("10,000 pages", many_pages),
    ("deep arrays", deep_arrays), ("deep fields", deep_fields), ("60,000 fields", many_fields),
    ("tables in a ring", table_loop), ("references in a ring", references_in_a_ring), ("byte ranges", byte_ranges),
    ("spaces", spaces), ("20 MB of zeros", lambda: b"%PDF-1.7\n" + bytes(20 * MB)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "make"), BAD, ids=[name for name, _ in BAD])
def test_a_file_made_to_hurt_gets_an_answer_within_bounds(name: str, make: Callable[[], bytes]) -> None:
    data = make()
    assert len(data) <= 21 * MB
    before, began = memory(), time.monotonic()
    try:
        found = look(data)
        assert found.problems and not found.good and found.checkpoint == ""
    except NotRead as err:
        assert isinstance(err.reason, Message)
    assert time.monotonic() - began < BOUND
    assert memory() - before < 100 * MB


# ---------------------------------------------------------------- good files, and the talk


def test_it_says_what_the_reader_says(signed: bytes, authority: Authority) -> None:
    lists = [crl(authority.issuing, {authority.person("confirmed").certificate: MOMENT})]
    roots = [authority.root.certificate]
    with reading(signed, roots, lists) as ask:
        for at in ({}, AT, {"confirmed": AFTER}):
            here, there = inspect(signed, roots, at, crls=lists), ask(at)
            assert there == replace(here, signatures=tuple(replace(s, certificate=b"") for s in here.signatures))
            assert [s.trusted for s in there.signatures] == [s.trusted for s in here.signatures]
    assert here.document["size"] == 391


def test_nothing_stays(signed: bytes) -> None:
    with reading(signed, [], []) as ask:
        ask({})
        talk = ask.__self__  # type: ignore[attr-defined]
        assert talk.process.poll() is None
    assert talk.process.returncode is not None and not talk.clock.is_alive()
    with pytest.raises(ZeroDivisionError), reading(signed, [], []) as ask:
        talk = ask.__self__  # type: ignore[attr-defined]
        raise ZeroDivisionError
    assert talk.process.returncode is not None


# ---------------------------------------------------------------- limits of the process

TRIES = """
import json, os, resource, socket, subprocess, sys
from reports import wire, worker
worker.shut()
def attempt(do):
    try:
        do()
    except BaseException as err:
        return type(err).__name__
    return "done"
def connect():
    with socket.socket() as s:
        s.connect(("127.0.0.1", 9))
tries = {
    "read": lambda: open("/etc/hostname"), "write": lambda: open("/tmp/x", "w"), "low": lambda: os.open("/etc", 0),
    "connect": connect, "run": lambda: subprocess.run(["true"]), "fork": os.fork, "remove": lambda: os.remove("/tmp/x"),
    "memory": lambda: bytearray(wire.MEMORY), "load": lambda: __import__("sqlite3"),
}
print(json.dumps({name: attempt(do) for name, do in tries.items()} | {
    "nice": os.nice(0), "environment": sorted(os.environ), "handles": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    "cpu": resource.getrlimit(resource.RLIMIT_CPU)[0], "size": resource.getrlimit(resource.RLIMIT_FSIZE)[0],
}))
"""


def test_the_process_opens_nothing_and_has_little() -> None:
    done = subprocess.run(
        [*foreign.COMMAND[:-2], "-c", TRIES], cwd=foreign.PLACE, env={}, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    tries = ("read", "write", "low", "connect", "run", "fork", "remove", "load")
    assert {name: found[name] for name in tries} == {name: "PermissionError" for name in tries}
    assert found["memory"] == "MemoryError"
    assert found["nice"] >= 10 and found["handles"] == 8 and found["cpu"] == wire.SECONDS and found["size"] == 0
    assert [name for name in found["environment"] if name != "LC_CTYPE"] == []


def instead(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Another program in the worker's place."""
    monkeypatch.setattr(foreign, "COMMAND", (sys.executable, "-c", code))


def test_the_process_gets_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGBOOK_SECRET", "x")
    instead(
        monkeypatch,
        READ + """import os; print('{"failed": "%s"}' % ("time" if "LOGBOOK_SECRET" in os.environ else "memory"))""",
    )
    with pytest.raises(NotRead, match="memory"):
        look(b"")


READ = "import json, sys; i = sys.stdin.buffer; i.read(json.loads(i.readline())['size']); "
WORSE = [
    ("import time; time.sleep(60)", "time"),
    ("while True: pass", "time"),
    ("import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)", "time"),
    ("", "read"), ("import os; os.abort()", "read"), ("print('not json')", "read"), ("print('[]')", "read"),
    ("print('{}')", "read"), ("print('[' * 100000)", "read"), ("print(' ' * 3000000)", "read"),
    ("import sys; sys.stdout.write('{\"failed\": \"memory\"}')", "read"),  # no end of line
    ('print(\'{"failed": "memory"}\')', "memory"), ('print(\'{"failed": "<b>x"}\')', "read"),
    ('print(\'{"failed": {}}\')', "read"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "word"), WORSE, ids=range(len(WORSE)))
def test_a_process_that_misbehaves_is_ended_and_believed_nothing(
    code: str, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if word == "time":
        monkeypatch.setattr(wire, "SECONDS", 1)
    instead(monkeypatch, code if word == "time" else READ + code)
    began = time.monotonic()
    with pytest.raises(NotRead) as refused:
        look(b"%PDF-1.7" + bytes(5 * MB))
    assert str(refused.value) == word and refused.value.reason == Message(foreign.REASONS[word])
    assert time.monotonic() - began < (8 if word == "time" else BOUND)


def test_too_much_memory_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    little = "from reports import wire, worker; wire.MEMORY = 150 * 2**20; worker.main()"
    monkeypatch.setattr(foreign, "COMMAND", (*foreign.COMMAND[:-2], "-c", little))
    with pytest.raises(NotRead) as refused:
        look(bomb())
    assert str(refused.value) == "memory"


GOOD_ANSWER = {"signatures": [], "fields": [], "empty": [], "problems": [], "attachments": {}}
LIES: list[dict[str, object]] = [
    {"problems": [{"id": "%(a)999999999s", "params": {"a": "x"}}]}, {"problems": [{"id": "%s", "params": {}}]},
    {"problems": [{"id": "%(a)s", "params": {}}]}, {"problems": [{"id": 5, "params": {}}]}, {"problems": 5},
    {"fields": [5]}, {"attachments": {"checkpoint.txt": 5}}, {"attachments": {"checkpoint.txt": "%"}},
    {"signatures": [{}]}, {"signatures": "x"},
]  # fmt: skip


@pytest.mark.parametrize("lie", LIES, ids=range(len(LIES)))
def test_an_answer_out_of_shape_is_none(lie: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        wire.read_answer(json.dumps(GOOD_ANSWER | lie).encode())


def test_what_an_answer_says_is_cut_and_cleaned() -> None:
    told = GOOD_ANSWER | {"fields": ["a\x1b[2Jb\u202ec", "x" * 5000], "more": 1, "attachments": {"x": "AAAA"}}
    found = wire.read_answer(json.dumps(told).encode())
    assert isinstance(found, Inspection)
    assert found.fields == ("a\ufffd[2Jb\ufffdc", "x" * wire.TEXT) and found.attachments == {}


def test_attachments_that_are_absurdly_long_do_not_travel() -> None:
    attachments = {"checkpoint.txt": b"x" * 4097, "document.json": b"{}", "other.bin": b"x"}
    found = wire.read_answer(wire.answer(Inspection(attachments=attachments)))
    assert isinstance(found, Inspection) and found.attachments == {"document.json": b"{}"}


# ---------------------------------------------------------------- how many at once


def test_two_at_once_one_waits_and_the_next_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    instead(monkeypatch, "import time; time.sleep(60)")
    monkeypatch.setattr(foreign, "DESK", foreign._Desk())
    leave, inside, waited = threading.Event(), threading.Barrier(3), threading.Event()

    def stay() -> None:
        with reading(b"", [], []):
            inside.wait(10)
            leave.wait(10)

    def wait() -> None:
        with reading(b"", [], []):
            waited.set()

    busy = [threading.Thread(target=stay) for _ in range(2)]
    for thread in busy:
        thread.start()
    inside.wait(10)
    third = threading.Thread(target=wait)
    third.start()
    while foreign.DESK.chairs.acquire(blocking=False):  # until the third sits
        foreign.DESK.chairs.release()
        time.sleep(0.01)
    with pytest.raises(Busy) as refused, reading(b"", [], []):
        pass
    assert refused.value.status == 429 and not waited.is_set()
    leave.set()
    for thread in (*busy, third):
        thread.join(10)
    assert waited.is_set()


def test_who_waited_too_long_is_told_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "DESK", foreign._Desk())
    monkeypatch.setattr(foreign, "PATIENCE", 0.1)
    with foreign.DESK.place(), foreign.DESK.place():
        for _ in range(2):  # the chair is free again each time
            with pytest.raises(Busy), foreign.DESK.place():
                pass
    with foreign.DESK.place():
        pass
