"""Documents of a day: drawn once, signed slot by slot, every signature a fact.

A document is a function of (form, journal up to size n, checkpoint n). Each signature is made
outside the transaction, its file is durable before its fact is written; a crash between the two
leaves an orphan file and an unsigned document.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import uuid4

from app.domain import N_, DomainError, NotFound, rehearsal, ticket
from app.domain import facts as f
from app.domain.day import Day, Line, Signature
from app.domain.journal import Times
from app.domain.note import Checkpoint
from app.domain.people import Actor
from app.domain.plan import Member
from app.domain.policy import Action, member_of, require_member
from app.domain.review import of_review
from app.domain.signing import Document, NotYourTurn, Slot, claim, drawn_with, newest, next_slot, revisions
from app.services import days, office, witnesses
from app.services.keys import KeyUnusable, UnlockedKey, require_own
from app.services.record import Receipt
from app.store import authority, files, journal, keys
from app.store.db import transaction
from reports import form as form_of
from reports import forms
from reports.form import Form
from reports.render import document_of, render_day
from reports.sign import sign as sign_pdf
from reports.stamp import stamp_for

SECOND_LANGUAGE = "en"  # printed beside the regulation's; part of what a document is
CLOCK_SLACK = timedelta(minutes=2)


class Moved(DomainError):
    """The document changed while its reader looked at it."""


@dataclass(frozen=True)
class SlotView:
    """A slot with who signed it, or who is expected (None: nobody of the roster has the role)."""

    slot: Slot
    expected: tuple[Member, ...]
    signature: Signature | None


@dataclass(frozen=True)
class DocumentView:
    """A form on a day. ``expected`` is handed back by the signer: it names exactly what was seen."""

    form: str
    title: Mapping[str, str]
    document: Document | None
    slots: tuple[SlotView, ...]
    complete: bool
    outdated: bool
    since: tuple[Line, ...]
    next: SlotView | None
    mine: bool  # the actor signs now
    size: int  # entries that the document shows, or would show
    expected: str
    revisions: tuple[Document, ...]

    @property
    def signed(self) -> int:
        return sum(s.signature is not None for s in self.slots)


def title(form: str) -> Mapping[str, str]:
    """The form's title by language; its id when this version does not know the form."""
    known = forms().get(form)
    return known.title if known else {"en": form}


def list_forms() -> list[Form]:
    """Every form, by code."""
    return list(forms().values())


def documents(day: Day, actor: Actor) -> list[DocumentView]:
    """Every form of the day's regulation that has something to say, with its newest revision and whose turn it is."""
    return [document(day, form.code, actor) for form in list_forms() if form.applies(day)]


def waiting(day: Day) -> list[Form]:
    """Forms of the day's regulation that have nothing to say yet."""
    return [form for form in list_forms() if form.belongs(day) and not form.applies(day)]


def document(day: Day, form_code: str, actor: Actor) -> DocumentView:
    """One form of the day. Raises NotFound for a form that is unknown, of another regulation, or has nothing to say."""
    form = form_of(form_code)
    if not form.applies(day):
        raise NotFound(N_("There is no form %(code)s."), code=form_code)
    current = newest(day, form_code)
    outdated = current is not None and is_outdated(day, form, current)
    active = None if outdated else current
    places = slots_of(day, form, active)
    signed = active.signed if active else {}
    views = tuple(SlotView(s, _expected(day, s), signed.get(s.id)) for s in places)
    upcoming = next_slot(places, active)
    member = member_of(day, actor, Action.DOCUMENT_SIGN)
    return DocumentView(
        form=form_code, title=form.title, document=current, complete=active is not None and upcoming is None,
        slots=views, outdated=outdated, since=_since(day, current.size) if current and outdated else (),
        next=next((v for v in views if v.slot is upcoming), None), mine=_may_sign(places, active, member),
        size=active.size if active else day.size, expected=_token(day, active), revisions=revisions(day, form_code),
    )  # fmt: skip


def unsigned(day: Day, form: Form) -> tuple[Slot, ...]:
    """Slots of the form that wait for a signature, in signing order: all of them when it is outdated."""
    current = newest(day, form.code)
    active = None if current is None or is_outdated(day, form, current) else current
    signed = active.signed if active else {}
    return tuple(s for s in slots_of(day, form, active) if s.id not in signed)


def slots_of(day: Day, form: Form, active: Document | None) -> tuple[Slot, ...]:
    """Slots of a revision that somebody began to sign, or of one that would be drawn now (None)."""
    if active is None:
        return form.places(day)
    return drawn_with(form.places(drawn_day(day, active.size)), active)


def _may_sign(places: tuple[Slot, ...], active: Document | None, member: Member | None) -> bool:
    if member is None:
        return False
    try:
        claim(places, active, member)
    except NotYourTurn:
        return False
    return True


def _expected(day: Day, slot: Slot) -> tuple[Member, ...]:
    if slot.person:
        return (day.everyone[slot.person],) if slot.person in day.everyone else ()
    return tuple(m for m in day.roster.values() if m.role == slot.role)


def _since(day: Day, size: int) -> tuple[Line, ...]:
    return tuple(line for line in day.lines[size:] if not _quiet(day, line))


def _token(day: Day, active: Document | None) -> str:
    return active.file if active else f"new:{len(day.lines) - sum(_quiet(day, x) for x in day.lines)}"


def _quiet(day: Day, line: Line) -> bool:
    """True for an entry that no document shows: nobody has to look again because of it."""
    return line.tag == "document.signed" or of_review(day, line)


