"""Documents: what each form's slots say, reading the PDF, signing it, checking a file."""

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from app.domain import N_, Invalid, Message
from app.domain.day import Day
from app.domain.policy import Action, allowed_on
from app.services import accounts, documents, keys
from app.services.documents import DocumentView, SlotView
from app.web.context import actor, now, open_day, posted, real_now
from app.web.lines import kind, line_text
from app.web.saved import told
from app.web.show import meaning, role, when

blueprint = Blueprint("documents", __name__)
LINES = 8  # of what came since; the rest as a count

TO_DO = {
    "performed": N_("to sign"),
    "confirmed": N_("to confirm"),
    "reviewed": N_("to review"),
    "handed_over": N_("to sign the handing over"),
    "received": N_("to sign the receipt"),
    "witnessed": N_("to sign as a witness"),
}
SENTENCES = {
    "performed": N_("I performed what this document says of me, and it is written down as it happened."),
    "confirmed": N_("I confirm what this document says was done at the centre."),
    "reviewed": N_("I reviewed this document on behalf of the exam commission."),
    "handed_over": N_("I handed over what this document lists, as it says."),
    "received": N_("I received what this document lists, as it says."),
    "witnessed": N_("I was present when what this document lists was handed over."),
}


@dataclass(frozen=True)
class SlotLine:
    """One column of the document: role, name, state, when."""

    role: str
    name: str
    css: str
    word: str
    at: str


def slot_lines(view: DocumentView, person: str) -> tuple[SlotLine, ...]:
    """Slots in signing order, in words for ``person``."""
    out, before = [], ""
    for slot in view.slots:
        out.append(_slot(view, slot, person, before))
        before = role(slot.slot.role)
    return tuple(out)


def _slot(view: DocumentView, slot: SlotView, person: str, before: str) -> SlotLine:
    title = role(slot.slot.role)
    if slot.signature:
        name = slot.signature.by.short
        return SlotLine(title, name, "done", meaning(slot.slot.meaning), when(slot.signature.fact.at))
    name = ", ".join(m.short for m in slot.expected) or gettext("nobody in the roster")
    todo = gettext(TO_DO[slot.slot.meaning])
    if view.next is not None and slot.slot.id == view.next.slot.id:
        if view.mine:
            return SlotLine(title, name, "now", gettext("Your turn: %(what)s", what=todo), "")
        return SlotLine(title, name, "wait", gettext("Waits: %(what)s", what=todo), "")
    return SlotLine(title, name, "off", gettext("After: %(role)s", role=before), "")


def state_word(view: DocumentView) -> tuple[str, str]:
    """Colour and word of the whole document."""
    if view.outdated:
        return "soon", gettext("Outdated")
    if view.complete:
        return "done", gettext("Signed by all")
    if view.mine:
        return "now", gettext("Waits for you")
    if view.document:
        return "wait", gettext("%(signed)s of %(total)s signed", signed=view.signed, total=len(view.slots))
    return "off", gettext("Not signed yet")


def public_url() -> str:
    """What documents print; empty when the operator named none: an address guessed here would work nowhere else."""
    return str(current_app.extensions["settings"].public_url)


@blueprint.get("/days/<day_id>/documents")
def overview(day_id: str) -> str:
    """Every form of the day: state, slots, what came since it was signed."""
    day = open_day(day_id)
    found = [
        (view, state_word(view), slot_lines(view, actor().person), since_lines(day, view))
        for view in documents.documents(day, actor())
    ]  # fmt: skip
    return render_template(
        "documents/overview.html", found=found, waiting=documents.waiting(day),
        may_package=allowed_on(day, actor(), Action.PACKAGE_EXPORT),
    )  # fmt: skip


def since_lines(day: Day, view: DocumentView) -> list[tuple[int, str, str, str]]:
    """What came since the newest revision was signed: number, time, sort, text."""
    return [(line.seq + 1, when(line.received), kind(line.tag), line_text(day, line)) for line in view.since[:LINES]]


@blueprint.get("/days/<day_id>/documents/<form>/preview.pdf")
def preview(day_id: str, form: str) -> Response:
    """The document as it would be signed now."""
    open_day(day_id)
    data = documents.preview(actor(), day_id, form, public_url())
    return _pdf(data, f"{day_id}-{form}.pdf")


@blueprint.get("/days/<day_id>/documents/<form>.pdf")
def download(day_id: str, form: str) -> Response:
    """The newest revision, or ``?revision=1``, as far as it is signed."""
    day = open_day(day_id)
    data, name = documents.save(day, form, request.args.get("revision", type=int))
    return _pdf(data, name, "attachment")


def _pdf(data: bytes, name: str, how: str = "inline") -> Response:
    answer = make_response(data)
    answer.mimetype = "application/pdf"
    answer.headers.set("Content-Disposition", how, filename=name)
    return answer


@blueprint.route("/days/<day_id>/documents/<form>/sign", methods=["GET", "POST"])
def sign(day_id: str, form: str) -> AnyResponse | str:
    """What is signed, with which meaning; then password and code (later in the session the code alone)."""
    day = open_day(day_id, Action.DOCUMENT_SIGN)
    if posted():
        prove_who()
        key = keys.unlock(actor(), request.form.get("code", ""), real_now())
        receipt = documents.sign(actor(), day_id, form, request.form.get("expected", ""), key, public_url(), now())
        accounts.reauthenticated(current_user.token)
        keys.remember(current_user.token, key, real_now())
        told(
            gettext("Signed"), gettext("Entry %(number)s. The file now carries your signature.", number=receipt.number)
        )
        return redirect(url_for("documents.overview", day_id=day_id, _anchor=form))
    view = documents.document(day, form, actor())
    slot = view.next.slot if view.next else None
    return render_template(
        "documents/sign.html", view=view, slot=slot, lines=slot_lines(view, actor().person),
        since=since_lines(day, view),
        sentence=gettext(SENTENCES[slot.meaning]) if slot else "", key=keys.state(actor().person, real_now()),
        ask_password=not current_user.signed.reauthenticated,
    )  # fmt: skip


def prove_who() -> None:
    """The first signature of a session asks for the password too."""
    if not current_user.signed.reauthenticated:
        if not request.form.get("password"):
            raise Invalid(Message(N_("Enter your password."), field="password"))
        accounts.check_password(actor(), request.form["password"], real_now())
