"""Packages: of one day, of many in the background, of other installations taken in, and whose those are."""

from dataclasses import dataclass
from json import loads
from pathlib import Path
from tempfile import NamedTemporaryFile

from flask import Blueprint, current_app, make_response, redirect, render_template, request, send_file, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from app.config import PROJECT
from app.domain import N_, Invalid, Message
from app.domain.policy import Action, allowed_whole, require_office, require_whole
from app.services import exports as service
from app.services import importing, sources
from app.services.copies import Started
from app.services.exports import ExportView, Scope
from app.services.importing import Kind
from app.web.context import actor, open_day, posted, real_now, text
from app.web.copies import left
from app.web.footage_words import size
from app.web.language import say
from app.web.limits import PACKAGE_MOST
from app.web.saved import told
from app.web.show import utc

blueprint = Blueprint("packages", __name__)
STATES = {  # colour, icon, word
    "waiting": ("wait", "wait", N_("begins")),
    "running": ("now", "now", N_("is running")),
    "paused": ("soon", "wait", N_("paused")),
    "failed": ("over", "over", N_("failed")),
    "broken": ("over", "over", N_("broke off")),
    "done": ("done", "done", N_("done")),
}
TAKEN = {
    Kind.NEW: ("done", "done", N_("The day was taken in.")),
    Kind.LONGER: ("done", "done", N_("The day was known; its journal now goes on.")),
    Kind.SAME: ("wait", "done", N_("Known already: nothing was written.")),
    Kind.SHORTER: ("wait", "done", N_("Known already, and ours is newer: nothing was written.")),
}
EVERY = 5  # seconds between two looks at an export that works
BLOCK = 1 << 20


@dataclass(frozen=True)
class ExportLine:
    """An export in words. ``part``: thousandths."""

    view: ExportView
    title: str
    when: str
    mark: tuple[str, str, str]
    part: int
    text: str

    @property
    def works(self) -> bool:
        return self.view.state in ("waiting", "running")


def line(found: ExportView) -> ExportLine:
    """One export as pages show it."""
    scope, seen, result = found.scope, found.row.progress, found.row.result
    css, icon, word = STATES[found.state]
    if scope.centre:
        title = gettext("Centre %(centre)s, %(month)s", centre=scope.centre, month=scope.month)
    else:
        title = gettext("Region %(region)s, %(date)s", region=scope.region, date=scope.date)
    done, total = int(seen.get("done") or 0), int(seen.get("total") or 0)
    part = 1000 if found.state == "done" else 1000 * done // total if total else 0
    said = [gettext("%(done)s of %(total)s", done=done, total=ngettext("%(num)s day", "%(num)s days", total))]
    if found.state == "done":
        said = [ngettext("%(num)s day", "%(num)s days", result["days"]), size(result["size"])]
    elif found.state == "running" and seen.get("phase") == "packing":
        said.append(gettext("putting them into one file"))
    elif found.state == "running" and seen.get("left") is not None:
        said.append(gettext("%(span)s left", span=left(int(seen["left"]))))
    return ExportLine(found, title, utc(found.row.made), (css, icon, gettext(word)), part, " · ".join(said))


def _how() -> Started:
    made = current_app.extensions["settings"]
    return Started(made.instance, made.database_url, PROJECT, {"LOGBOOK_NAME": made.name}, ("package", "run"))


@blueprint.route("/packages", methods=["GET", "POST"])
def overview() -> Response | str:
    """Ask for the packages of many days; what was asked for."""
    require_office(actor(), Action.PACKAGE_EXPORT)
    if posted():
        if request.form.get("of") == "region":
            scope = Scope(region=text("region"), date=text("date"))
        else:
            scope = Scope(centre=text("centre"), month=text("month"))
        found = service.begin(actor(), scope, real_now(), _how())
        return redirect(url_for("packages.show", export_id=found))
    days = current_app.extensions["settings"].export_days
    return render_template(
        "packages/overview.html", lines=[line(e) for e in service.listed(actor(), real_now())], days=days,
        may_import=allowed_whole(actor(), Action.PACKAGE_IMPORT),
    )  # fmt: skip


