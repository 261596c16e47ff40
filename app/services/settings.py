"""Settings that the administration changes while the logbook runs. What the environment or config.toml sets, wins."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from app.domain import N_, Invalid, Message
from app.domain.codec import clean
from app.domain.people import Actor
from app.domain.policy import Action, require_whole
from app.domain.settings import CHANGEABLE, fault
from app.services import office
from app.store import journal
from app.store import settings as store
from app.store.db import transaction
from app.store.tables import SettingRow

S = TypeVar("S")  # app.config.Settings, which this layer does not know
FRESH = timedelta(seconds=5)  # another process sees a change after so long


class _Known:
    """What the table held when it was last read, per database; one thread reads while the others go on."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.read: dict[str, tuple[datetime, dict[str, Any]]] = {}

    def values(self, database: str, now: datetime) -> dict[str, Any]:
        known = self.read.get(database)
        if known and abs(now - known[0]) < FRESH:
            return known[1]
        if not self.lock.acquire(blocking=known is None):
            return known[1] if known else {}
        try:
            found = {k: v for k, v in store.values().items() if k in CHANGEABLE and fault(k, v) is None}
            self.read[database] = (now, found)
        finally:
            self.lock.release()
        return found

    def forget(self, database: str) -> None:
        self.read.pop(database, None)


KNOWN = _Known()


def stored(now: datetime) -> Mapping[str, Any]:
    """What the page set, whether it is in force or not."""
    return KNOWN.values(journal.database(), now)


def effective(settings: S, now: datetime) -> S:
    """``settings`` (those of the start) with what the page set and neither environment nor file does."""
    given = cast(Any, settings).given
    own = {key: value for key, value in stored(now).items() if key not in given}
    return cast(S, replace(cast(Any, settings), **own)) if own else settings


def save(actor: Actor, settings: Any, typed: Mapping[str, str], languages: Sequence[str], now: datetime) -> None:
    """Put settings as they were typed; an empty one goes back to its default. Raises Invalid with every reason."""
    require_whole(actor, Action.SETTINGS_MANAGE)
    wanted: dict[str, Any] = {}
    messages: list[Message] = []
    for key, raw in typed.items():
        value: Any = clean(raw)
        if key == "session_minutes" and value.isascii() and value.isdecimal() and len(value) < 9:
            value = int(value)
        if key in settings.given:
            text = N_("This is set by %(source)s and can be changed only there.")
            messages.append(Message(text, {"source": settings.given[key]}, key))
        elif (value != "" or key not in CHANGEABLE) and (reason := fault(key, value, languages)):
            messages.append(reason)
        wanted[key] = value
    if messages:
        raise Invalid(*messages)
    with transaction(office.log()):
        for key, value in wanted.items():
            _put(actor, key, value, now)
    KNOWN.forget(journal.database())


def _put(actor: Actor, key: str, value: Any, now: datetime) -> None:
    row = store.setting(key)
    before = {"value": row.value} if row else {}
    if value == "":
        if row:
            store.remove(row)
    elif row:
        row.value = value
    else:
        store.add(SettingRow(key=key, value=value))
    office.changed(actor, "setting", key, before, {} if value == "" else {"value": value}, now)
