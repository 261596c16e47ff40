"""Witnesses: other installations send checkpoints here, browsers ask for proofs and tell what does not fit."""

import base64

from flask import Blueprint, jsonify, make_response, redirect, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from app.domain import N_, Invalid, Message
from app.services import days
from app.services import witnessing as service
from app.web.context import actor, now, open_day, real_now
from app.web.saved import told

blueprint = Blueprint("witness", __name__)
LARGEST = 16_384  # bytes of a request to a witness; of a note


@blueprint.post("/witness/add-checkpoint")
def add_checkpoint() -> Response:
    """C2SP tlog-witness, for the logs of known sources."""
    if (request.content_length or 0) > LARGEST:
        return _plain(service.Answer(400, "too large\n"))
    text = request.stream.read(LARGEST).decode("utf-8", "replace")
    return _plain(service.add_checkpoint(text, real_now()))


def _plain(found: service.Answer) -> Response:
    answer = make_response(found.text, found.status)
    answer.mimetype = found.kind
    return answer


@blueprint.get("/days/<day_id>/consistency")
def consistency(day_id: str) -> Response:
    """Proof that the journal of ``from`` entries is the beginning of the one of ``to`` entries."""
    open_day(day_id)
    old, size = _whole("from"), _whole("to")
    found = service.proof(days.log_of(day_id), old, size)
    if found is None:
        return make_response(jsonify(error="no such state"), 409)
    return jsonify({"from": old, "to": size, "proof": [base64.b64encode(node).decode() for node in found]})


def _whole(name: str) -> int:
    value = request.args.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0


@blueprint.post("/days/<day_id>/fork")
def fork(day_id: str) -> Response:
    """A browser kept a state that the journal does not continue."""
    open_day(day_id)
    kept, shown = (request.form.get(name, "")[:LARGEST].replace("\r\n", "\n") for name in ("kept", "shown"))
    if not kept or not shown:
        raise Invalid(Message(N_("This is not a checkpoint.")))
    return jsonify(alarm=service.report(actor(), days.log_of(day_id), kept, shown, real_now()))


@blueprint.post("/jobs/forks/<int:seq>")
def settle(seq: int) -> Response:
    """Somebody looked into two states of a journal."""
    service.settle(actor(), seq, now())
    told(gettext("Written down: you looked into it"))
    return redirect(url_for("jobs.page"))
