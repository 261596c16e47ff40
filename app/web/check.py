"""Open to everybody: checking a PDF, a proof or a printed code, and what a code leads to. Nothing is kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import get_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message, NotFound
from app.services import check, days, documents, printed
from app.services.attachments import LIMIT
from app.services.check import Kind, SignatureVerdict, Verdict
from app.web.context import actor, posted, typed
from app.web.language import pick, say
from app.web.show import dotted, meaning, role, zone_name

blueprint = Blueprint("check", __name__)

PROOF = b"c2sp.org/tlog-proof@v1\n"
# Of every kind of verdict: colour, icon, heading. A text for None: the verdict's own word.
LOOKS: dict[Kind, tuple[str, str, str | None]] = {
    Kind.VALID: ("done", "done", None),
    Kind.AFTER: ("soon", "over", N_("Valid, but changed after signing")),
    Kind.OLDER: ("soon", "over", N_("Valid, but replaced by a newer revision")),
    Kind.INCOMPLETE: ("soon", "over", N_("Valid so far, but not signed by everybody")),
    Kind.CHANGED: ("over", "not", N_("Not valid: the file was changed")),
    Kind.INVALID: ("over", "not", N_("Not valid")),
    Kind.FOREIGN: ("over", "not", N_("Not valid here: not a document of this logbook")),
    Kind.BROKEN: ("over", "not", N_("The journal of this logbook does not prove itself")),
    Kind.UNKNOWN: ("off", "ask", N_("Could not be checked")),
}
MEANING = {
    Kind.VALID: N_("Everybody signed it, nothing was changed since, and no newer revision has replaced it."),
    Kind.AFTER: N_("What was signed is all there and unchanged. Something was added that nobody signed."),
    Kind.OLDER: N_("It is as it was signed. Ask for the newer revision before you rely on it."),
    Kind.INCOMPLETE: N_("It is as it was signed so far. Signatures are missing: not made yet, or cut away."),
    Kind.CHANGED: N_("It is not what was signed. Do not rely on it; ask the exam centre for its own file."),
    Kind.INVALID: N_("A signature in it does not hold. Do not rely on it."),
    Kind.FOREIGN: N_("This logbook cannot vouch for it: it did not make this file, or the file is damaged."),
    Kind.BROKEN: N_("Tell the operator of this logbook. Nothing can be said of the file until that is cleared up."),
    Kind.UNKNOWN: N_("That says nothing for or against the file."),
}
STATES = {
    "valid": ("done", "done", N_("valid")),
    "changed": ("soon", "over", N_("valid, but changed after signing")),
    "invalid": ("over", "not", N_("not valid")),
    "missing": ("off", "off", N_("not signed")),
}
ANSWERS = {
    printed.State.KNOWN: ("wait", "seal", N_("The journal knows this document")),
    printed.State.OLDER: ("soon", "over", N_("The journal knows it, but there is a newer revision")),
    printed.State.DRAFT: ("off", "ask", N_("A draft: nobody signed a document of this state")),
    printed.State.UNKNOWN: ("over", "not", N_("The journal knows no such document")),
    printed.State.NOTHING: ("off", "ask", N_("Nothing to compare yet")),
    printed.State.CONTAINED: ("done", "done", N_("The journal still contains this")),
    printed.State.LOST: ("over", "not", N_("The journal no longer contains this")),
}
EXPLAINED = {
    printed.State.KNOWN: N_(
        "The code on the page is that of a document in our journal. Only the file proves that the page is as it was."
    ),
    printed.State.OLDER: N_("The page that you hold was replaced. Ask for the newer revision before you rely on it."),
    printed.State.DRAFT: N_("The journal was once in that state, but what you hold is no signed document."),
    printed.State.UNKNOWN: N_("The page was not printed by this logbook, or its code was copied wrongly."),
    printed.State.CONTAINED: N_("What you hold is a state of our journal: nothing before it was changed since."),
    printed.State.LOST: N_(
        "This logbook signed it once, and its journal has been changed or cut since. Keep what you hold."
    ),
    printed.State.NOTHING: N_("The address lacks what the printed code says. Scan the code itself."),
}


@dataclass(frozen=True)
class Line:
    """One signature, in words."""

    title: str
    meaning: str
    name: str
    css: str
    icon: str
    word: str
    at: str
    claimed: bool  # the time is only what the file says
    reason: str


@blueprint.route("/check", methods=["GET", "POST"])
def page() -> Response:
    """Check a PDF from anywhere against this installation's journal."""
    if not posted():
        return _page()
    if "text" in request.form:
        return _paper()
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        raise Invalid(Message(N_("Choose the PDF or the proof to check."), field="file"))
    data = upload.stream.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise Invalid(
            Message(N_("The file is larger than 20 MB. Documents of a logbook are far smaller."), field="file")
        )
    if data.startswith(PROOF):
        return make_response(_said(printed.by_proof(data)))
    return _page(check.check(data), upload.filename[-120:])


