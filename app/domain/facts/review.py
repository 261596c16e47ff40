"""Review of a day: handed in, looked at, remarked on, returned or accepted."""

from dataclasses import dataclass
from datetime import datetime

from app.domain.facts.base import Fact, fact


@dataclass(frozen=True)
class Missing:
    """What was not there when a day was handed in all the same. ``kind``: app/domain/missing.py; ``subject``: its
    step, entry, camera or outage.
    """

    kind: str
    subject: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Span:
    """Entries ``first`` to ``last``, both among them, by their seq."""

    first: int
    last: int


@dataclass(frozen=True)
class Paper:
    """A document as it stood: ``file`` is the SHA-256 of the file after its last signature."""

    form: str
    revision: int
    file: str


@fact("day.submitted")
class DaySubmitted(Fact):
    """The centre is ready and asks for review. ``reason``: why in spite of what is ``missing``."""

    at: datetime
    text: str = ""
    missing: tuple[Missing, ...] = ()
    reason: str = ""


@fact("remark.written")
class RemarkWritten(Fact):
    """A reviewer's remark on an entry (``target``), a step of the checklist, a document, or the whole day."""

    text: str
    at: datetime
    target: int | None = None
    step: str = ""
    places: tuple[str, ...] = ()
    form: str = ""


@fact("remark.answered")
class RemarkAnswered(Fact):
    """Answer to the remark ``target``. ``entry``: the one that mends what was remarked on."""

    target: int
    text: str
    at: datetime
    entry: int | None = None


@fact("remark.settled")
class RemarkSettled(Fact):
    """A reviewer is content with what became of the remark ``target``."""

    target: int
    at: datetime
    text: str = ""


@fact("lines.reviewed")
class LinesReviewed(Fact):
    """The reviewer looked at these entries."""

    spans: tuple[Span, ...]
    at: datetime


@fact("sample.taken")
class SampleTaken(Fact):
    """A reviewer watched a camera. ``source``: live or recording; ``finding``: nothing, doubt or breach."""

    camera: str
    room: str
    start: datetime
    end: datetime
    source: str
    finding: str
    at: datetime
    text: str = ""


@fact("day.returned")
class DayReturned(Fact):
    """Back to the centre. ``remarks``: those that wait for an answer."""

    reason: str
    at: datetime
    remarks: tuple[int, ...] = ()


@fact("day.accepted")
class DayAccepted(Fact):
    """The commission accepts the day; ``papers``: what it countersigned."""

    at: datetime
    papers: tuple[Paper, ...] = ()
    text: str = ""
