"""What footage covers: how long a file really is and where it has gaps; what of the planned time is left out."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from app.domain import Message
from app.domain import doubts as d
from app.domain.facts.footage import Coverage, Period
from app.footage import pictures
from app.footage.starts import start

if TYPE_CHECKING:
    import av
    from av.video.stream import VideoStream

TOLERANCE = timedelta(seconds=2)
MOST_GAPS = 100
TRUNCATED_S = 3.0  # a header may round
OPEN_S, READ_S = 10.0, 30.0
WHOLE_S, SLOWEST = 60.0, 10 << 20  # a file may take a minute, and a second more for every 10 MiB
# What recorders write; FFmpeg opens nothing else, and follows no address that stands in a file.
OPTIONS = {
    "protocol_whitelist": "file",
    "format_whitelist": "mov,mp4,matroska,webm,avi,mpegts,mpeg,mpegvideo,h264,hevc,asf,flv,mxf,dhav,ogg,m4v,mjpeg,ivf",
}


@dataclass(frozen=True)
class Footage:
    """One file. ``start``: of its first picture, by the recorder's clock; ``source``: metadata, name or modified.

    ``seconds``: from the first picture to the end of the last one. ``gaps``: begin and length, in seconds after the
    start. ``doubts``: what a person should know or look at. Without a picture ``seconds`` is 0.
    """

    path: str
    size: int
    start: datetime | None = None
    source: str = ""
    seconds: float = 0.0
    gaps: tuple[tuple[float, float], ...] = ()
    doubts: tuple[Message, ...] = ()
    container: str = ""
    codec: str = ""
    width: int = 0
    height: int = 0
    packets: int = 0

    @property
    def pieces(self) -> tuple[Period, ...]:
        """The times that it covers, by the recorder's clock."""
        if self.start is None or not self.seconds:
            return ()
        edges = [0.0, *(edge for at, length in self.gaps for edge in (at, at + length)), self.seconds]
        moments = [self.start + timedelta(seconds=edge) for edge in edges]
        return tuple(Period(a, b) for a, b in zip(moments[::2], moments[1::2], strict=True) if a < b)


@dataclass
class _Run:
    """Times of packets, one after the other: where they stop for a while, jump back, come damaged."""

    first: float | None = None
    last: float = 0.0
    step: float = 0.0
    gaps: list[tuple[float, float]] = field(default_factory=list)
    packets: int = 0
    corrupt: int = 0
    jumps: int = 0
    _shift: float = 0.0

    def add(self, at: float, corrupt: bool) -> None:
        self.packets += 1
        self.corrupt += corrupt
        if self.first is None:
            self.first = self.last = at
            return
        if at + self._shift < self.last - TOLERANCE.total_seconds():  # a recorder that begins to count anew
            self.jumps += 1
            self._shift = self.last + self.step - at
        delta = at + self._shift - self.last
        if delta > TOLERANCE.total_seconds():
            self.gaps.append((self.last + self.step - self.first, delta - self.step))
        elif delta > 0:
            self.step = delta
        self.last = max(self.last, at + self._shift)

    @property
    def seconds(self) -> float:
        return self.last + self.step - self.first if self.first is not None else 0.0


def measure(path: Path, zone: ZoneInfo) -> Footage:
    """Measure the file without decoding it, and look at single pictures. Never raises: what is wrong is a doubt.

    ``zone``: of the centre, for times in file names.
    """
    try:
        stat = path.stat()
    except OSError as error:
        return Footage(path.name, 0, doubts=(_unreadable(error),))
    deadline = time.monotonic() + WHOLE_S + stat.st_size / SLOWEST
    try:
        with _open(path) as container:
            if not container.streams.video:
                return Footage(path.name, stat.st_size, doubts=(Message(d.NO_VIDEO),))
            return _measured(path, container, zone, deadline)
    except Exception as error:  # whatever a broken file does to the library, it is a broken file
        return Footage(path.name, stat.st_size, doubts=(_unreadable(error),))


def _open(path: Path) -> av.container.InputContainer:
    import av

    return av.open(
        f"file:{path.resolve()}", timeout=(OPEN_S, READ_S), container_options=OPTIONS, metadata_errors="replace"
    )


