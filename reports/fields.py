"""Signature fields of the base revision: one per slot, visible, each with the lock of its step.

A field locks everything except the slots that may still be signed after it; the slot of the last step locks
all. An empty field shows whose turn it is; signing replaces that appearance, so no "not signed"
stays hidden under a stamp.
"""

import zlib
from collections.abc import Sequence
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFString

from reports.form import Slot
from reports.objects import Raw
from reports.typeface import Typeface

Box = tuple[float, float, float, float]


def open_after(slot: Slot, slots: Sequence[Slot]) -> list[str]:
    """Fields that may be signed after this one: the rest of its step and all later steps."""
    return [other.field for other in slots if other.step >= slot.step and other.field != slot.field]


def add_fields(
    canvas: Any, typeface: Typeface, slots: Sequence[Slot], boxes: Sequence[Box], waiting: Sequence[str]
) -> None:
    """Put the fields on the page that is open. ``boxes``: x, y, width, height; ``waiting``: drawing operators of
    the empty appearance, relative to the box. Call it after everything else was drawn."""
    document = canvas._doc
    fonts = PDFDictionary({name[1:]: PDFObjectReference(name[1:]) for name in typeface.resources()})
    resources = document.Reference(PDFDictionary({"Font": fonts}), "stampResources")
    references = []
    for slot, (x, y, w, h), ops in zip(slots, boxes, waiting, strict=True):
        look = document.Reference(_Appearance(ops, w, h, resources), f"waiting_{slot.field}")
        widget = PDFDictionary(
            {
                "Type": PDFName("Annot"),
                "Subtype": PDFName("Widget"),
                "FT": PDFName("Sig"),
                "T": PDFString(slot.field),
                "TU": PDFString(f"{slot.meaning}: {slot.role}"),
                "F": 132,  # print, locked
                "Rect": PDFArray([round(v, 2) for v in (x, y, x + w, y + h)]),
                "P": PDFObjectReference(document.thisPageName()),
                "Lock": document.Reference(_lock(slot, slots), f"lock_{slot.field}"),
                "AP": PDFDictionary({"N": look}),
            }
        )
        references.append(document.Reference(widget, f"field_{slot.field}"))
    canvas._annotationrefs.extend(references)
    document.Catalog.AcroForm = PDFDictionary({"Fields": PDFArray(references), "SigFlags": 3})


def _lock(slot: Slot, slots: Sequence[Slot]) -> PDFDictionary:
    later = open_after(slot, slots)
    lock: dict[str, Any] = {"Type": PDFName("SigFieldLock"), "Action": PDFName("All"), "P": 1}
    if later:
        lock |= {"Action": PDFName("Exclude"), "Fields": PDFArray([PDFString(name) for name in later]), "P": 2}
    return PDFDictionary(lock)


class _Appearance(Raw):
    """A form XObject."""

    def __init__(self, ops: str, w: float, h: float, resources: PDFObjectReference) -> None:
        super().__init__(zlib.compress(ops.encode("ascii")))
        self.box, self.resources = (round(w, 2), round(h, 2)), resources

    def format(self, document: Any) -> bytes:
        """The stream object."""
        head = PDFDictionary(
            {
                "Type": PDFName("XObject"),
                "Subtype": PDFName("Form"),
                "BBox": PDFArray([0, 0, *self.box]),
                "Resources": self.resources,
                "Filter": PDFName("FlateDecode"),
                "Length": len(self.data),
            }
        )
        made: bytes = head.format(document)
        return made + b"\nstream\n" + self.data + b"\nendstream\n"
