"""The newest thumbnail of a camera."""

from hashlib import sha256

from flask import Blueprint, Response, make_response, request

from app.domain import N_, NotFound
from app.services import watching
from app.web.context import actor

blueprint = Blueprint("sights", __name__, url_prefix="/days/<day_id>/cameras")


@blueprint.get("/<path:camera>/picture")
def picture(day_id: str, camera: str) -> Response:
    """What the server saw last; a browser that has it already is told so."""
    data = watching.picture(actor(), day_id, camera)
    if data is None:
        raise NotFound(N_("The server has no picture of this camera."))
    answer = make_response(data)
    answer.mimetype = "image/jpeg"
    answer.set_etag(sha256(data).hexdigest()[:32])
    return answer.make_conditional(request)
