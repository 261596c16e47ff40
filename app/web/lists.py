"""Lists as spreadsheets: rooms and devices of a centre, people. Shown first, written when somebody says so."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response, current_app, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from app.domain import N_, Invalid, Message, NotFound
from app.domain.policy import Action, require
from app.services import centres as centre_service
from app.services import people as people_service
from app.services import people_list
from app.services.people_list import Entry, Outcome
from app.services.spreadsheet import csv_file, read, xlsx_file
from app.web.admin import blueprint
from app.web.catalogue import load
from app.web.centres import centre_form
from app.web.context import actor, now, posted, typed
from app.web.language import LANGUAGES
from app.web.listform import ALL_CENTRES, PEOPLE, PLAN, Kind, Lists, Record, joined, made, parse, written
from app.web.saved import told

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EVERY = "*"  # of the column of centres: an office above them


def words(text: str) -> tuple[str, ...]:
    """A text in every language, in the page's first."""
    return tuple(dict.fromkeys((gettext(text), text, *(load(language).gettext(text) for language in LANGUAGES))))


def _uploaded(kinds: Sequence[Kind]) -> Lists:
    """The lists of the file that was sent. Raises Invalid."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(Message(N_("Choose a file."), field="file"))
    return parse(read(file.read(), file.filename), kinds, words, file.filename)


def _download(name: str, kind: str, lists: Mapping[str, Sequence[Sequence[str]]]) -> Response:
    """``kind``: xlsx for all lists, else the name of one of them as CSV."""
    if kind != "xlsx" and kind not in lists:
        raise NotFound(N_("There is no such list."))
    data = xlsx_file({gettext(TITLES[k]): v for k, v in lists.items()}) if kind == "xlsx" else csv_file(lists[kind])
    answer = make_response(data)
    answer.mimetype = XLSX if kind == "xlsx" else "text/csv"
    ending = "xlsx" if kind == "xlsx" else "csv"
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.{ending}")
    return answer


TITLES = {kind.name: kind.title for kind in (*PLAN, PEOPLE)}


# ---------------------------------------------------------------- rooms and devices


@blueprint.get("/centres/<code>/lists/<kind>")
def centre_list(code: str, kind: str) -> Response:
    """The centre's rooms and devices: ``xlsx``, or one list as CSV."""
    require(actor(), Action.CENTRE_MANAGE)
    view = centre_service.centre(actor(), code)
    lists = {k.name: written(k, getattr(view, k.name), gettext) for k in PLAN}
    return _download(code if kind == "xlsx" else f"{code}-{kind}", kind, lists)


@blueprint.route("/centres/<code>/lists", methods=["GET", "POST"])
def centre_lists(code: str) -> Any:
    """Take lists in: the form of the centre comes with them, and with what saving would change."""
    require(actor(), Action.CENTRE_MANAGE)
    view = centre_service.centre(actor(), code)
    if posted():
        lists = _uploaded(PLAN)
        whole = request.form.get("whole") == "1"
        plan = {}
        for kind in PLAN:
            old, records = getattr(view, kind.name), lists.get(kind.name)
            plan[kind.name] = old if records is None else made(kind, records) if whole else joined(kind, old, records)
        _judge(plan, lists)
        return centre_form(view, (plan["rooms"], plan["cameras"], plan["stations"], plan["recorders"]))
    return render_template("admin/centre_lists.html", view=view, kinds=PLAN, whole=_whole())


def _judge(plan: Mapping[str, Any], lists: Lists) -> None:
    """Raise Invalid with what the plan cannot hold, each with the line that says it."""
    lines = {(name, record.id): record for name, records in lists.items() for record in records}
    messages = centre_service.judge_plan(plan["rooms"], plan["cameras"], plan["stations"], plan["recorders"])
    if problems := [_of_line(m, lines) for m in messages]:
        raise Invalid(*problems)


def _of_line(message: Message, lines: Mapping[tuple[str, str], Record]) -> Message:
    name = (message.field or "").partition("_")[0]
    record = lines.get((name, str(message.params.get("id", message.params.get("room", "")))))
    if record is None:
        return Message(message.id, message.params, "file")
    column = next((c for c in record.columns if c in message.params and c != "id"), "file")
    return Message(*_parts(record.located(Message(message.id, message.params, column))))


def _parts(message: Message) -> tuple[str, Mapping[str, Any], str]:
    return message.id, message.params, "file"


def _whole() -> bool:
    again: MultiDict[str, str] | None = typed()
    return again is not None and again.get("whole") == "1"


# ---------------------------------------------------------------- people


@blueprint.get("/people/list/<kind>")
def people_download(kind: str) -> Response:
    """Everybody of this administrator: ``xlsx``, or ``people`` as CSV."""
    found = people_service.list_people(actor(), size=100_000).items
    lines = [_line(view) for view in found]
    return _download("people", kind, {"people": [tuple(gettext(c.title) for c in PEOPLE.columns), *lines]})


def _line(view: people_service.PersonView) -> tuple[str, ...]:
    (line,) = written(PEOPLE, [view], gettext)[1:]
    return (*line[:3], line[3] or EVERY, *line[4:])


@blueprint.route("/people/list", methods=["GET", "POST"])
def people_lists() -> str:
    """Take a list of people in: what it would do, then doing it. New accounts get their one-time links."""
    require(actor(), Action.PEOPLE_MANAGE)
    if posted():
        if "list" not in request.form:
            records = _uploaded((PEOPLE,))["people"]
            return _shown(records, people_list.preview(actor(), _entries(records), now()))
        name = request.form.get("name", "")
        records = parse(read(request.form["list"].encode(), name), (PEOPLE,), words, name)["people"]
        done = people_list.save(actor(), _entries(records), now())
        told(gettext("The list is saved"), _told(done))
        url = current_app.extensions["settings"].url
        addresses = [(link, url + url_for("invitation.accept", token=link.secret)) for link in done.links]
        return render_template("admin/people_links.html", links=addresses, done=done)
    return render_template("admin/people_lists.html", kind=PEOPLE, every=EVERY, found=None)


def _shown(records: Sequence[Record], found: Outcome) -> str:
    """What the list would do, with the list itself: saying yes sends it again."""
    lines = [tuple(c.name for c in PEOPLE.columns)]
    for record in records:
        lines += [()] * (record.line - len(lines) - 1)  # a reason keeps naming the line of the file
        values = [record.values[c.name] for c in PEOPLE.columns]
        lines.append(tuple(", ".join(v) if isinstance(v, tuple) else str(v) for v in values))
    return render_template(
        "admin/people_lists.html", kind=PEOPLE, every=EVERY, found=found,
        text=csv_file(lines).decode("utf-8-sig"), name=records[0].sheet if records else "",
    )  # fmt: skip


def _entries(records: Sequence[Record]) -> list[Entry]:
    return [
        Entry(
            str(r.values["login"]), str(r.values["name"]), r.values["roles"], _centres(r.values["centres"]),
            str(r.values["email"]), r.located,
        )
        for r in records
    ]  # fmt: skip


def _centres(values: tuple[str, ...]) -> tuple[str, ...] | None:
    """None for nothing said, empty for all."""
    if not values:
        return None
    every = {EVERY, *(w.casefold() for w in words(ALL_CENTRES))}
    return () if len(values) == 1 and values[0].casefold() in every else values


def _told(done: Outcome) -> str:
    return gettext(
        "New: %(new)s. Changed: %(changed)s. Unchanged: %(same)s.",
        new=len(done.added), changed=len(done.changed), same=done.same,
    )  # fmt: skip
