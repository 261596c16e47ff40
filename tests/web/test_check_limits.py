"""The check page among strangers: nothing is kept, nothing else is reached, so much and so often and no more."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app import config
from app.web import public
from reports import foreign

from .conftest import Clock
from .strangers import Stranger
from .test_closed import addresses


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file() and not p.name.endswith(("-wal", "-shm"))}


def test_nothing_is_kept(stranger: Stranger, stages: list[bytes], app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_file(*_: object, **__: object) -> None:
        raise AssertionError("a file on the disk")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", no_file)
    settings: config.Settings = app.extensions["settings"]
    stranger.check(stages[2])
    before = snapshot(settings.instance)
    for data in (stages[2] + b"x" * 700_000, b"stranger"):
        stranger.check(data)
    assert snapshot(settings.instance) == before


def test_a_stranger_reaches_nothing_else(app: Flask, stranger: Stranger) -> None:
    reached = set()
    for endpoint, url in addresses(app, "GET"):
        answer = stranger.get(url)
        if answer.status_code != 302 or "/sign-in" not in answer.headers["Location"]:
            reached.add(endpoint)
    for endpoint, url in addresses(app, "POST"):
        if stranger.client.post(url, data={}, buffered=True).status_code != 401:
            reached.add(endpoint)
    assert reached == public.PUBLIC


def test_without_the_token_nothing_is_checked(stranger: Stranger) -> None:
    answer = stranger.client.post("/check", data={"file": (io.BytesIO(b"x"), "x.pdf")})
    assert answer.status_code == 400 and "Nothing was checked" in answer.text and "verdict" not in answer.text


def test_without_a_file_it_is_asked_for(stranger: Stranger) -> None:
    answer = stranger.check(b"", "")
    assert answer.status_code == 422 and "Choose the PDF or the proof to check." in answer.text


class Unread(io.RawIOBase):
    """A body that must not be touched."""

    def readable(self) -> bool:
        return True

    def readinto(self, _: Any) -> int:
        raise AssertionError("the body was read")


def unread(stranger: Stranger, length: int) -> TestResponse:
    body = {"wsgi.input": Unread(), "CONTENT_LENGTH": str(length), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    return stranger.client.post("/check", environ_overrides=body, buffered=True)


def test_a_gigabyte_is_refused_before_it_is_read(stranger: Stranger) -> None:
    answer = unread(stranger, 2**30)
    assert answer.status_code == 413 and "at most 20 MB" in answer.text and "Check a file" in answer.text


def test_a_little_too_much_is_told_too(stranger: Stranger) -> None:
    answer = stranger.check(bytes(20 * 2**20 + 1))
    assert answer.status_code == 422 and "larger than 20 MB" in answer.text


def endless(size: int) -> Iterator[bytes]:
    yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    yield from (bytes(2**16) for _ in range(size // 2**16))


class Chunks(io.RawIOBase):
    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self.taken = parts, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        part = next(self.parts, b"")[: len(buffer)]
        buffer[: len(part)] = part
        self.taken += len(part)
        return len(part)


def test_a_body_without_a_length_ends_at_the_limit(stranger: Stranger) -> None:
    body = Chunks(endless(2**30))
    values = {"wsgi.input": body, "wsgi.input_terminated": True, "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = stranger.client.post("/check", environ_overrides=values, buffered=True)
    assert answer.status_code == 413 and body.taken < 22 * 2**20


# ---------------------------------------------------------------- how often


def test_ten_a_minute_from_one_address_then_when_to_come_back(stranger: Stranger, clock: Clock) -> None:
    def ask(address: str = "192.0.2.1") -> TestResponse:
        return stranger.client.post("/check", environ_overrides={"REMOTE_ADDR": address})

    assert [ask().status_code for _ in range(11)] == [400] * 10 + [429]
    refused = ask()
    assert refused.headers["Retry-After"] == "7" and "Try again in 7 seconds." in refused.text
    assert ask("192.0.2.2").status_code == 400, "others may"
    assert stranger.get("/check").status_code == 200, "the page itself is free"
    clock.forward(seconds=7)
    assert [ask().status_code for _ in range(2)] == [400, 429]
    clock.forward(seconds=-3600)
    assert ask().status_code == 429, "a clock that was set back gives nothing"
    assert [ask(f"2001:db8:1:2::{n}").status_code for n in range(11)] == [400] * 10 + [429], "one network of IPv6"


def test_sixty_a_minute_from_all(stranger: Stranger) -> None:
    codes = [
        stranger.client.post("/check", environ_overrides={"REMOTE_ADDR": f"192.0.2.{n}"}).status_code for n in range(61)
    ]
    assert codes == [400] * 60 + [429]


def test_the_refusal_comes_before_anything_is_read(stranger: Stranger) -> None:
    for _ in range(10):
        stranger.client.post("/check")
    assert unread(stranger, 1000).status_code == 429


def test_too_many_at_once_are_told_to_come_back(
    stranger: Stranger, stages: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(foreign, "DESK", foreign._Desk())
    monkeypatch.setattr(foreign, "PATIENCE", 0.01)
    with foreign.DESK.place(), foreign.DESK.place():
        answer = stranger.check(stages[2])
        assert answer.status_code == 429 and "Other files are being checked just now" in answer.text
    assert stranger.check(stages[2]).status_code == 200
