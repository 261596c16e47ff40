"""Drawing in black: operators for a page or for the appearance of a stamp.

Both are drawn by the same code, so a stamp looks the same before and after signing. Only
black and, for the ground of a stamp, white are used: a plain printer keeps it sharp. The one grey is the word that
lies across a page of a rehearsal, beneath everything.
"""

import re
from functools import lru_cache
from math import atan2, cos, hypot, sin

import segno

from reports.typeface import Letters, printable

HAIR, THIN, RULE, HEAVY = 0.25, 0.4, 0.7, 1.1
PALE = 0.9  # grey of a word beneath the text


class Ink:
    """Collects content stream operators; the origin is the lower left corner, units are points."""

    def __init__(self, letters: Letters) -> None:
        self.letters = letters
        self.ops: list[str] = []

    def code(self) -> str:
        """The operators, ASCII."""
        return "\n".join(self.ops) + "\n"

    def pack(self) -> None:
        """Keep what is drawn so far as one piece: it takes half the memory."""
        self.ops = ["\n".join(self.ops)]

    def text(self, x: float, y: float, text: str, cut: str, size: float, align: str = "l") -> None:
        """Text with its base line at ``y``; ``align`` l, r or c places ``x``."""
        text = printable(text)
        if not text or text.isspace():
            return
        if align != "l":
            width = self.letters.width(text, cut, size)
            x -= width if align == "r" else width / 2
        runs = [f"{name} {size:.2f} Tf <{codes.hex()}> Tj" for name, codes in self.letters.runs(text, cut)]
        self.ops.append(f"BT 1 0 0 1 {x:.2f} {y:.2f} Tm {' '.join(runs)} ET")

    def across(self, w: float, h: float, text: str, cut: str) -> None:
        """One large pale word from the lower left of a page to the upper right."""
        text, angle = printable(text), atan2(h, w)
        size = hypot(w, h) * 0.74 / self.letters.width(text, cut, 1)
        size = min(size, h * 0.3)
        length, up, along = self.letters.width(text, cut, size), sin(angle), cos(angle)
        x, y = w / 2 - along * length / 2 + up * size * 0.35, h / 2 - up * length / 2 - along * size * 0.35
        runs = " ".join(f"{name} {size:.2f} Tf <{codes.hex()}> Tj" for name, codes in self.letters.runs(text, cut))
        self.ops.append(
            f"q {PALE} g BT {along:.4f} {up:.4f} {-up:.4f} {along:.4f} {x:.2f} {y:.2f} Tm {runs} ET Q"
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, width: float = THIN) -> None:
        """A straight rule."""
        self.ops.append(f"{width:.2f} w {x1:.2f} {y1:.2f} m {x2:.2f} {y2:.2f} l S")

    def frame(self, x: float, y: float, w: float, h: float, width: float = THIN, broken: bool = False) -> None:
        """An open rectangle."""
        dash = "[2.2 2] 0 d " if broken else ""
        self.ops.append(f"q {dash}{width:.2f} w {x:.2f} {y:.2f} {w:.2f} {h:.2f} re S Q")

    def ground(self, x: float, y: float, w: float, h: float) -> None:
        """A white rectangle that covers what lies below it."""
        self.ops.append(f"q 1 g {x:.2f} {y:.2f} {w:.2f} {h:.2f} re f Q")

    def sign(self, kind: str, x: float, y: float, s: float = 5.2) -> None:
        """A mark with a shape of its own; ``x, y``: left end of the base line, ``s``: height."""
        m = y + s * 0.48
        match kind:
            case "done":
                ops = f"{x + 0.3:.2f} {m:.2f} m {x + s * 0.38:.2f} {y + 0.4:.2f} l {x + s:.2f} {y + s * 0.98:.2f} l S"
            case "late":
                ops = f"{x:.2f} {y:.2f} m {x + s:.2f} {y:.2f} l {x + s / 2:.2f} {y + s:.2f} l h f"
            case "impossible":
                cross = f"{x + s * 0.15:.2f} {y + s * 0.13:.2f} m {x + s * 0.85:.2f} {y + s * 0.83:.2f} l S"
                ops = f"{_circle(x + s / 2, m, s / 2)} S {cross}"
            case "waived":
                ops = f"{x:.2f} {m:.2f} m {x + s:.2f} {m:.2f} l S"
            case "elsewhere":
                back, half = x + s * 0.6, s * 0.3
                head = f"{back:.2f} {m + half:.2f} m {x + s:.2f} {m:.2f} l {back:.2f} {m - half:.2f} l"
                ops = f"{x:.2f} {m:.2f} m {x + s:.2f} {m:.2f} l {head} S"
            case _:  # open, waiting
                ops = f"{_circle(x + s / 2, m, s / 2 - 0.3)} S"
        self.ops.append(f"0.8 w {ops}")

    def shade(self, kind: str, x: float, y: float, w: float, h: float) -> None:
        """A block in one of the fillings that stay apart without colour."""
        box = f"{x:.2f} {y:.2f} {w:.2f} {h:.2f} re"
        if kind in ("done", "elsewhere"):
            self.ops.append(f"0.5 w {box} B")
            return
        lines = []
        if kind in ("late", "impossible"):
            step, k = (2.6 if kind == "late" else 3.2), -h
            while k < w + h:
                lines.append(f"{x + k:.2f} {y:.2f} m {x + k + h:.2f} {y + h:.2f} l")
                if kind == "impossible":
                    lines.append(f"{x + k + h:.2f} {y:.2f} m {x + k:.2f} {y + h:.2f} l")
                k += step
        hatch = f"q {box} W n {' '.join(lines)} S Q " if lines else ""
        dash = "[1 1] 0 d " if kind == "open" else ""
        self.ops.append(f"q 0.5 w {hatch}{dash}{box} S Q")

    def qr(self, x: float, y: float, side: float, text: str) -> None:
        """A QR code, level M, as one path."""
        modules, path = _qr(text)
        unit = side / modules
        self.ops.append(f"q {unit:.4f} 0 0 {unit:.4f} {x:.2f} {y:.2f} cm {path} f Q")


