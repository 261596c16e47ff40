"""Public keys of this installation, for everybody: what packages, printed codes and witnesses are checked against."""

import segno
from flask import Blueprint, make_response, render_template
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.wrappers import Response

from app.services import publish
from app.web.context import real_now, settings

blueprint = Blueprint("published", __name__)


@blueprint.get("/published-keys")
def page() -> str:
    """Log key, root and witness key as text, with what has to be compared with the printed sheet."""
    found = publish.published()
    return render_template(
        "check/keys.html", found=found, witness=publish.witness(), address=f"{settings().url}/witness",
        qr=_drawn(found.text),
    )  # fmt: skip


@blueprint.get("/published-keys.pdf")
def sheet() -> Response:
    """The sheet to print, sign and keep."""
    answer = make_response(publish.sheet(real_now()))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="{publish.published().name}-keys.pdf"'
    return answer


def _drawn(text: str) -> Markup:
    code = segno.make(text, error="m", micro=False)
    title = gettext("QR code of the log key and the root’s fingerprint")
    return Markup(code.svg_inline(light="#fff", border=4, omitsize=True, svgclass="qr", lineclass=None, title=title))
