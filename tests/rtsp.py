"""An RTSP server with many cameras, in pure Python: RTSP and RTP over one TCP connection, Digest, H.264.

Pictures are encoded once with PyAV; each camera has a mode, which a test may change while it runs. As a process of its
own (``python -m tests.rtsp PORT-FILE CAMERAS``) it serves the benchmark.
"""

import base64
import hashlib
import random
import re
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from av import CodecContext, VideoFrame

MODES = ("ok", "freeze", "still", "slow", "silent", "stop", "hang", "deaf", "garbage", "gone", "away", "mute")
SIZE, MTU, HZ = (640, 360), 1400, 90_000
REALM, NONCE = "camera", "5f3a"
USER, PASSWORD = "viewer", "s3cret-Pa55"


@cache
def encoded(mode: str, fps: int, frames: int, keys: int) -> tuple[tuple[bytes, ...], ...]:
    """NAL units of each picture. ``keys``: every so many pictures a whole one. Moving, still with noise, or frozen."""
    codec = CodecContext.create("libx264", "w")
    codec.width, codec.height, codec.pix_fmt, codec.framerate = *SIZE, "yuv420p", fps
    codec.options = {"preset": "ultrafast", "tune": "zerolatency", "qp": "26"}
    codec.gop_size = keys
    chance, made = random.Random(7), []
    width, height = SIZE
    for n in range(frames):
        frame = VideoFrame(width, height, "yuv420p")
        step = n * 9 if mode == "ok" else 0
        line = bytes((x + step) % 200 + 20 for x in range(frame.planes[0].line_size))
        picture = bytearray(line * height)
        if mode == "still":
            for _ in range(20_000):
                picture[chance.randrange(len(picture))] = chance.randrange(256)
        frame.planes[0].update(bytes(picture))
        for plane in frame.planes[1:]:
            plane.update(b"\x80" * (plane.line_size * plane.height))
        frame.pts = n
        made += [tuple(_nals(bytes(p))) for p in codec.encode(frame)]
    return tuple(made)


def _nals(data: bytes) -> Iterator[bytes]:
    return (n for n in re.split(rb"\x00\x00\x00?\x01", data) if n)


@dataclass
class Camera:
    """``mode``: one of MODES. ``keys``: every so many pictures a whole one."""

    mode: str = "ok"
    fps: int = 5
    keys: int = 5
    frames: int = 50
    user: str = USER
    password: str = PASSWORD

    def pictures(self) -> tuple[tuple[bytes, ...], ...]:
        mode = self.mode if self.mode in ("freeze", "still") else "ok"
        return encoded(mode, self.fps, self.frames, self.keys)


@dataclass
class Cameras:
    """The server. ``cameras`` by the path of their stream; ``asked``: every request line that came."""

    cameras: dict[str, Camera]
    asked: list[str] = field(default_factory=list)
    sent: int = 0

    def __enter__(self) -> "Cameras":
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self.listener.getsockname()[1]
        self.over = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.listener.close()

    def url(self, name: str, user: str = USER, password: str = PASSWORD) -> str:
        return f"rtsp://{user}:{password}@127.0.0.1:{self.port}/{name}"

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, line: socket.socket) -> None:
        with line:
            try:
                _Visit(self, line).run()
            except (OSError, ValueError):
                return


