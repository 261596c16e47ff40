"""The sheet that every form is drawn on: pages, running head, foot, headings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from reports.form import Document, Form
from reports.ink import RULE, THIN, Ink, qr_modules
from reports.typeface import NBSP, Letters
from reports.typeset import (
    H2,
    LABEL,
    SECOND,
    TITLE,
    VALUE,
    Fit,
    P,
    Style,
    draw_lines,
    height,
    set_cell,
    set_lines,
)

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
QR_SIDE, FOOT_Y = 14.5 * MM, 8 * MM
QR_TOP, QR_MOST, MODULE = 26.4 * MM, 21.2 * MM, 0.4 * MM  # a module of 0.4 mm is read from any office print
FOOT = Style("R", 6.8, 9)
FOOT_S = Style("S", 6.8, 9)
FOOT_L = Style("L", 6.8, 9)
BANNER = Style("S", 9, 11)
REPLACES = Style("S", 8, 10.5)


def stamp_time(moment: datetime) -> str:
    """``01.06.2026 18:42:07``"""
    return moment.strftime("%d.%m.%Y %H:%M:%S")


def offset(moment: datetime) -> str:
    """``UTC+03:00`` of an aware local time."""
    text = moment.strftime("%z")
    return f"UTC{text[:3]}:{text[3:5]}"


@dataclass(frozen=True)
class Field:
    """Label and value in the head of a form; ``share`` of the width."""

    label: str
    value: str
    share: float
    style: Style = VALUE


class Sheet:
    """Pages with a cursor ``y`` that goes down from the top margin. All measures in points."""

    def __init__(self, form: Form, document: Document, letters: Letters) -> None:
        self.form, self.document, self.letters = form, document, letters
        shape = form.shape
        self.w, self.h = (A4[1], A4[0]) if shape.landscape else A4
        self.left, self.right = shape.left * MM, self.w - shape.right * MM
        self.top, self.bottom = self.h - shape.top * MM, shape.bottom * MM
        self.width = self.right - self.left
        self.pages: list[Ink] = []
        self.turn()

    # ------------------------------------------------------------ words

    def say(self, key: str) -> str:
        """A label in the regulation's language."""
        return self.form.labels[self.form.language][key]

    def also(self, key: str) -> str:
        """The same label in the reader's language (English when the form has no such language); empty when
        both languages are one."""
        language = self.document.language
        if language == self.form.language:
            return ""
        labels = self.form.labels
        return labels.get(language, {}).get(key) or labels["en"].get(key, "")

    @property
    def title(self) -> str:
        """The form's title in the regulation's language."""
        return self.form.title[self.form.language]

    # ------------------------------------------------------------ pages

    @property
    def ink(self) -> Ink:
        """The page that is drawn on."""
        return self.pages[-1]

    def turn(self) -> None:
        """Begin a new page."""
        if self.pages:
            self.ink.pack()
        self.pages.append(Ink(self.letters))
        self.y = self.top
        if self.document.rehearsal:
            self.ink.across(self.w, self.h, self.say("rehearsal_banner"), "S")

    def fits(self, points: float) -> bool:
        """Is there room for so much above the foot?"""
        return self.y - points >= self.bottom

    @property
    def full(self) -> float:
        """Height of an empty page between the margins."""
        return self.top - self.bottom

    # ------------------------------------------------------------ parts

    def text(self, x: float, y: float, text: str, style: Style, align: str = "l") -> None:
        """One line of text at a base line."""
        self.ink.text(x, y, text, style.cut, style.size, align)

    def rule(self, y: float, weight: float = THIN) -> None:
        """A rule over the full width."""
        self.ink.line(self.left, y, self.right, y, weight)

    def para(
        self, x: float, room: float, text: str, style: Style, fit: Fit = Fit.FIXED, y: float | None = None
    ) -> float:
        """Set a paragraph from ``y`` (default: the cursor) down; returns the new y."""
        top = self.y if y is None else y
        style, lines = set_lines(text, style, room, fit)
        for line in lines:
            top -= style.lead
            self.text(x, top + style.lead * 0.22, line, style)
        return top

    def head(self, second: str, right: str = "", right_label: str = "", style: Style = TITLE) -> None:
        """Title of the document with the reader's language under it and a code at the right edge."""
        room = self.width - (style.width(right) + 12 if right else 0)
        y = self.y
        self.y = self.para(self.left, room, self.title, style, Fit.TYPED)
        if right:
            self.text(self.right, y - style.lead + 3, right, style, "r")
            self.text(self.right, y - style.lead - 8.5, right_label, LABEL, "r")
        if second or right_label:
            self.y -= 9.5
            self.text(self.left, self.y + 1, second, SECOND)
        self.y -= 6
        self._replaces()

    def _replaces(self) -> None:
        """Of a later revision: which file it replaces, and why."""
        old = self.document.replaces
        if old is None:
            return
        at = old.at.astimezone(ZoneInfo(self.document.zone))
        told = {"new": self.document.revision, "old": old.revision, "date": stamp_time(at), "file": old.file}
        numbers = ", ".join(map(str, old.addenda))
        because = "because_addenda" if numbers else "because_entries"
        for say, style in ((self.say, REPLACES), (self.also, SECOND)):
            if words := say("replaces"):
                text = f"{words.format(**told)} {say(because).format(numbers=numbers)}"
                self.y = self.para(self.left, self.width, text, style, Fit.TYPED)
        self.y -= 6

    def fields(self, items: Sequence[Field]) -> None:
        """Label above value, thin rule above: the head of a form."""
        x, top, low = self.left, self.y, self.y
        self.rule(top)
        for item in items:
            room = self.width * item.share - 5 * MM
            y = self.para(x, room, item.label, LABEL, Fit.TYPED, top - 2.5)
            y = self.para(x, room, item.value, item.style, Fit.TYPED, y - 0.8)
            low = min(low, y)
            x += self.width * item.share
        self.y = low - 6

    def heading(self, text: str, second: str = "", above: float = 12.0, style: Style = H2) -> None:
        """Heading of a section with the reader's language beside it."""
        self.y -= above + style.lead
        self.text(self.left, self.y + style.lead * 0.22, text, style)
        self.text(self.left + style.width(text) + 7, self.y + style.lead * 0.22, second, SECOND)
        self.y -= 3

    def block(self, cell: P | Sequence[P], gap: float = 0) -> None:
        """Paragraphs over the full width; turns the page when they do not fit."""
        self.y -= gap
        for p in [cell] if isinstance(cell, P) else cell:
            lines = set_cell(p, self.width)
            if not self.fits(height(lines)):
                self.turn()
            draw_lines(self.ink, lines, self.left, self.y, self.width, base=p.style.size)
            self.y -= height(lines)

    # ------------------------------------------------------------ running head and foot

    def finish(self) -> None:
        """Draw running heads and feet, now that the number of pages is known."""
        for number, ink in enumerate(self.pages, 1):
            self._foot(ink, number)
            self._running_head(ink, number)

    @property
    def code_side(self) -> float:
        """The QR code's side: as before without a ticket, else large enough for what it holds."""
        if not self.document.ticket:
            return QR_SIDE
        return max(QR_SIDE, min(qr_modules(self.document.qr) * MODULE, QR_MOST))

    def mark(self) -> None:
        """Draw the QR code onto every page: last, for it may name what the pages say."""
        side = self.code_side
        for ink in self.pages:
            ink.qr(self.right - side, min(FOOT_Y, QR_TOP - side), side, self.document.qr)

    def _running_head(self, ink: Ink, number: int) -> None:
        doc, y = self.document, self.top + 4.2 * MM
        if number > 1:
            short = f"{self.title}, {self.say('centre')}{NBSP}{doc.centre}, {self.form.dated(doc.date)}"
            ink.text(self.left, y, short, LABEL.cut, LABEL.size)
            ink.text(self.right, y, self.say("continued"), LABEL.cut, LABEL.size, "r")
        key = "rehearsal_foot" if doc.rehearsal else "demo_banner" if doc.demo else ""
        if key:
            words, second = self.say(key), self.also(key)
            room = BANNER.width(words) + (6 + SECOND.width(second) if second else 0) + 16
            x, base = (self.w - room) / 2, self.h - 8.5 * MM
            ink.frame(x, base - 4, room, 14, RULE)
            ink.text(x + 8, base, words, BANNER.cut, BANNER.size)
            ink.text(x + 14 + BANNER.width(words), base, second, SECOND.cut, SECOND.size)

    def _foot(self, ink: Ink, number: int) -> None:
        doc, x, right, total = self.document, self.left, self.right, len(self.pages)
        side = self.code_side
        ruled = right if side == QR_SIDE else right - side - 3 * MM
        ink.line(x, FOOT_Y + QR_SIDE + 2.2 * MM, ruled, FOOT_Y + QR_SIDE + 2.2 * MM, THIN)
        base = [FOOT_Y + QR_SIDE - 6.6 - i * 9.6 for i in range(4)]
        xr = right - side - 5 * MM
        page = f"{self.say('page')} {number} {self.say('of')} {total}"
        ink.text(xr, base[0], page, FOOT_S.cut, FOOT_S.size, "r")
        if also := self.also("page"):
            ink.text(xr, base[1], f"{also} {number} {self.also('of')} {total}", FOOT_L.cut, FOOT_L.size, "r")
        x2 = x + self.width * 0.37
        numbered = f"{self.say('document')}{NBSP}{doc.number}, {self.say('revision')}{NBSP}{doc.revision}"
        self._foot_line(ink, x, x2 - 8, base[0], numbered, FOOT_S)
        place = f"{self.say('centre')}{NBSP}{doc.centre}, {self.form.dated(doc.date)}"
        self._foot_line(ink, x, x2 - 8, base[1], place, FOOT)
        self._foot_line(ink, x, x2 - 8, base[2], self.title, FOOT)
        notice = self.say("rehearsal_foot") if doc.rehearsal else self.say("demo_foot") if doc.demo else ""
        self._foot_line(ink, x, x2 - 8, base[3], notice, FOOT_S)

        room = xr - FOOT_S.width(page) - 8
        mark = f"{self.say('checkpoint')}{NBSP}{doc.checkpoint.size}, {stamp_time(doc.local_moment)}"
        self._foot_line(ink, x2, room, base[0], mark, FOOT)
        root = self.say("root") + " "
        ink.text(x2, base[1], root, FOOT.cut, FOOT.size)
        short = doc.checkpoint.short.replace(" ", NBSP)
        ink.text(x2 + FOOT.width(root) + 2, base[1], short, FOOT_S.cut, FOOT_S.size)
        check = f"{self.say('check')}: {doc.public_url.partition('//')[2] or doc.checkpoint.origin}"
        self._foot_line(ink, x2, xr - 6, base[2], check, FOOT)
        self._foot_line(ink, x2, xr - 6, base[3], self.also("foot"), FOOT_L)

    def _foot_line(self, ink: Ink, x: float, to: float, y: float, text: str, style: Style) -> None:
        """One line of the foot; set smaller when it is too long, never cut."""
        cut, size = style.cut, style.size
        if text and style.width(text) > to - x:
            narrow = Style({"R": "C", "S": "CS", "L": "CL"}[cut], size, style.lead)
            cut, size = narrow.cut, min(size, size * (to - x) / narrow.width(text))
        ink.text(x, y, text, cut, size)
