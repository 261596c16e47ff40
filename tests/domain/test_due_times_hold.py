"""What holds of due times in every zone, on every date, whatever the journal says and in whatever pieces it came."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import assume, example, given
from hypothesis import strategies as st

from app.domain import facts as f
from app.domain import localtime
from app.domain.checklist import CLOSED, State, StepView, board
from app.domain.day import Day, Schedule
from app.domain.fold import fold
from app.domain.localtime import read, told
from app.domain.profile import Step
from app.domain.timing import Window, occurrences, window
from tests.domain.daybook import PROFILE, Book, profile

# Nights in which clocks do something: by an hour, by half an hour, at midnight, by a whole day, and for good.
NIGHTS = (
    ("Europe/Helsinki", date(2026, 3, 29)), ("Europe/Helsinki", date(2026, 10, 25)),
    ("Europe/Moscow", date(2011, 3, 27)), ("Europe/Moscow", date(2014, 10, 26)),
    ("America/Santiago", date(2026, 4, 4)), ("America/Santiago", date(2026, 9, 6)),
    ("Australia/Lord_Howe", date(2026, 4, 5)), ("Australia/Lord_Howe", date(2026, 10, 4)),
    ("Pacific/Apia", date(2011, 12, 30)), ("Europe/Lisbon", date(2027, 3, 28)),
    ("Africa/Cairo", date(2026, 4, 24)), ("Africa/Cairo", date(2026, 10, 29)),
    ("America/Havana", date(2026, 3, 8)), ("America/Sao_Paulo", date(2018, 11, 4)),
    ("Europe/Dublin", date(2026, 10, 25)), ("Africa/Casablanca", date(2026, 2, 15)),
    ("Asia/Almaty", date(2024, 2, 29)), ("Asia/Pyongyang", date(2015, 8, 14)),
)  # fmt: skip
ZONES = (
    *dict(NIGHTS), "Asia/Kathmandu", "Asia/Tehran", "Pacific/Kiritimati", "America/St_Johns", "Asia/Yekaterinburg",
    "Pacific/Chatham", "Antarctica/Troll", "UTC",
)  # fmt: skip
DATES = st.dates(date(2008, 1, 1), date(2032, 12, 31))
PLACES = st.one_of(st.sampled_from(NIGHTS), st.tuples(st.sampled_from(ZONES), DATES))
EVERY_CLOCK = tuple(time(n // 60, n % 60) for n in range(0, 24 * 60, 5))


def odd_clocks(zone: str, on: date) -> tuple[time, ...]:
    """Clock times of the date that the zone's clock skips or shows twice."""
    there = ((clock, datetime.combine(on, clock, ZoneInfo(zone))) for clock in EVERY_CLOCK)
    return tuple(clock for clock, at in there if at.utcoffset() != at.replace(fold=1).utcoffset())


ODD = {night: odd_clocks(*night) for night in NIGHTS}
CLOCKS = st.times().map(lambda t: t.replace(second=0, microsecond=0))
ODDLY = st.sampled_from([(night, clock) for night, clocks in ODD.items() for clock in clocks])
BEGINS = st.one_of(ODDLY, st.tuples(PLACES, CLOCKS))  # where, and when on the clock
SPANS = st.integers(0, 8 * 60).map(lambda n: timedelta(minutes=n))
NOW_OR_NEVER = st.integers(-3 * 24 * 60, 3 * 24 * 60).map(lambda n: timedelta(minutes=n))


def a_day(zone: str, start: datetime) -> Day:
    """A day without entries whose exam begins at the moment and lasts four hours."""
    on = start.astimezone(ZoneInfo(zone)).date()  # a date that the clock skips holds no exam
    return replace(Book(on=on, zone=zone).day, schedules=(Schedule(0, start, start + timedelta(hours=4)),))


