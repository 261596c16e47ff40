"""From a form's content to the unsigned PDF: pure, the same input gives the same bytes."""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.domain.day import Day
from app.domain.note import Checkpoint
from app.domain.ticket import LIKE
from reports.fields import add_fields
from reports.form import Document, Form
from reports.ink import Ink
from reports.layout import A4, Sheet
from reports.of_day import signatures
from reports.pdfa import About, Attachment, add_page, close, open_canvas
from reports.stamp import HEIGHT, draw_waiting, place, stamp_letters
from reports.typeface import Typeface

CHECKPOINT, DOCUMENT = "checkpoint.txt", "document.json"
# ReportLab keeps fonts in module state: drawing twice at once could give other bytes for the same input.
DRAWING = threading.Lock()


Seal = Callable[[bytes], str]  # the ticket for the SHA-256 of ``document.json``


def render(form: Form, content: Any, document: Document, seal: Seal | None = None) -> bytes:
    """The PDF/A-3b file with its empty signature fields.

    ``content`` is what the form's ``draw`` takes. Raises DoesNotFit when a word of the form is too wide.
    """
    with DRAWING:
        return _render(form, content, document, seal)


def _render(form: Form, content: Any, document: Document, seal: Seal | None) -> bytes:
    if seal:
        document = replace(document, ticket=LIKE)
    title = form.title[form.language]
    centre = f"{form.labels[form.language]['centre']} {document.centre}"
    about = About(
        title=f"{title}, {centre}, {form.dated(document.date)}".replace("\u00a0", " "),
        author=centre,
        subject=f"{document.number}, {document.revision}",
        language=form.language,
        moment=document.local_moment,
    )
    size = (A4[1], A4[0]) if form.shape.landscape else A4
    canvas = open_canvas(about, size)
    typeface = Typeface(canvas._doc, stamp_letters(form.labels[form.language]))
    sheet = Sheet(form, document, typeface)
    form.draw(sheet, content)
    boxes = place(sheet) if document.slots else []
    sheet.finish()
    waiting = []
    for number, (slot, box) in enumerate(zip(document.slots, boxes, strict=True), 1):
        ink = Ink(typeface)
        draw_waiting(ink, (box[2], HEIGHT), sheet, number, slot)
        waiting.append(ink.code())
    paper = document.json(form.code)
    if seal:
        drawn = hashlib.sha256()
        for page in sheet.pages:
            drawn.update(page.code().encode("ascii") + b"\n")
        paper = document.json(form.code, drawn.hexdigest())
        sheet.document = replace(document, ticket=seal(hashlib.sha256(paper).digest()))
    sheet.mark()
    identity = hashlib.sha256(paper + document.checkpoint.note.encode())
    while sheet.pages:
        code = sheet.pages.pop(0).code().encode("ascii")  # let go of page after page: a long form has hundreds
        identity.update(code)
        if not sheet.pages and document.slots:
            add_fields(canvas, typeface, document.slots, boxes, waiting)
        add_page(canvas, code)
    attachments = [
        Attachment(CHECKPOINT, document.checkpoint.note.encode(), "text/plain", "Signed checkpoint of the journal"),
        Attachment(DOCUMENT, paper, "application/json", "What this document says about itself"),
    ]
    return close(canvas, about, attachments, identity.digest())


def render_day(
    form: Form, day: Day, checkpoint: Checkpoint, *, number: str, revision: int, moment: datetime,
    public_url: str = "", language: str = "en", demo: bool = False, seal: Seal | None = None,
) -> bytes:  # fmt: skip
    """The form of a Day as it stood at ``checkpoint``, made at ``moment``."""
    return render(form, form.from_day(day, moment), document_of(
        form, day, checkpoint, number=number, revision=revision, moment=moment,
        public_url=public_url, language=language, demo=demo,
    ), seal)  # fmt: skip


def document_of(
    form: Form, day: Day, checkpoint: Checkpoint, *, number: str, revision: int, moment: datetime,
    public_url: str = "", language: str = "en", demo: bool = False,
) -> Document:  # fmt: skip
    """The Document (number, slots, foot) of a Day's form."""
    document = Document(
        number=number, revision=revision, centre=day.centre_code, day=day.id, date=day.date,
        zone=day.opened.centre.zone, moment=moment, checkpoint=checkpoint, public_url=public_url.rstrip("/"),
        language=language, demo=demo, rehearsal=day.opened.rehearsal, replaces=form.replaced(day, revision),
    )  # fmt: skip
    return replace(document, slots=signatures(day, form, language))
