"""Lines about pages: CPU of a request in this process, against the bare application's."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from app.web import frame, rows, today
from bench import bare, world
from bench.measure import Line, Work, cpu, in_turn
from bench.sizes import Sizes
from bench.world import TICK, World

TICKS = 10  # in an empty day, before it stops being one


def long_day(place: World, _folder: Path, sizes: Sizes) -> Iterator[Line]:
    """A tick in a day that has many entries, against one in a new day."""
    path = "/days/{}/steps/" + TICK
    full = place.open_day()
    person = world.browser(place.app, world.credentials(), path.format(full))
    place.fill(full, world.mixed(sizes.long_day - 1))
    place.confirm(full, 0.5)
    late = person.post(path.format(full), world.tick_fields())
    late()
    ratios: list[tuple[float, float]] = []
    for _ in range(2 * sizes.rounds + 1):
        early = person.post(path.format(place.open_day()), world.tick_fields())
        early()
        ratios.append((1000 * cpu(late, TICKS), 1000 * cpu(early, TICKS)))
    ours, empty = (median(pair[i] for pair in ratios) for i in (0, 1))
    name = f"tick in a day of {sizes.long_day:,} entries against an empty day, CPU ms"
    yield Line(name, ours, empty, "≤ 1.2", late)


def board(place: World, folder: Path, sizes: Sizes) -> Iterator[Line]:
    """The board of 60 steps, whole and unchanged, against an empty signed-in answer."""
    day = place.open_day("long")
    place.play(day)
    steps = len(place.day(day).profile.steps)
    path = f"/days/{day}/today"
    person = world.browser(place.app, world.credentials(), path)
    nobody = world.browser(bare.make_app(folder / "empty"), {"login": "tech"})
    whole = person.page(path)
    tag = whole().get("ETag", "")
    known = person.page(path, 304, **{"If-None-Match": tag}) if tag else whole
    works = {
        "whole": (whole, sizes.calls), "anew": (anew(whole), sizes.calls), "known": (known, 5 * sizes.calls),
        "empty": (nobody.page("/empty"), 200),
    }  # fmt: skip
    found = in_turn(works, 2 * sizes.rounds + 1)
    times = {name: 1000 * seconds for name, seconds in found.items()}
    yield Line(f"board of {steps} steps against an empty answer, CPU ms", times["whole"], times["empty"], "≤ 10", whole)
    name = "board drawn anew (a new minute) against an empty answer, CPU ms"
    yield Line(name, times["anew"], times["empty"], "≤ 50", works["anew"][0])
    name = "board unchanged (304) against an empty answer, CPU ms"
    yield Line(name, times["known"], times["empty"], "≤ 2.5", known, broken=not tag)


def journal(place: World, folder: Path, sizes: Sizes) -> Iterator[Line]:
    """The access journal, CPU per row, against a template that does nothing but write the row."""
    count = sizes.journal_rows
    day = place.open_day()
    place.fill(day, world.access(count))
    place.confirm(day, 0.9)
    person = world.browser(place.app, world.credentials(), f"/days/{day}/today")
    nobody = world.browser(bare.make_app(folder / "rows", count), {"login": "tech"})
    whole, plain = person.page(f"/days/{day}/journal"), nobody.page("/rows")
    works = {"whole": (whole, 5), "anew": (anew(whole), 2), "plain": (plain, 20)}
    found = in_turn(works, 2 * sizes.rounds + 1)
    ours, first, base = (1e6 * found[name] / count for name in works)
    yield Line(f"journal page of {count:,} rows against bare Jinja, CPU µs a row", ours, base, "≤ 2", whole)
    name = f"journal page of {count:,} rows drawn anew, CPU µs a row"
    yield Line(name, first, base, "≤ 4", works["anew"][0])


def anew(page: Work) -> Work:
    """The page when nothing of it was kept: what the first reader waits for."""

    def call() -> object:
        for kept in (today.BOARDS, rows.LINES, rows.PLANS, frame.FRAMES):
            kept.pieces.clear()
        return page()

    return call