def test_the_nights_are_those_in_which_clocks_do_something() -> None:
    assert all(ODD.values())
    kinds = {len(read(on, clocks[0], ZoneInfo(zone)).moments) for (zone, on), clocks in ODD.items()}
    assert kinds == {0, 2}


def windows(day: Day, now: datetime) -> list[tuple[Step, str, Window]]:
    found = []
    for step in PROFILE.steps:
        places = occurrences(step, day, now) if step.repeat == "interval" else ("",)
        found += [(step, place, window(step, day, place)) for place in places]
    return found


def by_offset(step: Step) -> bool:
    when = step.when
    dated = when.period is not None or when.days_after is not None or when.date_rule
    return not (when.clock or when.after or when.on_demand or dated or step.repeat == "interval")


@given(BEGINS, SPANS)
def test_a_later_start_never_makes_a_step_due_earlier(begins: tuple[tuple[str, date], time], later: timedelta) -> None:
    (zone, on), clock = begins
    start = localtime.moment(on, clock.isoformat("minutes"), ZoneInfo(zone))
    early = a_day(zone, start)
    late = replace(early, schedules=(Schedule(0, start + later, early.end + later),))
    for step in PROFILE.steps:
        if step.repeat == "interval":
            continue
        a, b = window(step, early), window(step, late)
        for one, two in ((a.opens, b.opens), (a.start, b.start), (a.due, b.due), (a.overdue_from, b.overdue_from)):
            assert (one is None) == (two is None), step.id
            assert one is None or two is None or one <= two, step.id
        if by_offset(step):
            assert a.limit is not None and b.limit is not None
            assert b.limit - a.limit == later, step.id


@given(BEGINS, st.integers(0, 3))
def test_a_step_opens_then_begins_then_is_due_then_overdue(
    begins: tuple[tuple[str, date], time], upload_days: int
) -> None:
    (zone, on), clock = begins
    day = a_day(zone, localtime.moment(on, clock.isoformat("minutes"), ZoneInfo(zone)))
    day = replace(day, opened=replace(day.opened, parameters={"upload_days": upload_days}))
    for step, place, span in windows(day, day.end):
        moments = [m for m in (span.opens, span.start, span.due, span.overdue_from) if m]
        assert moments == sorted(moments), (step.id, place)
        assert {m.tzinfo for m in moments} <= {UTC}


@given(BEGINS)
def test_two_hours_before_are_7200_seconds_and_rounds_are_their_interval_apart(
    where: tuple[tuple[str, date], time],
) -> None:
    (zone, on), clock = where
    day = a_day(zone, localtime.moment(on, clock.isoformat("minutes"), ZoneInfo(zone)))
    begins = window(PROFILE.step("t.before"), day).start
    assert begins is not None
    assert (day.start - begins).total_seconds() == 7200
    rounds = [span.start for step, _, span in windows(day, day.end) if step.repeat == "interval"]
    assert rounds[0] == day.start
    assert {b - a for a, b in pairwise(rounds) if a and b} == {timedelta(minutes=30)}
    assert len(rounds) == 8, "every half hour of four hours, also of those that the clock shows twice"


@given(BEGINS)
def test_a_typed_time_is_one_moment_two_or_none_and_the_clock_shows_it(begins: tuple[tuple[str, date], time]) -> None:
    (name, on), clock = begins
    zone = ZoneInfo(name)
    found = read(on, clock, zone)
    asked = datetime.combine(on, clock)
    shown = [m.astimezone(zone).replace(tzinfo=None) for m in found.moments]
    assert shown == [asked] * len(shown)
    assert list(found.moments) == sorted(set(found.moments))
    assert (found.after is None) == bool(found.moments)
    if found.after:
        before = (found.after - timedelta(seconds=1)).astimezone(zone).replace(tzinfo=None)
        assert before < asked < found.after.astimezone(zone).replace(tzinfo=None)


