"""Who took data out of the installation: every download of a package, a register or statistics is recorded."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.domain import facts as f
from app.domain.codec import plain
from app.domain.people import Actor
from app.services import office
from app.store.db import transaction


def note(actor: Actor, kind: str, scope: Mapping[str, Any], sha256: str, size: int, now: datetime) -> None:
    """Record, before the first byte leaves, that the actor gets ``size`` bytes with that SHA-256.

    ``kind``: package, collection, register, statistics; ``scope``: of what, like {"day": …} or {"centre": …}.
    """
    with transaction(office.log()):
        office.note(actor, f.DownloadMade(kind, dict(plain(scope)), sha256, size, now), now)
