"""Sign-in sessions: Flask-Login carries the secret, services.accounts knows what it is worth."""

from datetime import timedelta

from flask import request
from flask_login import LoginManager, UserMixin

from app.domain.people import Actor, short_name
from app.services import accounts
from app.web.context import real_now, settings

POLL = "X-Logbook-Poll"  # a page that refreshes itself says so (static/ui.js): nobody is using it for that


class User(UserMixin):
    """The holder of a session's secret. The secret is the only thing in the cookie."""

    def __init__(self, secret: str, signed: accounts.Signed) -> None:
        self.secret = secret
        self.signed = signed

    def get_id(self) -> str:
        return self.secret

    @property
    def actor(self) -> Actor:
        return self.signed.actor

    @property
    def token(self) -> str:
        """Names the session in memory and in the database."""
        return self.signed.token

    @property
    def language(self) -> str:
        return self.signed.language

    @property
    def short(self) -> str:
        return short_name(self.actor.name)


def load(secret: str) -> User | None:
    """The session's holder; None when it ended."""
    idle = timedelta(minutes=settings().session_minutes)
    signed = accounts.session(secret, real_now(), idle, used=POLL not in request.headers)
    return User(secret, signed) if signed else None


class Manager(LoginManager):  # type: ignore[misc]
    """Compares no addresses: the secret is the proof, and a phone's address changes between two masts."""

    def _session_protection_failed(self) -> bool:
        """As without session protection, but not hashing the address and the browser's name first."""
        return False


def make_manager() -> LoginManager:
    """A manager without "remember me": a session ends with the browser or when it was idle too long."""
    manager = Manager()
    manager.session_protection = None
    manager.user_loader(load)
    return manager
