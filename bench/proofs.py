"""Lines about verification, against reading the stored bytes and hashing them."""

import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from app.services import days, verify
from bench import world
from bench.measure import Line, in_turn
from bench.sizes import Sizes
from bench.world import World


def verification(place: World, _folder: Path, sizes: Sizes) -> Iterator[Line]:
    """Leaves and root as ``flask day verify --leaves`` gives them; the whole proof as it does without."""
    count = sizes.verified
    day = place.open_day()
    place.fill(day, world.access(count - 1))
    with place.inside():
        log = days.log_of(day)

    def leaves() -> None:
        with place.inside():
            result = verify.verify_leaves(day)
            if not result.proved or result.size != count:
                raise RuntimeError(str(result))

    def whole() -> None:
        with place.inside():
            result = verify.verify_day(day)
            if not result.proved or result.size != count:
                raise RuntimeError(str(result))

    database = place.folder / "logbook.db"
    works = {
        "stored": (lambda: _hash(database, log, "leaf"), 1), "leaves": (leaves, 1),
        "stored whole": (lambda: _hash(database, log, "leaf, salt, body"), 1), "whole": (whole, 1),
    }  # fmt: skip
    found = in_turn(works, 1 if sizes.rounds == 1 else 3, warm=False)  # so long that nothing has to warm up
    rate = {name: count / seconds for name, seconds in found.items()}
    title = f"verify {count:,} entries against reading and hashing, entries/s: "
    yield Line(title + "leaves", rate["leaves"], rate["stored"], "≥ 0.5", leaves)
    yield Line(title + "all", rate["whole"], rate["stored whole"], "≥ 0.2", whole)


def _hash(database: Path, log: int, columns: str) -> None:
    """The least that a verification does: read the bytes in order and hash each."""
    link = sqlite3.connect(database)
    try:
        query = f"SELECT {columns} FROM entry WHERE log_id = ? ORDER BY seq"
        for leaf, *rest in link.execute(query, (log,)):
            hashlib.sha256(leaf).digest()
            if rest:
                hashlib.sha256(b"".join(rest)).digest()
    finally:
        link.close()
