"""Tiny videos: 64x36 pixels, five pictures a second, a key frame every second."""

import random
from collections.abc import Callable, Iterable
from fractions import Fraction
from pathlib import Path

import av

RATE, WIDTH, HEIGHT = 5, 64, 36
Picture = Callable[[int], bytes]


def moving(number: int) -> bytes:
    dice = random.Random(number)
    return dice.randbytes(WIDTH * HEIGHT)


def frozen(_: int) -> bytes:
    return moving(7)


def black(_: int) -> bytes:
    return b"\x10" * (WIDTH * HEIGHT)


def video(
    path: Path, seconds: int, picture: Picture = moving, without: Iterable[int] = (), created: str = "",
    options: dict[str, str] | None = None,
) -> Path:  # fmt: skip
    """``without``: seconds that are left out, as when the recorder lost power."""
    left_out = set(without)
    with av.open(str(path), "w", options=options or {}) as container:
        if created:
            container.metadata["creation_time"] = created
        stream = container.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "ultrafast", "g": str(RATE), "x264-params": "scenecut=0:bframes=0"}
        for number in range(seconds * RATE):
            if number // RATE in left_out:
                continue
            frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
            for plane, fill in zip(frame.planes, (picture(number), b"\x80", b"\x80"), strict=True):
                plane.update(_padded(fill, plane))
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def _padded(fill: bytes, plane: av.video.plane.VideoPlane) -> bytes:
    if len(fill) == 1:
        return fill * plane.buffer_size
    rows = [fill[row * plane.width : (row + 1) * plane.width] for row in range(plane.height)]
    return b"".join(row.ljust(plane.line_size, b"\0") for row in rows)


def cut(path: Path, part: float) -> Path:
    """The file as a pulled cable leaves it."""
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * part)])
    return path