def _paper() -> Response:
    """What stands on paper: the text of a code, or the foot's number, entries and short root."""
    text, foot = request.form["text"], [request.form.get(name, "").strip() for name in ("number", "size", "root")]
    if text.strip():
        said = printed.read_text(text[:2000])
        if said is None:
            raise Invalid(Message(N_("This is not the text of a printed code."), field="text"))
        return make_response(_said(said))
    if not all(foot):
        missing = N_("Paste the text of the code, or enter all three of the foot.")
        raise Invalid(Message(missing, field="text"))
    return make_response(_said(printed.Said(printed.look_up(*foot), *foot)))


def _page(result: Verdict | None = None, name: str = "") -> Response:
    if result is None:
        held = {f"typed_{name}": (typed() or {}).get(name, "") for name in ("text", "number", "size", "root")}
        return make_response(render_template("check/page.html", result=None, **held))
    css, icon, heading = LOOKS[result.kind]
    spot = ZoneInfo(result.zone)
    lines = [_line(s, spot) for s in result.signatures]
    moment = next((s.received or s.claimed for s in result.signatures if s.received or s.claimed), None)
    return make_response(
        render_template(
            "check/page.html", result=result, name=name, css=css, symbol=icon,
            heading=_upper(gettext(heading) if heading else say(result.word)), meaning=gettext(MEANING[result.kind]),
            lines=lines, form=_form(result.form), zone=zone_name(spot, moment) if moment else "",
        )
    )  # fmt: skip


def _line(found: SignatureVerdict, spot: tzinfo) -> Line:
    css, icon, word = STATES[found.state]
    moment = found.received or found.claimed
    reason = say(found.reason) if found.reason else ""
    return Line(
        _upper(role(found.role)), meaning(found.meaning), found.name, css, icon, gettext(word),
        _local(moment, spot) if moment else "", found.received is None, reason,
    )  # fmt: skip


def _local(moment: datetime, spot: tzinfo) -> str:
    shape = dotted("d MMMM y, HH:mm")
    return format_datetime(moment.astimezone(UTC), shape, tzinfo=spot, locale=get_locale())


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _form(code: str) -> str:
    return next((pick(f.title) for f in documents.list_forms() if f.code == code), "")


@blueprint.get("/c/<number>")
def by_number(number: str) -> str:
    """Is the document whose code was scanned known here? No names; the file itself tells the rest."""
    size, root = request.args.get("n", ""), request.args.get("r", "")
    return _said(printed.Said(printed.look_up(number, size, root), number, size, root))


@blueprint.get("/c/<number>/<ticket>")
def by_ticket(number: str, ticket: str) -> str:
    """The same for a code that carries a signed payload."""
    said = printed.read_text(f"{number}/{ticket}")
    return _said(said or printed.Said(printed.Printed(printed.State.NOTHING), number))


def _said(said: printed.Said) -> str:
    css, icon, heading = ANSWERS[said.found.state]
    return render_template(
        "check/number.html", number=said.number[:120], size=said.size[:10], root=said.root[:24], found=said.found,
        css=css, symbol=icon, heading=gettext(heading), meaning=gettext(EXPLAINED[said.found.state]),
        day_url=_day_url(said.number), entry=said.entry, ticket=said.ticket,
        at=f"{_local(said.ticket.at, UTC)} UTC" if said.ticket else "",
    )  # fmt: skip


def _day_url(number: str) -> str:
    """The day's documents, for somebody signed in who may see them."""
    if not current_user.is_authenticated:
        return ""
    day_id, _, form_number = number.rpartition(".")
    try:
        days.load(actor(), day_id)
    except NotFound:
        return ""
    form = next((f for f in documents.list_forms() if f.extra.get("number", f.code) == form_number), None)
    return url_for("documents.overview", day_id=day_id, _anchor=form.code if form else None)
