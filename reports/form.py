"""What a regulation form is, and what one printed document of it carries."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from app.domain import signing
from app.domain.note import Checkpoint

if TYPE_CHECKING:
    from app.domain.day import Day
    from reports.layout import Sheet

CHECK = "/c/{number}?n={size}&r={root}"
"""Address, below the public URL, that the QR code of a page opens."""

TICKET = "/c/"

Labels = Mapping[str, Mapping[str, str]]  # language: key: text


@dataclass(frozen=True)
class Slot:
    """Place of one signature. ``field``: name of the PDF field and of the slot in the journal.

    Slots of equal ``step`` may be signed in any order, a higher step only when the lower ones are
    full. ``person``: id of who is expected, ``name`` full, both empty when not known yet; ``role_id``: role
    that signs. Texts in the regulation's language, ``*_second`` in the reader's.
    """

    field: str
    step: int
    role: str
    meaning: str
    name: str = ""
    short: str = ""
    person: str = ""
    role_id: str = ""
    role_second: str = ""
    meaning_second: str = ""


@dataclass(frozen=True)
class Document:
    """What every page and the attachments of one document say about it.

    ``number``: document number; ``centre``: region-code; ``day``: id of the day in its journal;
    ``moment``: when the checkpoint was made, the document's own date (aware); ``zone``: the centre's IANA zone;
    ``public_url``: without a slash at the end, or empty; ``language``: the reader's; ``ticket``: the signed payload of
    the QR code (``app.domain.ticket``); ``replaces``: the revision before.
    """

    number: str
    revision: int
    centre: str
    day: str
    date: date
    zone: str
    moment: datetime
    checkpoint: Checkpoint
    slots: tuple[Slot, ...] = ()
    public_url: str = ""
    language: str = "en"
    demo: bool = False
    rehearsal: bool = False
    ticket: str = ""
    replaces: signing.Replaced | None = None

    @property
    def local_moment(self) -> datetime:
        """``moment`` on the centre's clock."""
        return self.moment.astimezone(ZoneInfo(self.zone))

    @property
    def qr(self) -> str:
        """Address for checking, with the ticket where there is one; without a public URL the bare contents."""
        if self.ticket:
            return f"{self.public_url}{TICKET if self.public_url else ''}{self.number}/{self.ticket}"
        root = self.checkpoint.short.replace(" ", "")
        if not self.public_url:
            return f"{self.checkpoint.origin} {self.checkpoint.size} {root}"
        return self.public_url + CHECK.format(number=self.number, size=self.checkpoint.size, root=root)

    def json(self, form: str, content: str = "") -> bytes:
        """The attachment ``document.json``: what the file says about itself, for machines.

        ``content``: SHA-256 of what is drawn on the pages, the QR code left out.
        """
        data = {
            "v": 1, "form": form, "number": self.number, "revision": self.revision, "centre": self.centre,
            "day": self.day, "origin": self.checkpoint.origin, "size": self.checkpoint.size,
            "root": self.checkpoint.root.hex(), "moment": self.moment.astimezone(UTC).isoformat(),
            "language": self.language, "demo": self.demo, "rehearsal": self.rehearsal,
            "slots": [asdict(slot) for slot in self.slots],
        }  # fmt: skip
        if content:
            data["content"] = content
        if self.replaces:
            data["replaces"] = {"revision": self.replaces.revision, "sha256": self.replaces.file}
        return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


@dataclass(frozen=True)
class Shape:
    """Paper and margins, millimetres."""

    landscape: bool
    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True)
class Form:
    """One regulation form; every module in ``reports/forms`` has one as ``FORM``.

    ``title``: language to title; ``language``: that of the regulation. ``draw`` sets the body on a
    sheet; ``from_day`` makes the form's content of a Day at a moment. ``labels``: the form's words in each language;
    ``dated``: a date in words; ``profiles``: ids of the profiles that it belongs to (empty: all of its language);
    ``slots``: who signs it and what that means (None: as most forms, ``signing.slots``); a pure function of the day;
    ``when``: whether the day has something for it to say (None: always), ``awaits``: what it waits for, by language;
    ``extra``: what services may want to know, such as ``number``, the form's part of a document number, and
    ``addenda``: that it prints those of the day, so that one is a reason for a new revision.
    """

    code: str
    title: Mapping[str, str]
    language: str
    shape: Shape
    labels: Labels
    draw: "Callable[[Sheet, Any], None]"
    from_day: "Callable[[Day, datetime], Any]"
    dated: Callable[[date], str]
    profiles: tuple[str, ...] = ()
    slots: "Callable[[Day], tuple[signing.Slot, ...]] | None" = None
    when: "Callable[[Day], bool] | None" = None
    awaits: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)

    def belongs(self, day: "Day") -> bool:
        """Is this a form of the day's regulation?"""
        if self.profiles:
            return day.profile.id in self.profiles
        return day.profile.language == self.language

    def applies(self, day: "Day") -> bool:
        """Is it offered on this day: of its regulation, with something to say? What was signed once stays."""
        return self.belongs(day) and (self.when is None or self.when(day) or self.code in day.documents)

    def places(self, day: "Day") -> tuple[signing.Slot, ...]:
        """Who signs the form of this day, in signing order."""
        return (self.slots or signing.slots)(day)

    def replaced(self, day: "Day", revision: int) -> signing.Replaced | None:
        """What a revision of the form replaces; addenda are told by forms that print them."""
        found = signing.replaced(day, self.code, revision)
        return found if found is None or self.extra.get("addenda") else replace(found, addenda=())
