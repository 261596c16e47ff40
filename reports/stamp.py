"""Stamps: what stands in the box of a signature, before and after.

Drawn with the fonts that the document already embeds. The time in a stamp is written from the same
moment that goes into the signature.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reports.fields import Box
from reports.form import Slot
from reports.ink import Ink
from reports.layout import MM, Sheet, offset, stamp_time
from reports.typeface import Letters, printable
from reports.typeset import LABEL, NOTE, SECOND, SMALLEST, VALUE, VALUE_S, Style

HEIGHT, GUTTER, LINE_GAP, PAD = 33 * MM, 4 * MM, 3 * MM, 3 * MM
SIGNED = Style("S", 12.5, 15)
WAITING = Style("R", 12.5, 15)


@dataclass(frozen=True)
class Stamp:
    """What a visible signature says besides its time and certificate.

    ``number`` of the slot in its row; ``zone``: IANA name. ``signed`` and ``certificate`` are the form's words
    for "signed electronically" and "personal certificate".
    """

    number: int
    name: str
    role: str
    meaning: str
    zone: str
    signed: str
    certificate: str
    role_second: str = ""
    meaning_second: str = ""


def stamp_letters(words: Mapping[str, str]) -> str:
    """What a stamp writes of the form's own words: letters that the document has to hold before anybody signs."""
    return "".join(words[key] for key in ("signed", "certificate"))


def stamp_for(slots: Sequence[Slot], field: str, name: str, zone: str, words: Mapping[str, str]) -> Stamp:
    """The stamp of one slot, for the person who signs. ``words``: the form's labels. KeyError: no such field."""
    for number, slot in enumerate(slots, 1):
        if slot.field == field:
            return Stamp(
                number, name, slot.role, slot.meaning, zone, words["signed"], words["certificate"],
                slot.role_second, slot.meaning_second,
            )  # fmt: skip
    raise KeyError(field)


def fingerprint(sha256: str) -> str:
    """``4A7F 19C2 … 8E03 D1B6`` of a certificate's SHA-256 in hex."""
    digits = sha256.upper()
    return f"{digits[:4]} {digits[4:8]} … {digits[-8:-4]} {digits[-4:]}"


def draw_signed(ink: Ink, size: tuple[float, float], stamp: Stamp, moment: datetime, sha256: str) -> None:
    """The signed stamp; the origin is its lower left corner. It covers whatever the empty field showed."""
    w, h = size
    local = moment.astimezone(ZoneInfo(stamp.zone))
    ink.ground(0, 0, w, h)
    ink.frame(0.2, 0.2, w - 0.4, h - 0.4)
    ink.line(0, h - 0.8, w, h - 0.8, 1.6)
    y = _title(ink, w, h, stamp.number, stamp.role, stamp.role_second)
    y = _word(ink, w, y, stamp.meaning, stamp.meaning_second, SIGNED)
    y = _name(ink, w, y, stamp.name, VALUE_S)
    _fit(ink, PAD, y, w - 2 * PAD, stamp.signed, LABEL)
    _fit(ink, PAD, y - 9.2, w - 2 * PAD, f"{stamp_time(local)} ({offset(local)})", NOTE)
    _fit(ink, PAD, y - 18.8, w - 2 * PAD, f"{stamp.certificate} {fingerprint(sha256)}", NOTE)


def draw_waiting(ink: Ink, size: tuple[float, float], sheet: Sheet, number: int, slot: Slot) -> None:
    """The empty field: whose turn it is and what the signature will mean."""
    w, h = size
    ink.ground(0, 0, w, h)
    ink.frame(0.2, 0.2, w - 0.4, h - 0.4, broken=True)
    y = _title(ink, w, h, number, slot.role, slot.role_second)
    y = _word(ink, w, y, sheet.say("unsigned"), sheet.also("unsigned"), WAITING)
    y = _name(ink, w, y, slot.name, VALUE)
    _fit(ink, PAD, y, w - 2 * PAD, f"{sheet.say('will_mean')}: {slot.meaning.lower()}", LABEL)
    ink.sign("open", PAD, y - 9.6)
    waits = f"{sheet.say('waits')}: {slot.short or slot.name or slot.role.lower()}"
    _fit(ink, PAD + 7.6, y - 9.2, w - 2 * PAD - 7.6, waits, NOTE)