def _circle(x: float, y: float, r: float) -> str:
    k = r * 0.5523
    return (
        f"{x + r:.2f} {y:.2f} m "
        f"{x + r:.2f} {y + k:.2f} {x + k:.2f} {y + r:.2f} {x:.2f} {y + r:.2f} c "
        f"{x - k:.2f} {y + r:.2f} {x - r:.2f} {y + k:.2f} {x - r:.2f} {y:.2f} c "
        f"{x - r:.2f} {y - k:.2f} {x - k:.2f} {y - r:.2f} {x:.2f} {y - r:.2f} c "
        f"{x + k:.2f} {y - r:.2f} {x + r:.2f} {y - k:.2f} {x + r:.2f} {y:.2f} c h"
    )


def qr_modules(text: str) -> int:
    """Modules along a side of the code."""
    return _qr(text)[0]


# An address, a document number in capitals, a long number: each is packed as tightly as it can be.
PARTS = re.compile(r"(.*?)([0-9A-Z$%*+.:/-]*/)([0-9]{60,})", re.DOTALL)


@lru_cache(256)
def _qr(text: str) -> tuple[int, str]:
    found = PARTS.fullmatch(text)
    parts = [part for part in found.groups() if part] if found else text
    matrix = segno.make(parts, error="m", micro=False, boost_error=False).matrix  # type: ignore[arg-type]
    size, ops = len(matrix), []
    for row, line in enumerate(matrix):
        run = 0
        for column, bit in enumerate([*line, 0]):
            if bit:
                run += 1
            elif run:
                ops.append(f"{column - run} {size - 1 - row} {run} 1 re")
                run = 0
    return size, " ".join(ops)