def is_outdated(day: Day, form: Form, current: Document) -> bool:
    """True when the form drawn now would show something else than at size n (both judged at n's moment)."""
    if day.size == current.size:
        return False
    then = drawn_day(day, current.size)
    changed: bool = form.from_day(day, then.received) != form.from_day(then, then.received)
    return changed


def drawn_day(day: Day, size: int) -> Day:
    """The day as it was after ``size`` entries."""
    return day if size == day.size else _drawn(journal.database(), days.log_of(day.id), size)


@lru_cache(maxsize=64)
def _drawn(_database: str, log_id: int, size: int) -> Day:
    return days.fold_upto(log_id, size)


def draw(day: Day, checkpoint: Checkpoint, form: Form, revision: int, public_url: str) -> bytes:
    """The unsigned PDF: the same journal and checkpoint give the same bytes."""
    opened, key, named = office.opened(), keys.log_key(), number(day, form)

    def seal(document: bytes) -> str:
        return ticket.make(named, document, checkpoint.root, checkpoint.size, day.received, key.vkey.id, key.sign)

    return render_day(
        form, day, checkpoint, number=named, revision=revision, moment=day.received, public_url=public_url,
        language=SECOND_LANGUAGE, demo=bool(opened and opened.demo), seal=seal,
    )  # fmt: skip


def number(day: Day, form: Form) -> str:
    """Document number: the day's name and the form's own number."""
    return f"{day.id}.{form.extra.get('number', form.code)}"


def preview(actor: Actor, day_id: str, form_code: str, public_url: str) -> bytes:
    """What would be signed next: the newest revision as far as it is signed, or the form drawn now."""
    day, checkpoint = days.load_with_checkpoint(actor, day_id)
    form = form_of(form_code)
    view = document(day, form_code, actor)
    if view.document and not view.outdated:
        return files.get(view.document.file)
    revision = view.document.revision + 1 if view.document else 1
    return draw(day, checkpoint, form, revision, public_url)


def save(day: Day, form_code: str, revision: int | None = None) -> tuple[bytes, str]:
    """(bytes, file name) of a revision, the newest without a number, signed as far as it is. Raises NotFound."""
    found = revisions(day, form_of(form_code).code)
    chosen = [d for d in found if revision in (None, d.revision)]
    if not chosen:
        raise NotFound(N_("Nobody has signed %(form)s of this day yet, so there is no file."), form=form_code)
    current = chosen[-1]
    suffix = f"-r{current.revision}" if current.revision > 1 else ""
    return files.get(current.file), f"{day.id}-{form_code}{suffix}.pdf"


def sign(
    actor: Actor, day_id: str, form_code: str, expected: str, key: UnlockedKey, public_url: str, now: datetime
) -> Receipt:
    """Sign the slot that is the actor's now. ``expected``: ``DocumentView.expected`` of what they read.

    Raises Moved, NotYourTurn, KeyUnusable, Forked, SignError or DiskFull; journal and document are then as before.
    """
    day, checkpoint = days.load_with_checkpoint(actor, day_id)
    member = require_member(day, actor, Action.DOCUMENT_SIGN)
    form = form_of(form_code)
    view = document(day, form_code, actor)
    if view.expected != expected:
        raise Moved(N_("The document changed while you were reading. Look at what is new, then sign."))
    active = None if view.outdated else view.document
    slot = claim([v.slot for v in view.slots], active, member)
    require_own(key, actor, day, now)
    if now < day.received - CLOCK_SLACK:
        raise KeyUnusable(
            N_("The server's clock is behind the journal. Nothing was signed. Set the clock right first.")
        )
    witnesses.cosign(actor, member.role, key, days.log_of(day_id), checkpoint, rehearsal.real(day, now))
    if active is None:
        revision = view.document.revision + 1 if view.document else 1
        drawn, note = day, checkpoint
        pdf = draw(day, checkpoint, form, revision, public_url)
    else:
        revision, drawn = active.revision, drawn_day(day, active.size)
        note, pdf = checkpoint, files.get(active.file)
    places = tuple(v.slot for v in view.slots)
    signed = _signed(form, drawn, note, pdf, places, slot, member, key, now, rehearsal.real(day, now))
    base = files.put(pdf) if active is None else active.base
    fact = f.DocumentSigned(
        form_code, revision, slot.id, slot.meaning, drawn.size, base, files.put(signed), key.sha256, now
    )
    log = days.log_of(day_id)
    with transaction(log):
        fresh, _ = days.fold_log(log)
        if fresh.documents.get(form_code) != day.documents.get(form_code):
            raise Moved(N_("Somebody signed in the meantime. Look at the document again, then sign."))
        entry, after = journal.append(log, fact, actor.person, Times(now), str(uuid4()))
    return Receipt(entry.seq, False, after)


def _signed(
    form: Form,
    drawn: Day,
    note: Checkpoint,
    pdf: bytes,
    places: tuple[Slot, ...],
    slot: Slot,
    member: Member,
    key: UnlockedKey,
    now: datetime,
    real: datetime,
) -> bytes:
    paper = document_of(form, drawn, note, number="", revision=1, moment=now, language=SECOND_LANGUAGE)
    words: Mapping[str, Any] = form.labels[form.language]
    stamp = stamp_for(paper.slots, slot.id, member.name, drawn.opened.centre.zone, words)
    return sign_pdf(
        pdf, field=slot.id, first=slot is places[0], last=slot is places[-1], key=key.key, certificate=key.certificate,
        chain=[authority.issuing(), authority.root()], crls=authority.crls(), moment=now, real=real, stamp=stamp,
        reason=slot.meaning,
    )  # fmt: skip