def _title(ink: Ink, w: float, h: float, number: int, role: str, second: str) -> float:
    y = h - 11.5
    _fit(ink, PAD, y, w - 2 * PAD, f"{number}. {role}", NOTE)
    _fit(ink, PAD, y - 8.6, w - 2 * PAD, second, SECOND)
    return y - 25.5


def _word(ink: Ink, w: float, y: float, word: str, second: str, style: Style) -> float:
    width = ink.letters.width(printable(word), style.cut, style.size)
    ink.text(PAD, y, word, style.cut, style.size)
    if second and PAD + width + 5 + ink.letters.width(printable(second), SECOND.cut, SECOND.size) < w:
        ink.text(PAD + width + 5, y, second, SECOND.cut, SECOND.size)
    return y - 13.2


def _name(ink: Ink, w: float, y: float, name: str, style: Style) -> float:
    """The full name in one line if it can be, else in two, both large enough to read."""
    room = w - 2 * PAD
    size = _size(ink.letters, name, style, room)
    if size >= 7:
        ink.text(PAD, y, name, style.cut, size)
        return y - 12.6
    words = name.split()
    cut = min(
        range(1, len(words)), default=0,
        key=lambda i: max(_width(ink.letters, " ".join(part), style) for part in (words[:i], words[i:])),
    )  # fmt: skip
    lines = [" ".join(words[:cut]), " ".join(words[cut:])] if cut else [name]
    for i, line in enumerate(lines):
        small = Style(style.cut, 7.6 if cut else style.size, style.lead)
        _fit(ink, PAD, y + (3.2 - 7.9 * i if cut else 0), room, line, small)
    return y - 12.6 - (1.6 if cut else 0)


def _width(letters: Letters, text: str, style: Style) -> float:
    return letters.width(printable(text), style.cut, style.size)


def _size(letters: Letters, text: str, style: Style, room: float) -> float:
    """The size at which ``text`` fits in ``room``, at most the style's own."""
    width = _width(letters, text, style)
    return style.size if width <= room else style.size * room / width


def _fit(ink: Ink, x: float, y: float, room: float, text: str, style: Style) -> None:
    """One line, set smaller when needed; below the smallest type in two lines."""
    size = _size(ink.letters, text, style, room)
    words = text.split()
    if size >= SMALLEST or len(words) < 2:
        ink.text(x, y, text, style.cut, size)
        return
    half = min(
        range(1, len(words)),
        key=lambda i: max(_width(ink.letters, " ".join(part), style) for part in (words[:i], words[i:])),
    )
    for i, part in enumerate((words[:half], words[half:])):
        line = " ".join(part)
        small = Style(style.cut, SMALLEST, style.lead)
        ink.text(x, y + 2.6 - 5.8 * i, line, style.cut, _size(ink.letters, line, small, room))


def arrange(sheet: Sheet, count: int) -> tuple[int, float]:
    """How many stamps stand side by side, and the width of each."""
    wide = max(count, 3) if count <= 4 else 3 if count <= 6 else 4
    across = 2 if sheet.w < sheet.h else wide
    return across, (sheet.width - GUTTER * (across - 1)) / across


def place(sheet: Sheet) -> list[Box]:
    """Head the stamps and give their boxes, above the foot of the last page."""
    slots = sheet.document.slots
    across, width = arrange(sheet, len(slots))
    lines = -(-len(slots) // across)
    need = lines * HEIGHT + (lines - 1) * LINE_GAP
    head = 24.0
    if not sheet.fits(need + head + 6):
        sheet.turn()
    sheet.y = sheet.bottom + need + head
    sheet.heading(sheet.say("signatures"), sheet.also("signatures"), 4)
    sheet.y -= 3
    boxes = []
    for k, slot in enumerate(slots):
        x = sheet.left + (k % across) * (width + GUTTER)
        bottom = sheet.y - (k // across) * (HEIGHT + LINE_GAP) - HEIGHT
        boxes.append((x, bottom, width, HEIGHT))
        ink = Ink(sheet.letters)  # under the field: what stays true, for readers that show no empty field
        _title(ink, width, HEIGHT, k + 1, slot.role, slot.role_second)
        sheet.ink.ops += [f"q 1 0 0 1 {x:.2f} {bottom:.2f} cm", *ink.ops, "Q"]
        sheet.ink.frame(x + 1.5, bottom + 1.5, width - 3, HEIGHT - 3, broken=True)
    sheet.y -= need
    return boxes
