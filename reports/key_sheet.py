"""The sheet that the head and the ministry keep: log key and root, in print and as a QR code.

Whoever has it checks packages without asking the installation that made them. Russian with English beneath: a sheet
goes to people of several offices, and may be needed long after.
"""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from reports.ink import THIN, Ink
from reports.layout import A4
from reports.pdfa import About, add_page, close, open_canvas
from reports.typeface import Typeface
from reports.typeset import Fit, Style, set_lines

MM = 72 / 25.4
LEFT, WIDTH, QR = 22 * MM, 166 * MM, 62 * MM
TITLE, LABEL, ENGLISH = Style("S", 20, 25), Style("S", 10.5, 14), Style("L", 9, 12)
VALUE, TEXT = Style("R", 12, 17), Style("R", 10.5, 14.5)
WORDS = {
    "title": ("Лист ключа журнала", "Key sheet of the logbook"),
    "use": (
        "Храните этот лист отдельно от системы. По нему проверяют пакеты дней: команда verify.py принимает ключ "
        "(--vkey) и отпечаток корня (--root). В QR-коде записано то же самое.",
        "Keep this sheet apart from the system. Packages are checked against it: verify.py takes the key (--vkey) "
        "and the fingerprint of the root (--root). The QR code holds the same.",
    ),
    "vkey": ("Ключ журнала", "Log key"),
    "key_sha256": ("Отпечаток ключа журнала, SHA-256", "Fingerprint of the log key, SHA-256"),
    "root_sha256": ("Отпечаток корневого сертификата, SHA-256", "Fingerprint of the root certificate, SHA-256"),
    "hand": ("Лист сверен с показанным системой и принят на хранение", "Compared with what the system shows, and kept"),
    "sign": ("должность, фамилия, дата, подпись", "office, name, date, signature"),
}
_drawing = threading.Lock()  # as in reports.render


@dataclass(frozen=True)
class Published:
    """What packages are checked against. ``key_sha256``: of the 32 bytes of the log key."""

    name: str
    vkey: str
    key_sha256: str
    root_sha256: str

    @property
    def text(self) -> str:
        """For a QR code: two lines, as ``verify.py`` takes them."""
        return f"{self.vkey}\n{self.root_sha256}\n"


def key_sheet(published: Published, moment: datetime) -> bytes:
    """One page A4."""
    about = About(f"{WORDS['title'][0]}, {published.name}", published.name, WORDS["title"][1], "ru", moment)
    with _drawing:
        canvas = open_canvas(about, A4)
        ink = Ink(Typeface(canvas._doc))
        _draw(ink, published)
        add_page(canvas, ink.code().encode("ascii"))
        return close(canvas, about, [], published.text.encode())


def _draw(ink: Ink, published: Published) -> None:
    y = A4[1] - 24 * MM
    y = _pair(ink, y, "title", TITLE)
    y = _para(ink, y - 4, published.name, LABEL, fit=Fit.FREE)
    ink.line(LEFT, y - 6, LEFT + WIDTH, y - 6)
    y = _pair(ink, y - 14, "use", TEXT)
    values = {
        "vkey": [published.vkey], "key_sha256": list(_rows(published.key_sha256)),
        "root_sha256": list(_rows(published.root_sha256)),
    }  # fmt: skip
    for key, lines in values.items():
        y = _pair(ink, y - 20, key, LABEL) - 4
        for line in lines:
            y = _para(ink, y, line, VALUE, fit=Fit.FREE)
    ink.qr(LEFT, y - 22 - QR, QR, published.text)
    _pair(ink, y - 22, "hand", LABEL, LEFT + QR + 12 * MM, WIDTH - QR - 12 * MM)
    right = LEFT + QR + 12 * MM
    ink.line(right, y - QR, LEFT + WIDTH, y - QR, THIN)
    _pair(ink, y - QR - 2, "sign", ENGLISH, right, WIDTH - QR - 12 * MM)


def _pair(ink: Ink, y: float, key: str, style: Style, x: float = LEFT, room: float = WIDTH) -> float:
    """Both languages, from ``y`` down; the new y."""
    own, english = WORDS[key]
    return _para(ink, _para(ink, y, own, style, x, room) - 1, english, ENGLISH, x, room)


def _para(
    ink: Ink, y: float, text: str, style: Style, x: float = LEFT, room: float = WIDTH, fit: Fit = Fit.FIXED
) -> float:
    style, lines = set_lines(text, style, room, fit)
    for line in lines:
        y -= style.lead
        ink.text(x, y + style.lead * 0.22, line, style.cut, style.size)
    return y


def _rows(digest: str) -> Iterator[str]:
    """Hex in fours, eight to a row: what people compare by eye."""
    fours = [digest[i : i + 4] for i in range(0, len(digest), 4)]
    for i in range(0, len(fours), 8):
        yield " ".join(fours[i : i + 8])
