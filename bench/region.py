"""Lines about a region's board: many centres with full days, drawn from their status rows alone."""

from collections.abc import Iterator
from pathlib import Path

from app.domain.jobs import Outcome
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import accounts, overview, people
from app.services import jobs as runs
from app.services.overview import Wanted
from app.store import overview as status
from app.store.db import db, transaction
from app.store.tables import DayRow, DayStatusRow, LogRow
from app.web import frame, region
from bench import bare, world
from bench.measure import Line, Work, in_turn
from bench.sizes import Sizes
from bench.world import CODE, EXAM, MADE, NOON, OFFICE, World

TABLE, BOARD, LOGIN = DayStatusRow.__table__, "/region", "officer"


def board(_place: World, folder: Path, sizes: Sizes) -> Iterator[Line]:
    """The board of so many centres, whole, unchanged and drawn anew, against an empty answer; then its growth.

    Each centre's row is that of one real day, and each has something to tell: the worst case. In an installation of
    its own.
    """
    place = world.make(folder / "region")
    _officer(place)
    days = [place.open_day("long") for _ in range(2)]
    for day, times in zip(days, (1, 10), strict=True):
        place.fill(day, world.mixed(times * sizes.entries))
    rounds, calls = 2 * sizes.rounds + 1, max(2, sizes.calls // 4)
    _spread(place, days[0], sizes.centres)
    person = world.browser(place.app, world.credentials(LOGIN), "/me")
    nobody = world.browser(bare.make_app(folder / "region-empty"), {"login": "tech"})
    whole = person.page(BOARD)
    known = person.page(BOARD, 304, **{"If-None-Match": whole()["ETag"]})
    works = {
        "whole": (whole, sizes.calls), "known": (known, 5 * sizes.calls), "anew": (_anew(whole), calls),
        "empty": (nobody.page("/empty"), 200),
    }  # fmt: skip
    found = {name: 1000 * seconds for name, seconds in in_turn(works, rounds).items()}
    name = f"region's board of {sizes.centres} centres against an empty answer, CPU ms"
    yield Line(name, found["whole"], found["empty"], "≤ 20", whole)
    name = "region's board unchanged (304) against an empty answer, CPU ms"
    yield Line(name, found["known"], found["empty"], "≤ 3", known)
    each: dict[tuple[str, int], float] = {}
    quarter, half = sizes.centres // 4, sizes.centres // 2
    for day, count in ((days[0], quarter), (days[0], half), (days[0], sizes.centres), (days[1], sizes.centres)):
        _spread(place, day, count)
        each[day, count] = 1e6 * in_turn({"anew": works["anew"]}, rounds)["anew"] / count
    for count in (half, sizes.centres):
        name = f"region's board of {count} centres against {quarter}, drawn anew, CPU µs each"
        yield Line(name, each[days[0], count], each[days[0], quarter], "≤ 1.2", works["anew"][0])
    name = f"region's board with days of {10 * sizes.entries:,} entries against {sizes.entries}, CPU µs each"
    yield Line(name, each[days[1], sizes.centres], each[days[0], sizes.centres], "≤ 1.2", works["anew"][0])
    world.close(place)


def _officer(place: World) -> None:
    """Somebody of the ministry, with a password."""
    with place.inside():
        view, password = people.add(OFFICE, LOGIN, "Орлов Пётр Сергеевич", [Role.MINISTRY_OFFICER], [], "", MADE)
        actor = Actor(view.id, view.name, frozenset({Role.MINISTRY_OFFICER}))
        accounts.set_password(actor, password, f"password-{LOGIN}", MADE)


def _spread(place: World, day: str, count: int) -> None:
    """So many centres on the date, each with the row of ``day``, which the jobs have just looked at."""
    with place.inside():
        overview.list_days(place.people["head"], NOON, wanted=Wanted(first=EXAM.isoformat()))
        like = dict(db.session.execute(TABLE.select().where(TABLE.c.day == day)).one()._mapping)
        with transaction():
            db.session.execute(TABLE.delete())
            codes = [f"{CODE[:2]}-{n:04d}" for n in range(1000, 1000 + count)]
            texts = [like["troubles"].replace('"who":["', f'"who":["{code} ') for code in codes]  # no two the same
            rows = [like | {"day": c, "centre": c, "troubles": t} for c, t in zip(codes, texts, strict=True)]
            for row in rows:
                if db.session.get(DayRow, row["day"]) is None:
                    log = LogRow(origin=f"bench/{row['day']}", kind="day")
                    db.session.add(log)
                    db.session.flush()
                    db.session.add(
                        DayRow(id=row["day"], centre=row["centre"], date=EXAM.isoformat(), log_id=log.id, profile="")
                    )
            db.session.flush()
            status.put(rows)
        runs.end("board", None, "bench", NOON, NOON, Outcome(()))


def _anew(page: Work) -> Work:
    """The board after a row was written, for its first reader: only tiles that say the same are kept."""

    def call() -> object:
        for kept in (region.BODIES, region.BOARDS, frame.FRAMES):
            kept.pieces.clear()
        return page()

    return call
