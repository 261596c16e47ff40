"""Pictures of a look: a small grey one to compare, and the thumbnail that people see."""

import io

from av import VideoFrame

GREY = (64, 36)
WIDE = 160
FROZEN = 0.1  # mean change of 256 levels; a dark corridor's sensor noise gives 0.25 (docs/decisions/0014)


def grey(frame: VideoFrame) -> bytes:
    """64 x 36 bytes of brightness."""
    plane = frame.reformat(width=GREY[0], height=GREY[1], format="gray").planes[0]
    data, stride = bytes(plane), plane.line_size
    return b"".join(data[row * stride : row * stride + GREY[0]] for row in range(GREY[1]))


def thumbnail(frame: VideoFrame) -> bytes:
    """JPEG, 160 pixels wide."""
    high = max(2, min(4 * WIDE, round(WIDE * frame.height / frame.width)))
    out = io.BytesIO()
    frame.to_image(width=WIDE, height=high).save(out, "JPEG", quality=60)
    return out.getvalue()


def change(one: bytes, other: bytes) -> float | None:
    """Mean difference of two grey pictures; None when they cannot be compared."""
    if not one or len(one) != len(other):
        return None
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)
