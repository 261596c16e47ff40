"""The record of changes in plain words: who changed what, the old value and the new one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext

from app.domain import N_
from app.domain.codec import moment
from app.domain.people import short_name
from app.services import changes as service
from app.services.changes import DOWNLOAD, IMPORT, KEY_MADE, KEY_REVOKED, Change
from app.web.context import actor
from app.web.footage_words import size
from app.web.show import role, utc

blueprint = Blueprint("changes", __name__)

# Kinds that are changed and those that just happen. Others are shown by their own word.
KINDS = {
    "person": N_("Account"), "centre": N_("Centre"), "region": N_("Region"), "setting": N_("Setting"),
    "profile": N_("Profile"), "password": N_("Access handed out"), "sessions": N_("Sessions ended"),
    "device": N_("Device"), "tries": N_("Lock after wrong passwords lifted"), KEY_MADE: N_("Signing key made"),
    KEY_REVOKED: N_("Signing key revoked"), DOWNLOAD: N_("Data downloaded"), IMPORT: N_("Package taken in"),
    "source": N_("Source of packages"), "fork": N_("Two histories of one day"),
    "fork.settled": N_("Two histories looked into"),
}  # fmt: skip
HAPPENINGS = ("password", "sessions", "tries", "fork", "fork.settled", KEY_MADE, KEY_REVOKED, DOWNLOAD, IMPORT)
FIELDS = {
    "login": N_("Name for sign-in"), "name": N_("Name"), "email": N_("E-mail"), "roles": N_("Roles"),
    "centres": N_("Centres"), "active": N_("Account"), "lock_reason": N_("Reason"), "reset": N_("One-time password"),
    "link": N_("One-time link"), "open": N_("Open sessions"), "locked_until": N_("Locked until"),
    "certificate": N_("Certificate"), "approved_by": N_("Approved by"), "reason": N_("Reason"),
    "region": N_("Region code"), "code": N_("Code"), "region_name": N_("Name of the region"),
    "address": N_("Address"), "zone": N_("Time zone"), "rooms": N_("Rooms"), "cameras": N_("Cameras"),
    "recorders": N_("Recorders"), "stations": N_("Stations"), "watch": N_("Looking at cameras"),
    "stream": N_("Address of the picture"), "onvif": N_("ONVIF address"),
    "value": N_("Value"), "language": N_("Language"), "title": N_("Title"),
    "text": N_("Text"), "origin": N_("Journal"), "data": N_("What"), "entries": N_("Entries"), "size": N_("Size"),
    "sha256": N_("SHA-256"), "vkey": N_("Public key"), "root": N_("Root certificate"),
    "number": N_("Number"), "entry": N_("First different entry"), "ours": N_("Known here"),
    "theirs": N_("In the package"),
}  # fmt: skip
# What was taken out.
DATA = {
    "package": N_("package of a day"), "collection": N_("packages of many days"), "register": N_("register"),
    "statistics": N_("statistics"),
}  # fmt: skip
# What was done to an address: its text is nobody's to read.
ADDRESSES = {"kept": N_("stored"), "entered": N_("entered"), "changed": N_("changed"), "removed": N_("removed")}
DOERS = {"operator": N_("command line"), "system": N_("the system"), "demo": N_("demonstration")}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*Z")
LONG, MANY = 160, 6


@dataclass(frozen=True)
class FieldWords:
    """A field with its values in words; ``old`` is empty where there was none."""

    name: str
    old: str
    new: str


@dataclass(frozen=True)
class ChangeWords:
    """One line of the record for a page. ``title``: what happened, ``about``: with whom or what."""

    change: Change
    when: str
    who: str
    title: str
    about: str
    fields: tuple[FieldWords, ...]


@blueprint.get("/changes")
def overview() -> str:
    """Every change, newest first, of one kind or one person when asked."""
    kind, person = request.args.get("kind", ""), request.args.get("person", "")
    found = service.list_changes(actor(), kind, person, request.args.get("page", 1, type=int))
    kinds = sorted((kind_word(k), k) for k in service.kinds(actor()))
    return render_template(
        "admin/changes.html", found=found, lines=[in_words(c) for c in found.items], kind=kind, person=person,
        kinds=[(k, word) for word, k in kinds], people=service.people(actor()),
    )  # fmt: skip


def in_words(change: Change) -> ChangeWords:
    """One line of the record in the page's language."""
    fields = tuple(
        FieldWords(field_word(name), *_pair(name, old, new))
        for name, (old, new) in sorted(change.fields.items(), key=_place)
        if not (old in (None, "", []) and new in (None, "", []) and name != "centres")
    )
    about = short_name(change.about) if change.about != change.key else change.about
    who = change.by and short_name(change.by)
    return ChangeWords(change, utc(change.at), who or doer(change.actor), _title(change), about, fields)


