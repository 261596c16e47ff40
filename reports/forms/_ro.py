"""Words and ways of writing that all forms of the Romanian regulation share."""

from datetime import date

from reports.answers import Speech
from reports.typeface import NBSP

LANGUAGE = "ro"
SPEECH = Speech(
    LANGUAGE, "da", "nu", "fișierul",
    fields={
        "at": "ora", "start": "început", "end": "sfârșit", "places": "săli", "rooms": "săli", "action": "acțiunea",
        "text": "text", "reason": "motivul", "note": "observații", "late_reason": "motivul întârzierii",
    },
)  # fmt: skip
COMMON = {
    "centre": "Centrul de examen",
    "page": "Pagina",
    "of": "din",
    "document": "Document nr.",
    "revision": "ediția",
    "replaces": "Ediția {new}; înlocuiește ediția {old} din {date}, SHA-256 {file}.",
    "because_addenda": "Motivul: completarea nr. {numbers}.",
    "because_entries": "Motivul: poziții noi în jurnal.",
    "continued": "continuare",
    "checkpoint": "Punct de control: poziții",
    "root": "Sumă de control (prescurtată)",
    "check": "Verificare",
    "signatures": "Semnături",
    "unsigned": "Nesemnat",
    "will_mean": "Semnătura înseamnă",
    "waits": "așteaptă",
    "signed": "Semnat cu semnătură electronică",
    "certificate": "Certificatul persoanei",
    "performed": "Efectuat",
    "confirmed": "Confirmat",
    "reviewed": "Verificat",
    "demo_banner": "DOCUMENT DE EXERCIȚIU",
    "demo_foot": "Document de exercițiu, cu date inventate",
    "rehearsal_banner": "REPETIȚIE",
    "rehearsal_foot": "REPETIȚIE: nu este document de examen",
}

_MONTHS = (
    "ianuarie", "februarie", "martie", "aprilie", "mai", "iunie", "iulie", "august", "septembrie", "octombrie",
    "noiembrie", "decembrie",
)  # fmt: skip


def long_date(on: date) -> str:
    """``1 iulie 2026``"""
    return f"{on.day}{NBSP}{_MONTHS[on.month - 1]}{NBSP}{on.year}"