@blueprint.get("/packages/<uuid:export_id>")
def show(export_id: object) -> Response:
    """How far an export is; the page loads itself again while it works."""
    found = line(service.export(actor(), str(export_id), real_now()))
    row = found.view.row
    reasons = [say(Message(m, params)) for m, params in (loads(row.told) if row.told else [])]
    if found.view.state == "broken":
        reasons = [gettext("The process that exported is gone: the computer was switched off, or somebody ended it.")]
    missing = [(name, say(Message(m, params))) for name, m, params in row.result.get("missing", [])]
    answer = make_response(render_template("packages/show.html", export=found, reasons=reasons, missing=missing))
    if found.works:
        answer.headers["Refresh"] = str(EVERY)
    return answer


@blueprint.post("/packages/<uuid:export_id>")
def change(export_id: object) -> Response:
    """Pause, go on, remove."""
    name, what = str(export_id), request.form.get("what", "")
    service.export(actor(), name, real_now())
    if what == "pause":
        service.pause(actor(), name, real_now())
    elif what == "go_on":
        service.go_on(actor(), name, real_now(), _how())
    elif what == "remove":
        service.remove(actor(), name, real_now())
        told(gettext("The export is removed"))
        return redirect(url_for("packages.overview"))
    return redirect(url_for("packages.show", export_id=name))


@blueprint.post("/packages/<uuid:export_id>/download")
def download(export_id: object) -> Response:
    """The finished file; who got it is recorded before its first byte."""
    path, name = service.fetch(actor(), str(export_id), real_now())
    return send_file(path, "application/zip", as_attachment=True, download_name=name, etag=False)


@blueprint.post("/days/<day_id>/package")
def of_day(day_id: str) -> Response:
    """The package of one day; who got it is recorded before its first byte."""
    open_day(day_id, Action.PACKAGE_EXPORT)
    path = service.of_day(actor(), day_id, real_now())
    file = open(path, "rb")  # noqa: SIM115 - the answer closes it
    path.unlink()
    return send_file(file, "application/zip", as_attachment=True, download_name=f"{day_id}.zip", etag=False)


@blueprint.route("/packages/import", methods=["GET", "POST"])
def take_in() -> str:
    """Take in the package of another installation."""
    require_whole(actor(), Action.PACKAGE_IMPORT)
    result = None
    if posted():
        upload = request.files.get("file")
        if upload is None or not upload.filename:
            raise Invalid(Message(N_("Choose the package."), field="file"))
        with NamedTemporaryFile(suffix=".zip") as kept:
            while block := upload.stream.read(BLOCK):
                kept.write(block)
            kept.flush()
            result = importing.take_in(actor(), Path(kept.name), real_now(), "dry" in request.form)
    return render_template(
        "packages/import.html", result=result, mark=_taken(result) if result else None,
        sources=sources.listed(actor()), days=importing.newest(actor()), when=utc, most=PACKAGE_MOST,
        dry=bool(result and "dry" in request.form),
    )  # fmt: skip


def _taken(found: importing.Taken) -> tuple[str, str, str]:
    css, icon, word = TAKEN[found.kind]
    if "dry" in request.form and found.kind in (Kind.NEW, Kind.LONGER):
        return "wait", "done", gettext("The package is proved and would be taken in. Nothing was written.")
    return css, icon, gettext(word)


@blueprint.route("/packages/sources", methods=["GET", "POST"])
def of_others() -> Response | str:
    """Installations whose packages are taken in: what they published, with fingerprints to compare."""
    if posted():
        upload = request.files.get("root_file")
        root = upload.stream.read(1 << 16) if upload and upload.filename else text("root").encode()
        made = sources.add(actor(), text("vkey"), root, text("title"), real_now())
        told(gettext("Saved: %(title)s", title=made.title or made.name),
             gettext("Compare its fingerprints with the printed sheet now."))  # fmt: skip
        return redirect(url_for("packages.of_others"))
    return render_template("packages/sources.html", found=sources.listed(actor()))


@blueprint.post("/packages/sources/remove")
def forget() -> Response:
    """Forget a source of which no day was taken in."""
    sources.remove(actor(), request.form.get("name", ""), real_now())
    told(gettext("The source is removed"))
    return redirect(url_for("packages.of_others"))
