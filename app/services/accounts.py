"""Sign-in by password, sessions, lockout after wrong tries."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.domain import N_, Invalid, Message
from app.domain.people import Actor
from app.domain.plan import Role
from app.store import people as store
from app.store import sessions
from app.store.db import transaction
from app.store.tables import AttemptRow, PersonRow, SessionRow

TRIES, LOCK = 5, timedelta(minutes=15)
PASSWORD_MIN = 10
BROWSER_MAX = 60
SEEN_STEP = timedelta(minutes=1)  # a session's last use is written at most this often
HASHER = PasswordHasher()


@dataclass(frozen=True)
class Signed:
    """A signed-in person, as every request sees them."""

    token: str  # SHA-256 of the cookie's secret; names the session in memory
    actor: Actor
    login: str
    language: str
    must_change_password: bool
    reauthenticated: bool


def hash_password(password: str) -> str:
    """Argon2id with the library's defaults (64 MiB, 3 passes)."""
    return HASHER.hash(password)


def sign_in(login: str, password: str, now: datetime, browser: str = "") -> str:
    """The secret for the session's cookie. Raises Invalid with a clear message; 5 wrong tries lock for 15 minutes."""
    person = store.by_login(login.strip().lower())
    with attempt(f"login:{login.strip().lower()[:80]}", now) as tries:
        good = password_fits((person.password if person else "") or _dummy(), password)
        tries.judge(
            good and person is not None and person.active,
            N_("Wrong name or password. Attempts left: %(left)s."), "password",
        )  # fmt: skip
    assert person is not None
    known, judged = person.id, person.password
    with transaction():
        fresh = store.by_id(known)
        if fresh is None or not fresh.active or fresh.password != judged:  # closed or reset in this very moment
            raise Invalid(Message(N_("This account was changed just now. Sign in again."), field="password"))
        return begin(known, now, browser)


def begin(person: str, now: datetime, browser: str) -> str:
    """A new session (inside the caller's transaction); the secret for its cookie."""
    secret = secrets.token_urlsafe(32)
    store.add(SessionRow(token=digest(secret), person=person, began=now, seen=now, browser=browser[:BROWSER_MAX]))
    return secret


def password_fits(stored: str, password: str) -> bool:
    """True when the password is the one that was hashed."""
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _dummy() -> str:
    """So that an unknown name, or one without a password yet, takes as long as a known one."""
    return hash_password(secrets.token_hex(8))


class attempt:
    """Count wrong tries of one subject (a login, a key) and lock it after five.

    Entering raises Invalid while the lock lasts; ``judge(good, message)`` counts and raises.
    """

    def __init__(self, subject: str, now: datetime, field: str = "password") -> None:
        self.subject, self.now, self.field = subject, now, field

    def __enter__(self) -> "attempt":
        row = store.tries(self.subject)
        if row and row.locked_until and row.locked_until > self.now:
            raise self._locked(row.locked_until)
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def judge(self, good: bool, message: str, field: str) -> None:
        """Nothing when good (and the count is cleared); Invalid with the attempts left when not."""
        with transaction():
            known = store.tries(self.subject, lock=True)
            row = known or AttemptRow(subject=self.subject, failed=0, last=self.now, locked_until=None)
            if row.locked_until and row.locked_until > self.now:
                raise self._locked(row.locked_until)
            if row.locked_until:  # the lock is over: count anew
                row.failed, row.locked_until = 0, None
            if good:
                if known:
                    store.remove(known)
                return
            row.failed, row.last = row.failed + 1, self.now
            if row.failed >= TRIES:
                row.locked_until = self.now + LOCK
            left, until = TRIES - row.failed, row.locked_until
            store.add(row)
        if until:
            raise self._locked(until)
        raise Invalid(Message(message, {"left": left}, field))

    def _locked(self, until: datetime) -> Invalid:
        minutes = max(1, -(-int((until - self.now).total_seconds()) // 60))
        text = N_("Too many wrong tries. Try again in %(minutes)s min. Nothing was changed.")
        return Invalid(Message(text, {"minutes": minutes}, self.field))


def session(secret: str, now: datetime, idle: timedelta, used: bool = True) -> Signed | None:
    """Who the cookie's holder is; None when the session ended, was idle too long or the account is closed.

    ``used`` False: a page asks by itself, which keeps no session alive.
    """
    token = digest(secret)
    found = sessions.holder(token)
    if found is None or now - found.seen > idle:
        return None
    if used and now - found.seen > SEEN_STEP:
        with transaction():
            if not sessions.touch(token, now):
                return None
    return Signed(token, actor_of(found), found.login, found.language, found.must_change, found.reauthenticated)


def somebody(login: str) -> Actor:
    """The account that acts when a command names it. Raises Invalid."""
    row = store.by_login(login)
    if row is None or not row.active:
        raise Invalid(Message(N_("There is no open account %(login)s."), {"login": login}, "by"))
    return actor_of(row)


def actor_of(person: PersonRow | sessions.Holder) -> Actor:
    """The account as the rules see it."""
    return Actor(person.id, person.name, frozenset(Role(r) for r in person.roles), frozenset(person.centres))


def sign_out(token: str) -> None:
    """End one session."""
    with transaction():
        store.end_session(token)


def reauthenticated(token: str) -> None:
    """Note that the session's holder gave password and code for a signature."""
    with transaction():
        row = store.session(token)
        if row:
            row.reauthenticated = True


def check_password(actor: Actor, password: str, now: datetime) -> None:
    """Raise Invalid unless it is the actor's password; wrong tries count as at the sign-in."""
    person = store.by_id(actor.person)
    assert person is not None
    with attempt(f"login:{person.login}", now) as tries:
        tries.judge(
            password_fits(person.password, password), N_("Wrong password. Attempts left: %(left)s."), "password"
        )


def set_password(
    actor: Actor, old: str, new: str, now: datetime, keep: str = "", again: str | None = None
) -> None:
    """Change the own password; every other session of the person ends. Raises Invalid with every reason."""
    messages = judge_new(new, again)
    if new and new == old:
        messages.append(Message(N_("Choose a password that differs from the old one."), field="new"))
    try:
        check_password(actor, old, now)
    except Invalid as err:
        messages = [*err.messages, *messages]
    if messages:
        raise Invalid(*messages)
    hashed = hash_password(new)
    with transaction():
        person = store.by_id(actor.person)
        assert person is not None
        person.password, person.must_change = hashed, False
        store.end_sessions(person.id, keep)


def judge_new(new: str, again: str | None = None) -> list[Message]:
    """Reasons why ``new`` cannot become a password; ``again``: what was typed the second time."""
    messages = []
    if len(new) < PASSWORD_MIN:
        text = N_("The password is too short: at least %(count)s characters.")
        messages.append(Message(text, {"count": PASSWORD_MIN}, "new"))
    if again is not None and again != new:
        messages.append(Message(N_("The two new passwords differ."), field="again"))
    return messages


def set_language(actor: Actor, language: str) -> None:
    """Choose the language of pages."""
    with transaction():
        person = store.by_id(actor.person)
        assert person is not None
        person.language = language


def digest(secret: str) -> str:
    """What is stored of a secret: SHA-256, hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def forget_idle(now: datetime, idle: timedelta) -> int:
    """Delete sessions that nobody used for so long; how many."""
    with transaction():
        return store.end_idle_sessions(now - idle)
