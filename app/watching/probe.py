"""One look at a camera: does it answer, does it stream, does the picture change?

Only the worker's process imports this: FFmpeg stays out of the process that serves pages.
"""

import time
from contextlib import suppress

import av
from av.container import InputContainer

from app.watching.look import (
    BAD_ADDRESS,
    ELSEWHERE,
    NO_ANSWER,
    NO_PICTURE,
    NO_STREAM,
    REFUSED_WORDS,
    STILL,
    STOPPED,
    UNREADABLE,
    Look,
    taken_apart,
)
from app.watching.picture import FROZEN, change, grey, thumbnail
from app.watching.rtsp import knock

WHOLE = 8.0  # seconds of a look at the most
KNOCK, OPEN, READ = 2.5, 4.0, 3.0
STALL = 2.5  # no packet for so long: the stream stopped
WATCH = 2.2  # seconds of stream that tell the rate; as long as two key frames are apart, mostly
OPTIONS = {
    "rtsp_transport": "tcp", "allowed_media_types": "video", "protocol_whitelist": "rtsp,rtp,tcp",
    "timeout": str(int(READ * 1e6)), "analyzeduration": "0", "probesize": "32",
    "user_agent": "logbook",
}  # fmt: skip

av.logging.set_level(None)  # FFmpeg's own messages hold addresses


def look(url: str, before: bytes = b"") -> Look:
    """Look at the stream; ``before``: the grey picture of the look before. Never raises for what a camera does."""
    began = time.monotonic()
    where = taken_apart(url, "rtsp")
    if where is None:
        return Look("unreachable", BAD_ADDRESS)
    if wrong := knock(where, KNOCK):
        return wrong
    try:
        with av.open(url, options=OPTIONS, timeout=(OPEN, READ)) as container:
            return _Watching(container, began).seen(before)
    except (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError):
        return Look("refused", REFUSED_WORDS)
    except av.error.HTTPNotFoundError:
        return Look("silent", NO_STREAM)
    except av.error.ProtocolNotFoundError:
        return Look("silent", ELSEWHERE)
    except (av.error.TimeoutError, av.error.ExitError):
        return Look("silent", NO_PICTURE)
    except (av.error.ConnectionRefusedError, av.error.ConnectionResetError):
        return Look("unreachable", NO_ANSWER)
    except (av.error.FFmpegError, ValueError, IndexError, OSError):
        return Look("silent", NO_PICTURE)


class _Watching:
    """A stream that opened: its packets counted, at most two of its key frames decoded."""

    def __init__(self, container: InputContainer, began: float) -> None:
        self.container, self.began = container, began
        self.stream = container.streams.video[0]
        self.stream.thread_type = "NONE"
        self.stream.codec_context.skip_frame = "NONKEY"
        self.arrived: list[float] = []
        self.stamps: list[float] = []
        self.frames: list[av.VideoFrame] = []

    def seen(self, before: bytes) -> Look:
        """What the stream shows in about two seconds; longer only until the first whole picture."""
        whole = False
        with suppress(av.error.FFmpegError):  # it stopped or ended
            for packet in self.container.demux(self.stream):
                if not packet.size or self._stalled():
                    break
                if whole := self._take(packet):
                    break
        if not self.arrived:
            return Look("silent", NO_PICTURE)
        if not self.frames:
            return Look("silent", UNREADABLE, self._rate())
        return self._judged(before) if whole else Look("silent", STOPPED, self._rate())

    def _stalled(self) -> bool:
        """Nothing came for so long that what comes now is only the rest of what had come before."""
        return bool(self.arrived) and time.monotonic() - self.arrived[-1] > STALL

    def _take(self, packet: av.Packet) -> bool:
        """Count one packet; True when enough was seen."""
        now = time.monotonic()
        self.arrived.append(now)
        if packet.pts is not None and packet.time_base:
            self.stamps.append(float(packet.pts * packet.time_base))
        if packet.is_keyframe and len(self.frames) < 2:
            self._decode(packet)
        watched = now - self.arrived[0]
        return now - self.began > WHOLE or (bool(self.frames) and watched >= WATCH)

    def _decode(self, packet: av.Packet) -> None:
        decoder = self.stream.codec_context
        with suppress(av.error.FFmpegError):
            found = [*decoder.decode(packet), *decoder.decode(None)]
            self.frames += found[-1:]
        decoder.flush_buffers()

    def _judged(self, before: bytes) -> Look:
        first, last = self.frames[0], self.frames[-1]
        small = grey(last)
        changes = [change(small, before), change(small, grey(first)) if first is not last else None]
        known = [c for c in changes if c is not None]
        frozen = changes[0] is not None and max(known) < FROZEN
        return Look(
            "frozen" if frozen else "alive", STILL if frozen else "", self._rate(), last.width, last.height,
            self.arrived[0] - self.began, max(known, default=None), thumbnail(last), small,
        )  # fmt: skip

    def _rate(self) -> int:
        """Frames a second in thousandths, by the stream's own time; by the arrival where it has none."""
        for moments in (set(self.stamps), set(self.arrived)):
            if len(moments) > 1:
                return min(round(1000 * (len(moments) - 1) / (max(moments) - min(moments))), 1_000_000)
        return 0