@given(BEGINS, st.booleans())
def test_a_time_with_its_offset_brings_back_the_very_moment(
    begins: tuple[tuple[str, date], time], second: bool
) -> None:
    (name, on), clock = begins
    zone = ZoneInfo(name)
    at = datetime.combine(on, clock, zone).replace(fold=int(second)).astimezone(UTC)
    there = at.astimezone(zone)
    written = f"{there:%H:%M}{localtime.offset(at, zone)}"
    assert told(there.date(), written, zone, "at") == at
    assert localtime.moment(there.date(), localtime.clock_of(at, zone), zone) == at


TWO_CLOCKS = st.one_of(
    *(st.tuples(st.just(n), st.sampled_from(c), st.one_of(st.sampled_from(c), CLOCKS)) for n, c in ODD.items()),
    st.tuples(PLACES, CLOCKS, CLOCKS),
)


@given(TWO_CLOCKS)
def test_a_step_by_a_later_clock_time_is_never_due_earlier_and_by_the_first_of_two(
    case: tuple[tuple[str, date], time, time],
) -> None:
    (zone, on), one, two = case
    dues = []
    for clock in sorted((one, two)):
        day = Book(on=on, zone=zone, parameters={"first_clock": clock.isoformat("minutes")}).day
        due = window(PROFILE.step("t.by"), day).due
        found = read(on, clock, ZoneInfo(zone))
        assert due == (found.after or min(found.moments))
        dues.append(due)
    assert dues[0] <= dues[1]


# ---------------------------------------------------------------- journals

STEPS = tuple(s.id for s in PROFILE.steps)
MINUTES = st.integers(-180, 420)
ENTRY = st.one_of(
    st.tuples(st.just("done"), st.sampled_from(STEPS), MINUTES),
    st.tuples(st.just("not"), st.sampled_from(STEPS), MINUTES),
    st.tuples(st.just("mark"), st.sampled_from(("all_out", "room_out")), MINUTES),
    st.tuples(st.just("move"), st.just(""), st.integers(-90, 240)),
    st.tuples(st.just("void"), st.just(""), st.integers(1, 12)),
    st.tuples(st.just("fix"), st.just(""), st.integers(1, 12)),
)  # fmt: skip
JOURNALS = st.lists(ENTRY, max_size=9)


def add(book: Book, kind: str, name: str, number: int, late: timedelta = timedelta()) -> None:
    """Append an entry, without judging it: of what happened ``number`` minutes after the planned start, or to entry
    ``number``."""
    at = book.at("10:00") + timedelta(minutes=number)
    places = _places(book, name)
    size = len(book.entries)
    fact: Any
    match kind:
        case "done":
            fact = f.StepDone(name, at, places)
        case "not":
            fact = f.StepImpossible(name, at, "x", places)
        case "mark":
            fact = f.MilestoneNoted(name, at, "0001" if name == "room_out" else "")
        case "move":
            fact = f.StartMoved("", "", at, at + timedelta(hours=3), "x", "y", at)
        case "void":
            fact = f.EntryVoided(number % size, "x")
        case _:
            fact = f.EntryCorrected(number % size, {}, "x")
    moment = book.opened_at + timedelta(days=19) if kind in ("void", "fix") else at
    book.add(fact, received=moment + late)


def _places(book: Book, name: str) -> tuple[str, ...]:
    if name not in STEPS:
        return ()
    return {"room": ("0001",), "camera": ("C1",), "station": ("S1",), "interval": ("10:30",)}.get(
        PROFILE.step(name).repeat, ()
    )


def written(journal: list[tuple[str, str, int]], where: tuple[str, date], late: timedelta = timedelta()) -> Book:
    book = Book(on=where[1], zone=where[0])
    for kind, name, number in journal:
        add(book, kind, name, number, late)
    return book


def states(views: tuple[StepView, ...]) -> list[Any]:
    """What is shown of each place; nothing of when the server received it."""
    return [(v.step.id, v.state, [(p.place, p.state, p.window, p.was) for p in v.places]) for v in views]