class _Visit:
    """One connection."""

    def __init__(self, server: Cameras, line: socket.socket) -> None:
        self.server, self.line = server, line
        self.input = line.makefile("rb")
        self.playing = threading.Event()

    def run(self) -> None:
        while head := self._head():
            method, url = head[0].split(" ")[:2]
            self.server.asked.append(f"{method} {url}")
            name = url.split("/", 3)[3].split("/")[0] if url.count("/") > 2 else ""
            number = next((h for h in head if h.lower().startswith("cseq")), "CSeq: 0")
            camera = self.server.cameras.get(name)
            if not self._answer(method, url, camera, number, head):
                return

    def _head(self) -> list[str]:
        lines: list[str] = []
        while raw := self.input.readline(8192):
            if raw[:1] == b"$":
                continue
            text = raw.decode("latin-1").rstrip("\r\n")
            if not text:
                return lines
            lines.append(text)
        return []

    def _answer(self, method: str, url: str, camera: Camera | None, number: str, head: list[str]) -> bool:
        """Answer one request; False to close the line."""
        mode = camera.mode if camera else "ok"
        if mode == "mute":
            self.server.over.wait(20)
            return False
        if mode == "garbage":
            self.line.sendall(b"\x00\xffHTTP nonsense\r\n\r\n" * 40)
            return False
        if method == "OPTIONS":
            return self._say(200, number, "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
        if camera is None or mode == "gone":
            return self._say(404, number)
        if mode == "away":
            return self._say(302, number, "Location: rtsp://192.0.2.7/other")
        if not self._proved(method, camera, head):
            return self._say(401, number, f'WWW-Authenticate: Digest realm="{REALM}", nonce="{NONCE}"')
        match method:
            case "DESCRIBE":
                kind = (f"Content-Base: {url}/", "Content-Type: application/sdp")
                return self._say(200, number, *kind, body=_sdp(camera))
            case "SETUP" if mode == "deaf":
                self.server.over.wait(20)
                return False
            case "SETUP":
                return self._say(200, number, "Transport: RTP/AVP/TCP;unicast;interleaved=0-1", "Session: 1;timeout=60")
            case "PLAY":
                self._say(200, number, "Session: 1", "Range: npt=0.000-")
                return self._play(camera)
            case "TEARDOWN":
                return False
        return self._say(200, number, "Session: 1")

    def _say(self, code: int, *headers: str, body: str = "") -> bool:
        words = {200: "OK", 302: "Found", 401: "Unauthorized", 404: "Not Found"}[code]
        length = (f"Content-Length: {len(body)}",) if body else ()
        self.line.sendall("\r\n".join([f"RTSP/1.0 {code} {words}", *headers, *length, "", body]).encode())
        return True

    def _proved(self, method: str, camera: Camera, head: list[str]) -> bool:
        if not camera.user:
            return True
        given = next((h for h in head if h.lower().startswith("authorization: digest")), "")
        said = dict(re.findall(r'(\w+)="([^"]*)"', given))

        def hashed(text: str) -> str:
            return hashlib.md5(text.encode()).hexdigest()

        mine = hashed(f"{camera.user}:{REALM}:{camera.password}")
        what = hashed(f"{method}:{said.get('uri', '')}")
        return bool(given) and said.get("response") == hashed(f"{mine}:{NONCE}:{what}")

    def _play(self, camera: Camera) -> bool:
        over = self.server.over
        if camera.mode == "silent":
            over.wait(20)
            return False
        if camera.mode == "slow":
            over.wait(2)
        pictures, number, began = camera.pictures(), 0, time.monotonic()
        for n in range(10_000):
            if camera.mode == "stop" and n >= 3:
                return False
            if camera.mode == "hang" and n >= 3:
                over.wait(20)
                return False
            for packet in _packets(pictures[n % len(pictures)], n * HZ // camera.fps):
                number = (number + 1) & 0xFFFF
                rtp = packet[:2] + struct.pack(">H", number) + packet[4:]
                self.line.sendall(b"$\x00" + struct.pack(">H", len(rtp)) + rtp)
            self.server.sent += 1
            if over.wait(max(0.0, began + (n + 1) / camera.fps - time.monotonic())):
                return False
        return False


def _sdp(camera: Camera) -> str:
    first = camera.pictures()[0]
    sets = ",".join(base64.b64encode(n).decode() for n in first if n[0] & 31 in (7, 8))
    profile = next(n for n in first if n[0] & 31 == 7)[1:4].hex()
    return "\r\n".join((
        "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=camera", "c=IN IP4 0.0.0.0", "t=0 0", "a=control:*",
        "m=video 0 RTP/AVP 96", "a=rtpmap:96 H264/90000", f"a=framerate:{camera.fps}",
        f"a=fmtp:96 packetization-mode=1;profile-level-id={profile};sprop-parameter-sets={sets}",
        "a=control:track1", "",
    ))  # fmt: skip


def _packets(nals: tuple[bytes, ...], stamp: int) -> Iterator[bytes]:
    """RTP packets of one picture, without their number."""
    for place, nal in enumerate(nals):
        last = place == len(nals) - 1
        if len(nal) <= MTU:
            yield _header(last, stamp) + nal
            continue
        kind, parts = nal[0], range(1, len(nal), MTU)
        for at in parts:
            start, end = at == 1, at + MTU >= len(nal)
            flags = (0x80 if start else 0) | (0x40 if end else 0) | (kind & 31)
            yield _header(last and end, stamp) + bytes(((kind & 0xE0) | 28, flags)) + nal[at : at + MTU]


def _header(marker: bool, stamp: int) -> bytes:
    return struct.pack(">BBHII", 0x80, 96 | (0x80 if marker else 0), 0, stamp & 0xFFFFFFFF, 7)


def main(port_file: str, count: str) -> None:
    """Serve ``count`` cameras (/0, /1, …) until the process is ended; the port is written into a file."""
    with Cameras({str(n): Camera(keys=10) for n in range(int(count))}) as server:
        Camera(keys=10).pictures()
        Path(port_file).write_text(str(server.port), encoding="ascii")
        threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
