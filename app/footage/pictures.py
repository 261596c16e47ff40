"""A look at single pictures of a file: black, not decodable, or always the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from app.domain import Message
from app.domain import doubts as d

if TYPE_CHECKING:
    import av
    from av.video.stream import VideoStream

WIDTH, HEIGHT = 64, 36
EVERY_S, MOST = 10.0, 40
BLACK = 20  # mean brightness, of 255
STILL = 0.1  # mean change: frozen 0.01, a quiet room with its noise 0.25
PACKETS = 300  # looked through for one picture


@dataclass(frozen=True)
class Sample:
    """``at``: seconds after the first picture. ``grey``: a thumbnail, b"" when it could not be decoded."""

    at: float
    grey: bytes

    @property
    def black(self) -> bool:
        return bool(self.grey) and sum(self.grey) < BLACK * len(self.grey)


def samples(container: av.container.InputContainer, seconds: float, deadline: float) -> Iterator[Sample]:
    """Key frames, evenly spread. Stops at ``deadline`` of the monotonic clock."""
    stream = container.streams.video[0]
    stream.codec_context.skip_frame = "NONKEY"
    base = float((stream.start_time or 0) * (stream.time_base or 0))
    count, last = min(MOST, int(seconds / EVERY_S) + 2), float("-inf")
    for turn in range(count):
        wanted = seconds * turn / count
        if time.monotonic() > deadline:
            return
        found = _picture(container, stream, wanted + base)
        if not found.grey:
            yield Sample(wanted, b"")
        elif found.at > last:  # a file without an index may answer with the same one again
            last = found.at
            yield Sample(found.at - base, found.grey)


def _picture(container: av.container.InputContainer, stream: VideoStream, at: float) -> Sample:
    """The key frame at or before the moment; without a picture when it cannot be decoded."""
    import av

    try:
        container.seek(int(at * 1_000_000), backward=True)
        for count, packet in enumerate(container.demux(stream)):
            for frame in packet.decode():
                return Sample(float(frame.time or 0), _grey(frame))
            if count > PACKETS:
                break
    except av.error.FFmpegError:
        pass
    return Sample(0, b"")


def _grey(frame: av.VideoFrame) -> bytes:
    plane = frame.reformat(width=WIDTH, height=HEIGHT, format="gray").planes[0]
    data, line = bytes(plane), plane.line_size
    return b"".join(data[row * line : row * line + WIDTH] for row in range(HEIGHT))


def doubts(seen: list[Sample]) -> Iterator[Message]:
    """What a person should look at."""
    good = [s for s in seen if s.grey]
    if len(good) < len(seen):
        places = ", ".join(clock(s.at) for s in seen if not s.grey)
        says: dict[str, object] = {"places": places}
        yield Message(d.UNDECODED, says)
    dark = [_span(list(run)) for is_dark, run in groupby(good, key=lambda s: s.black) if is_dark]
    if dark:
        yield Message(d.BLACK, {"places": ", ".join(dark)})
    for run in _frozen(good):
        yield Message(d.FROZEN, {"places": _span(run)})


def _frozen(good: list[Sample]) -> Iterator[list[Sample]]:
    """Three or more pictures one after the other, not black, that hardly differ."""
    run: list[Sample] = []
    for sample in good:
        if run and (sample.black or _change(run[-1].grey, sample.grey) >= STILL):
            if len(run) > 2:
                yield run
            run = []
        run += [] if sample.black else [sample]
    if len(run) > 2:
        yield run


def _change(a: bytes, b: bytes) -> float:
    return sum(abs(x - y) for x, y in zip(a, b, strict=True)) / len(a)


def _span(run: list[Sample]) -> str:
    return clock(run[0].at) if len(run) == 1 else f"{clock(run[0].at)}-{clock(run[-1].at)}"


def clock(seconds: float) -> str:
    """As a player shows it: 1:02:03."""
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