@given(JOURNALS, PLACES, NOW_OR_NEVER)
def test_the_same_journal_gives_the_same_states_in_whatever_pieces_it_is_read(
    journal: list[tuple[str, str, int]], where: tuple[str, date], since: timedelta
) -> None:
    book = written(journal, where)
    now = book.at("10:00") + since
    whole = fold(None, book.entries, profile)
    assert whole is not None
    once = board(whole, now)
    assert board(whole, now) == once, "asked twice"
    for cut in range(1, len(book.entries)):
        part = fold(None, book.entries[:cut], profile)
        assert part is not None
        board(part, now)  # somebody looked in between
        rest = fold(part, book.entries[cut:], profile)
        assert rest is not None
        assert board(rest, now) == once


@given(JOURNALS, PLACES, NOW_OR_NEVER, st.integers(0, 600))
def test_when_entries_arrive_changes_no_state(
    journal: list[tuple[str, str, int]], where: tuple[str, date], since: timedelta, late: int
) -> None:
    at_once, afterwards = written(journal, where), written(journal, where, timedelta(minutes=late))
    now = at_once.at("10:00") + since
    assert states(board(at_once.day, now)) == states(board(afterwards.day, now))


@given(JOURNALS, PLACES, NOW_OR_NEVER, st.sampled_from(STEPS), MINUTES)
def test_an_entry_at_the_end_changes_its_own_step_and_what_follows_it(
    journal: list[tuple[str, str, int]], where: tuple[str, date], since: timedelta, step: str, minutes: int
) -> None:
    book = written(journal, where)
    now = book.at("10:00") + since
    before = board(book.day, now)
    add(book, "done", step, minutes)
    for old, new in zip(before, board(book.day, now), strict=True):
        if old.step.id != step and old.step.when.after != step:
            assert new == old, old.step.id


RANK = (State.PLANNED, State.SOON, State.NOW, State.OVERDUE)


@given(BEGINS, NOW_OR_NEVER, SPANS)
def test_while_nothing_is_recorded_a_state_only_goes_forward(
    begins: tuple[tuple[str, date], time], since: timedelta, later: timedelta
) -> None:
    (zone, on), clock = begins
    day = a_day(zone, localtime.moment(on, clock.isoformat("minutes"), ZoneInfo(zone)))
    now = day.start + since
    for _, _, span in windows(day, day.end):
        one, two = span.at(now), span.at(now + later)
        if one in RANK:
            assert RANK.index(one) <= RANK.index(two)
        else:
            assert one == two, "what waits or is on demand does so at any time"


@given(JOURNALS, PLACES, st.integers(-90, 240), NOW_OR_NEVER)
@example([("done", "t.round", 35)], ("Europe/Helsinki", date(2026, 6, 1)), 45, timedelta(hours=1))
@example([("done", "t.rooms", -50)], ("Europe/Helsinki", date(2026, 6, 1)), 60, timedelta(hours=1))
def test_a_moved_start_moves_what_is_open_and_nothing_that_was_recorded(
    journal: list[tuple[str, str, int]], where: tuple[str, date], minutes: int, since: timedelta
) -> None:
    book = written(journal, where)
    now, before = book.at("10:00") + since, book.day
    old = board(before, now)
    add(book, "move", "", minutes)
    after = book.day
    assume(after.start != before.start)
    for one, two in zip(old, board(after, now), strict=True):
        closed = {p.place: (p.state, p.window, p.was) for p in one.places if p.state in CLOSED}
        assert closed.items() <= {p.place: (p.state, p.window, p.was) for p in two.places}.items(), one.step.id
        if not by_offset(one.step):
            continue
        for place in two.places:
            if place.act is None and one.step.when.end is None:
                former = next(p.window.limit for p in one.places if p.place == place.place)
                assert place.window.limit and former
                assert place.window.limit - former == after.start - before.start
                moved = after.start != after.schedules[0].start
                assert (place.was_due is not None) == moved
