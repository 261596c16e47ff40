"""The browser's session in its signed cookie, as Flask keeps it; the signature of the same bytes is judged once."""

from copy import deepcopy
from functools import lru_cache
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature, URLSafeTimedSerializer

JUDGED = 2048  # good cookies that a process remembers


class Cookie(SecureCookieSessionInterface):
    """Whether a cookie is ours is a function of its bytes and the key, which never changes while the product runs.

    Its age is asked at every request, and so is the row that says whether anybody is signed in by it
    (``app.web.session``): what is remembered here lets nobody in.
    """

    def __init__(self, app: Flask) -> None:
        made = super().get_signing_serializer(app)
        assert made is not None  # the factory always gives a key
        self.signer: URLSafeTimedSerializer = made
        self.seconds = made.make_signer().get_timestamp  # type: ignore[attr-defined]
        self.judged = lru_cache(JUDGED)(self._judge)  # what is not ours raises, and is not remembered

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer:
        """The one that was made at the start."""
        return self.signer

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """What the cookie says, for this request alone; nothing when it is not ours or too old."""
        value = request.cookies.get(self.get_cookie_name(app))
        if not value:
            return self.session_class()
        try:
            found, made = self.judged(value)
        except BadSignature:
            return self.session_class()
        if not 0 <= self.seconds() - made <= app.permanent_session_lifetime.total_seconds():
            return self.session_class()
        return self.session_class({k: v if isinstance(v, str) else deepcopy(v) for k, v in found.items()})

    def _judge(self, value: str) -> tuple[dict[str, Any], int]:
        """Content and moment (seconds) of a good cookie. Raises BadSignature."""
        found, moment = self.signer.loads(value, return_timestamp=True)
        return found, int(moment.timestamp())
