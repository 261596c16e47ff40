"""Slots of a form, whose turn it is, and what exactly a confirmation signs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.domain import N_, DomainError
from app.domain.closing import addenda
from app.domain.codec import canonical, instant
from app.domain.day import Day, Signature
from app.domain.facts import Target
from app.domain.plan import TECHNICIANS, Member, Role
from app.domain.review import REVIEWING

MEANINGS = {
    "performed": N_("performed"),
    "confirmed": N_("confirmed"),
    "reviewed": N_("reviewed"),
    "handed_over": N_("handed over"),
    "received": N_("received"),
    "witnessed": N_("witnessed"),
}


class NotYourTurn(DomainError):
    """Somebody else signs next, or nobody does."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Place of one signature. ``person``: who alone signs here (a technician who acted, whom an act names); empty:
    whoever has the role.
    """

    id: str  # also the name of the PDF field
    role: str
    meaning: str
    person: str = ""


def slots(day: Day) -> tuple[Slot, ...]:
    """The usual slots, of every form that names none of its own, in signing order: each technician who acted (by
    first acts), the PES head, the commission head.
    """
    actors: dict[str, Member] = {}
    for act in day.acts.values():
        if act.by.role in TECHNICIANS and not act.void and act.tag not in REVIEWING:
            actors.setdefault(act.by.person, act.by)
    performed = [Slot(f"performed_{n}", m.role, "performed", m.person) for n, m in enumerate(actors.values(), 1)]
    if not performed:
        performed = [Slot("performed_1", Role.TECHNICIAN, "performed")]
    return (
        *performed,
        Slot("confirmed", Role.PES_HEAD, "confirmed"),
        Slot("reviewed", Role.COMMISSION_HEAD, "reviewed"),
    )


def with_addenda(day: Day) -> tuple[Slot, ...]:
    """The usual slots, for forms that print addenda: whoever wrote one signs the revision that shows it.

    A technician has a slot as somebody who acted. The heads sign in their own, which is then that author's alone; any
    other author has one of their own after the technicians'.
    """
    usual, authors = list(slots(day)), dict.fromkeys(act.by.person for _, act in addenda(day))
    left = [person for person in authors if all(s.person != person for s in usual)]
    for n, slot in enumerate(usual):
        author = next((p for p in left if not slot.person and day.everyone[p].role == slot.role), None)
        if author:
            usual[n] = replace(slot, person=author)
            left.remove(author)
    ends = sum(s.meaning == "performed" for s in usual)
    own = [Slot(f"addendum_{n}", day.everyone[p].role, "performed", p) for n, p in enumerate(left, 1)]
    return (*usual[:ends], *own, *usual[ends:])


def named(day: Day, name: str) -> Member | None:
    """The one person of the roster whom a typed name means, full or with initials; None for a stranger."""
    wanted = _bare(name)
    found = [m for m in day.roster.values() if wanted and wanted in (_bare(m.name), _bare(m.short))]
    return found[0] if len(found) == 1 else None


def _bare(name: str) -> str:
    """Letters only: «Surname N.P.» and «surname N. P.» are one name."""
    return "".join(c for c in name.casefold() if c.isalpha())


@dataclass(frozen=True, slots=True)
class Document:
    """The newest revision of a form: how many entries it shows and who signed it so far."""

    form: str
    revision: int
    size: int
    signatures: tuple[Signature, ...]

    @property
    def base(self) -> str:
        """SHA-256 of the drawn, unsigned file."""
        return self.signatures[0].fact.base

    @property
    def file(self) -> str:
        """SHA-256 of the file after its last signature."""
        return self.signatures[-1].fact.file

    @property
    def signed(self) -> dict[str, Signature]:
        return {s.fact.slot: s for s in self.signatures}


def newest(day: Day, form: str) -> Document | None:
    """The newest revision that somebody signed; None when nobody did."""
    return next(iter(reversed(revisions(day, form))), None)


def revisions(day: Day, form: str) -> tuple[Document, ...]:
    """Every revision, oldest first."""
    found: dict[int, list[Signature]] = {}
    for signature in day.documents.get(form, ()):
        found.setdefault(signature.fact.revision, []).append(signature)
    return tuple(
        Document(form, number, signatures[0].fact.size, tuple(signatures)) for number, signatures in found.items()
    )


@dataclass(frozen=True, slots=True)
class Replaced:
    """The revision before another one: when it got its last signature, and the addenda that came since, by number."""

    revision: int
    at: datetime
    file: str
    addenda: tuple[int, ...]


def replaced(day: Day, form: str, revision: int) -> Replaced | None:
    """What ``revision`` of the form replaces, of those that ``day`` knows; None for the first."""
    old = next((d for d in reversed(revisions(day, form)) if d.revision < revision), None)
    if old is None:
        return None
    numbers = tuple(n for n, act in addenda(day) if act.seq >= old.size)
    return Replaced(old.revision, old.signatures[-1].fact.at, old.file, numbers)


def drawn_with(places: Sequence[Slot], document: Document) -> tuple[Slot, ...]:
    """The slots that a document has, of those that it would have today: people sign in order, so one that was passed
    over was not there (authors of addenda had none at first).
    """
    last = max((n for n, slot in enumerate(places) if slot.id in document.signed), default=-1)
    return tuple(slot for n, slot in enumerate(places) if n > last or slot.id in document.signed)


def next_slot(places: Sequence[Slot], document: Document | None) -> Slot | None:
    """The first slot that is not signed; None when all are."""
    signed = document.signed if document else {}
    return next((s for s in places if s.id not in signed), None)


def claim(places: Sequence[Slot], document: Document | None, member: Member) -> Slot:
    """The slot that ``member`` signs now. Raises NotYourTurn with the reason."""
    slot = next_slot(places, document)
    if slot is None:
        raise NotYourTurn(N_("The document is signed by everybody."))
    if document and any(s.by.person == member.person for s in document.signatures):
        raise NotYourTurn(N_("You have signed this document already; one person does not sign two slots."))
    if slot.person != member.person if slot.person else slot.role != member.role:
        raise NotYourTurn(N_("It is not your turn to sign."))
    return slot


def statement(log: str, targets: Sequence[Target], role: str, at: datetime) -> bytes:
    """The bytes that a confirmer's key signs: meaning, role, moment and the leaf hashes of the log."""
    return canonical({
        "statement": "logbook confirmation v1", "meaning": "confirmed", "log": log, "role": role,
        "at": instant(at), "targets": [{"seq": t.seq, "leaf": t.leaf} for t in targets],
    })  # fmt: skip