def _place(field: tuple[str, Any]) -> tuple[int, str]:
    """The order of a form: the journal keeps names in alphabetical order."""
    name = field[0]
    return (list(FIELDS).index(name) if name in FIELDS else len(FIELDS), name)


def doer(person: str) -> str:
    """Somebody without an account: the shell, the system."""
    return gettext(DOERS[person]) if person in DOERS else person


def kind_word(kind: str) -> str:
    """What a kind of record is called; one that nobody named here by its own word."""
    return gettext(KINDS[kind]) if kind in KINDS else _plain(kind)


def field_word(name: str) -> str:
    """Title of a field."""
    return gettext(FIELDS[name]) if name in FIELDS else _plain(name)


def _plain(name: str) -> str:
    return name.replace("_", " ").replace(".", " ").strip().capitalize()


def _title(change: Change) -> str:
    kind = kind_word(change.kind)
    if change.kind in HAPPENINGS:
        return kind
    if change.kind == "person" and "active" in change.fields and not change.is_new:
        return gettext("Account opened again") if change.fields["active"][1] else gettext("Account closed")
    if change.is_new:
        return gettext("%(kind)s added", kind=kind)
    if all(new is None for _, new in change.fields.values()):
        return gettext("%(kind)s removed", kind=kind)
    return gettext("%(kind)s changed", kind=kind)


def _pair(name: str, old: Any, new: Any) -> tuple[str, str]:
    if _records(old) and _records(new):
        return str(len(old)), _difference(old, new)
    return "" if old in (None, "") else value(name, old), "" if new is None else value(name, new)


def value(name: str, given: Any) -> str:
    """One value for reading."""
    match name, given:
        case "centres", []:
            return gettext("all centres")
        case "active", bool():
            return gettext("access open") if given else gettext("closed")
        case _, bool():
            return gettext("Yes") if given else gettext("No")
        case _, _ if given in (None, "", [], {}):
            return "–"
        case "stream" | "onvif", str() if given in ADDRESSES:
            return gettext(ADDRESSES[given])
        case "roles", list():
            return ", ".join(role(r) for r in given)
        case "data", str() if given in DATA:
            return gettext(DATA[given])
        case "size", int():
            return size(given)
        case "certificate" | "sha256", str():
            return f"{given[:4]} {given[4:8]} {given[8:12]} {given[12:16]}"
        case _, str() if MOMENT.fullmatch(given):
            return utc(moment(given))
        case _, list() if _records(given):
            return _listed([_id(row) for row in given])
        case _, list():
            return _listed([value("", v) for v in given])
        case _, Mapping():
            return ", ".join(f"{field_word(str(n)).lower()}: {value(str(n), v)}" for n, v in given.items())
    text = " ".join(str(given).split())
    return text if len(text) <= LONG else text[:LONG].rstrip() + " …"


def _records(given: Any) -> bool:
    return isinstance(given, list) and all(isinstance(row, Mapping) for row in given)


def _id(row: Mapping[str, Any]) -> str:
    return str(next((row[n] for n in ("id", "code", "name", "login") if n in row), next(iter(row.values()), "")))


def _difference(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> str:
    was, is_now = {_id(r): r for r in old}, {_id(r): r for r in new}
    parts = [str(len(new))]
    if added := [n for n in is_now if n not in was]:
        parts.append(gettext("added: %(list)s", list=_listed(added)))
    if gone := [n for n in was if n not in is_now]:
        parts.append(gettext("removed: %(list)s", list=_listed(gone)))
    if other := [n for n in is_now if n in was and was[n] != is_now[n]]:
        parts.append(gettext("changed: %(list)s", list=_listed(other)))
    return "; ".join(parts)


def _listed(names: Sequence[str]) -> str:
    if len(names) <= MANY:
        return ", ".join(names)
    return gettext("%(list)s and %(count)s more", list=", ".join(names[:MANY]), count=len(names) - MANY)