def _unreadable(error: Exception) -> Message:
    what = getattr(error, "strerror", None) or type(error).__name__
    return Message(d.UNREADABLE, {"what": what})


def _measured(path: Path, container: av.container.InputContainer, zone: ZoneInfo, deadline: float) -> Footage:
    import av

    stream, stat = container.streams.video[0], path.stat()
    run, doubts = _Run(), list[Message]()
    try:
        for at, corrupt in _times(container, stream, stat.st_size):
            run.add(at, corrupt)
            if time.monotonic() > deadline:
                doubts.append(Message(d.TOO_LONG))
                break
    except av.error.FFmpegError as error:
        doubts.append(_unreadable(error))
    doubts += _said(run, (container.duration or 0) / 1_000_000)
    context, seconds = stream.codec_context, round(run.seconds, 3)
    if run.packets:
        with _open(path) as again:
            doubts += pictures.doubts(list(pictures.samples(again, seconds, deadline)))
    created = container.metadata.get("creation_time") or stream.metadata.get("creation_time") or ""
    modified = datetime.fromtimestamp(stat.st_mtime, UTC)
    begun = start(path, created, modified, timedelta(seconds=seconds), zone) if run.packets else None
    return Footage(
        path.name, stat.st_size, begun.at if begun else None, begun.source if begun else "", seconds,
        tuple((round(at, 3), round(length, 3)) for at, length in run.gaps),
        (*doubts, *(begun.doubts if begun else ())),
        container.format.name, context.name, context.width, context.height, run.packets,
    )  # fmt: skip


def _times(container: av.container.InputContainer, stream: VideoStream, size: int) -> Iterator[tuple[float, bool]]:
    """Time of every packet in seconds and whether it is damaged. MP4 has a table of them: the rest is not read."""
    base = float(stream.time_base or 0)
    entries = stream.index_entries
    if stream.frames and "mp4" in container.format.name and len(entries) == stream.frames:
        for entry in entries:
            if entry.pos + entry.size <= size:
                yield entry.timestamp * base, False
        return
    for packet in container.demux(stream):
        at = packet.dts if packet.dts is not None else packet.pts
        if at is not None:
            yield at * base, packet.is_corrupt


def _said(run: _Run, header: float) -> Iterator[Message]:
    if not run.packets:
        yield Message(d.NO_PICTURE)
        return
    if header > run.seconds + TRUNCATED_S:
        says: dict[str, object] = {"said": pictures.clock(header), "real": pictures.clock(run.seconds)}
        yield Message(d.CUT_OFF, says)
    if run.jumps:
        yield Message(d.JUMPS, {"count": run.jumps})
    if run.corrupt:
        yield Message(d.DAMAGED, {"count": run.corrupt})


def covered(
    pieces: Iterable[Period], planned: Period, offset_ms: int = 0, camera: str = "", doubts: tuple[str, ...] = ()
) -> Coverage:
    """What of the planned time the pieces cover. ``offset_ms``: the recorder's clock ahead of the right one.

    A gap of two seconds is none: recorders begin a new file there. Raises ValueError when nothing was planned.
    """
    whole = planned.end - planned.start
    if whole <= timedelta(0):
        raise ValueError("nothing was planned")
    ahead = timedelta(milliseconds=offset_ms)
    gaps = list(_gaps(sorted((p.start - ahead, p.end - ahead) for p in pieces), planned))
    missing = sum((gap.end - gap.start for gap in gaps), timedelta(0))
    longest = sorted(gaps, key=lambda gap: (gap.start - gap.end, gap.start))[:MOST_GAPS]
    return Coverage(
        camera, planned, (whole - missing) * 1_000_000 // whole, tuple(sorted(longest, key=lambda gap: gap.start)),
        len(gaps) - len(longest), offset_ms, doubts,
    )  # fmt: skip


def _gaps(pieces: list[tuple[datetime, datetime]], planned: Period) -> Iterator[Period]:
    reached = planned.start
    for start_, end in (*pieces, (planned.end, planned.end)):
        until = min(start_, planned.end)
        if until - reached > TOLERANCE:
            yield Period(reached, until)
        reached = max(reached, end)


def percent(ppm: int) -> str:
    """Per cent with one decimal, never rounded up: 99.9 is not the whole."""
    return f"{ppm // 10_000}.{ppm // 1000 % 10}"
