"""A session that ends in the middle of typing loses nothing: what was typed waits inside the sign-in form.

It travels as one hidden field, signed by us, and comes back as the same form filled in; nothing
is sent to the journal until the person presses the button again. Secrets and files are left out.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Response, current_app, make_response, redirect, request, url_for
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from app.domain import N_, Message
from app.web.context import secrets_of, show_again

LASTS = 12 * 3600  # seconds
AGAIN = Message(
    N_("You are signed in again. What you typed is here; nothing was saved yet. Look at it and send it again.")
)
FILES = Message(N_("Choose the files again: they could not be kept."))


@dataclass(frozen=True)
class Kept:
    """Where the person was going, and what was typed there."""

    path: str
    fields: MultiDict[str, str]
    files: bool


def ask_to_sign_in() -> Response | AnyResponse:
    """Answer for somebody not signed in: our own POST keeps what was typed, a GET is come back to."""
    if request.method != "POST" or not _from_here():
        ahead = request.full_path.rstrip("?") if request.method == "GET" and request.path != "/" else None
        return redirect(url_for("account.sign_in", next=ahead))
    fields = [(k, v) for k, v in request.form.items(multi=True) if k not in secrets_of(request.blueprint)]
    packed = _seal().dumps([request.path, fields, any(f.filename for f in request.files.values())])
    view = current_app.view_functions["account.sign_in"]
    return make_response(view(kept=packed), 401)


def unpack(packed: str) -> Kept | None:
    """What ``ask_to_sign_in`` put into the form; None when it is empty, old or not ours."""
    try:
        path, fields, files = _seal().loads(packed, max_age=LASTS)
    except BadSignature:
        return None
    return Kept(path, MultiDict([(k, v) for k, v in fields]), files)


def resume(kept: Kept) -> Response | None:
    """The form that was interrupted, filled in; None when its page cannot be shown any more."""
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        return None
    try:
        endpoint, values = adapter.match(kept.path, method="GET")
    except HTTPException:
        return None
    show_again(kept.fields, AGAIN, *([FILES] if kept.files else []))
    return make_response(current_app.view_functions[endpoint](**values))


def safe_path(target: str) -> str | None:
    """``target`` when it is a path of this site, else None."""
    parts = urlsplit(target)
    if not target.isprintable():
        return None
    if parts.scheme or parts.netloc or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return target


def _from_here() -> bool:
    """True when our own page sent the form: another site must not put words into somebody's mouth."""
    site = request.headers.get("Sec-Fetch-Site", "")
    origin = request.headers.get("Origin", "")
    return site in ("", "same-origin") and (not origin or origin == request.host_url.rstrip("/"))


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="kept form")
