"""A rehearsal goes by its own clock, and leaves no trace in the register of real days."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from app.domain import Invalid, NotFound, Refused
from app.domain import facts as f
from app.domain import rehearsal as rules
from app.domain.checklist import State, board, places
from app.domain.day import Day
from app.domain.journal import Times
from app.domain.people import Actor
from app.domain.policy import Action
from app.services import centres, check, days, documents, opening, overview, period, verify
from app.services import rehearsal as service
from app.services.keys import KeyUnusable
from app.services.overview import Wanted
from app.services.record import record
from app.store import journal
from app.store.db import transaction
from tests.conftest import CAMERAS, CENTRE, CODE, EXAM, NAME, OFFICE, ROOMS, STATIONS, Clock, Installation

AFTERNOON = datetime(2026, 5, 20, 12, tzinfo=UTC)  # twelve days before the exam
SEVEN = datetime(2026, 6, 1, 4, tzinfo=UTC)  # 07:00 in Moscow
PRACTICE = Wanted(rehearsals=True)


@pytest.fixture
def practice(installation: Installation) -> str:
    installation.clock.now = AFTERNOON
    return installation.open_day(rehearsal=True)


def put(
    installation: Installation, name: str, to: datetime | timedelta | str, login: str = "tech", id: str = ""
) -> Day:
    service.set_clock(installation.people[login], name, to, id or str(uuid4()), installation.clock.now)
    return installation.day(name)


def shown(installation: Installation, day: Day) -> datetime:
    return rules.clock(day, installation.clock.now)


def test_the_clock_goes_back_to_the_morning_forward_by_minutes_and_to_the_next_step(
    installation: Installation, practice: str
) -> None:
    assert shown(installation, put(installation, practice, service.NEXT)) == rules.beginning(installation.day(practice))
    assert shown(installation, put(installation, practice, SEVEN)) == SEVEN
    installation.clock.forward(minutes=5)
    assert shown(installation, put(installation, practice, timedelta(minutes=15))) == SEVEN + timedelta(minutes=20)
    day = installation.day(practice)
    coming = rules.next_moment(day, shown(installation, day))
    assert shown(installation, put(installation, practice, service.NEXT, "head")) == coming
    assert day.received == SEVEN + timedelta(minutes=20), "its own entries carry its clock"


def test_an_entry_sent_twice_sets_the_clock_once(installation: Installation, practice: str) -> None:
    for _ in range(2):
        put(installation, practice, timedelta(minutes=15), id="3e7b4c1e-0000-4000-8000-000000000001")
    assert [x.tag for x in installation.day(practice).lines].count(rules.SETTING) == 1


def test_technicians_the_head_and_administrators_set_it_and_nobody_else(
    installation: Installation, practice: str
) -> None:
    for login in ("tech", "cctv", "head", "boss"):
        put(installation, practice, timedelta(minutes=1), login)
    assert installation.day(practice).lines[-1].by.name == installation.people["boss"].name
    for login in ("member", "commission"):
        with pytest.raises(Refused):
            put(installation, practice, timedelta(minutes=1), login)
    with pytest.raises(NotFound):
        put(installation, practice, timedelta(minutes=1), "ministry")


def test_nobody_sets_the_clock_of_a_real_day(installation: Installation, day: str) -> None:
    for login in ("tech", "head", "boss"):
        with pytest.raises(Refused, match="real exam day"):
            put(installation, day, SEVEN, login)
    assert installation.day(day).size == 1


def test_it_never_goes_behind_what_somebody_recorded(installation: Installation, practice: str) -> None:
    put(installation, practice, SEVEN)
    now = shown(installation, installation.day(practice))
    record(installation.people["tech"], practice, str(uuid4()), f.NoteWritten("a", now), now)
    with pytest.raises(Invalid, match="forward only"):
        put(installation, practice, SEVEN - timedelta(minutes=1))
    tech, later = installation.people["tech"], now - timedelta(hours=1)
    late = record(tech, practice, str(uuid4()), f.NoteWritten("b", now), later)
    day = installation.day(practice)
    assert day.lines[late.seq].received == now, "an entry that was on its way is not before the clock"


def test_a_whole_day_is_rehearsed_with_the_clock_jumping_from_step_to_step(
    installation: Installation, practice: str
) -> None:
    """Not required, every one of them: what counts is that the clock leads through the script, never back."""
    head, seen = installation.people["head"], []
    while len(seen) < 300:
        try:
            day = put(installation, practice, service.NEXT)
        except Invalid:
            break
        now = shown(installation, day)
        seen.append(now)
        for view in board(day, now):
            opened = tuple(p.place for p in view.places if p.state in (State.NOW, State.OVERDUE))
            if opened:
                spots = tuple(p for p in opened if p in places(view.step, day, now) and p)
                fact = f.StepWaived(view.step.id, now, "репетиция", "Дроздова В. И.", spots)
                record(head, practice, str(uuid4()), fact, now)
        installation.clock.forward(seconds=20)
    day = installation.day(practice)
    assert seen == sorted(seen) and seen[0] == rules.beginning(day) and day.start in seen and day.end in seen
    received = [x.received for x in day.lines[1:]]
    assert received == sorted(received)
    assert not any(v.state in (State.OVERDUE, State.NOW, State.SOON) for v in board(day, seen[-1]))
    assert verify.verify_day(practice).proved


def test_documents_carry_its_clock_and_certificates_are_judged_by_the_real_one(
    installation: Installation, practice: str
) -> None:
    """The morning of the rehearsal lies before every certificate was made: still each signature is good."""
    early = datetime(2026, 4, 1, 4, tzinfo=UTC)
    put(installation, practice, early)
    now, people = shown(installation, installation.day(practice)), installation.people
    values = {"rooms": ("0001",), "start": now, "end": now, "action": "check"}
    seq = record(people["tech"], practice, str(uuid4()), f.AccessNoted(**values), now).seq
    keys = {login: installation.key(login) for login in ("tech", "head", "commission")}
    installation.clock.now = early  # services of a day get what its clock shows
    installation.confirm(practice, seq)
    file = installation.sign_all(practice)
    day = installation.day(practice)
    assert [s.received for s in day.documents["access-journal"]] == [early + timedelta(minutes=4 * n) for n in range(3)]
    assert verify.verify_day(practice).proved
    found = check.check(file)
    assert found.exit == 0 and found.rehearsal and found.number.startswith(practice), found
    assert all(s.state == "valid" for s in found.signatures) and keys
    real = installation.open_day()
    with pytest.raises(KeyUnusable):
        installation.sign(real, "tech", "day-protocol")


def test_the_ministry_sees_no_rehearsal_in_lists_counts_or_by_its_address(
    installation: Installation, practice: str
) -> None:
    day, ministry, now = installation.open_day(), installation.people["ministry"], installation.clock.now

    def names(actor: Actor, wanted: Wanted) -> list[str]:
        return [x.id for x in overview.list_days(actor, now, wanted=wanted).items]

    for login in ("ministry", "commission", "head", "boss"):
        assert names(installation.people[login], Wanted()) == [day]
    assert names(ministry, PRACTICE) == [] and overview.centres(ministry, PRACTICE) == []
    for login in ("tech", "head", "commission", "boss"):
        assert names(installation.people[login], PRACTICE) == [practice]
    for action in (Action.DAY_READ, Action.REHEARSAL_CLOCK):
        with pytest.raises(NotFound):
            days.load(ministry, practice, action)
    assert days.load(installation.people["boss"], practice).id == practice


def test_a_ministry_officer_in_its_roster_sees_it(installation: Installation) -> None:
    installation.clock.now = AFTERNOON
    ministry = installation.people["ministry"]
    both = Actor(installation.people["head"].person, "x", ministry.roles)
    practice = installation.open_day(rehearsal=True)
    assert [x.id for x in overview.list_days(both, AFTERNOON, wanted=PRACTICE).items] == [practice]
    assert days.load(both, practice).id == practice


def test_a_damaged_rehearsal_is_no_matter_of_the_ministry(
    installation: Installation, practice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(log: int) -> None:
        raise NotFound("x")

    monkeypatch.setattr(days, "fold_log", broken)
    assert overview.damaged_days(installation.people["ministry"], AFTERNOON) == []
    assert overview.damaged_days(installation.people["boss"], AFTERNOON) == [practice]


def test_today_is_a_real_day_of_today_then_a_rehearsal_that_is_on(installation: Installation, practice: str) -> None:
    day, tech = installation.open_day(), installation.people["tech"]
    assert overview.current(tech, AFTERNOON) == day, "nobody began to rehearse"
    put(installation, practice, SEVEN)
    assert overview.current(tech, AFTERNOON) == practice
    assert overview.current(tech, AFTERNOON + timedelta(days=2)) == day, "its own clock says that it is over"
    morning = datetime(2026, 6, 1, 5, tzinfo=UTC)
    installation.clock.now = morning
    put(installation, practice, morning + timedelta(hours=1))
    assert overview.current(tech, morning) == day


def test_its_line_in_the_list_goes_by_its_clock(installation: Installation, practice: str) -> None:
    boss = installation.people["boss"]
    before = overview.list_days(boss, AFTERNOON, wanted=PRACTICE).items[0]
    put(installation, practice, SEVEN)
    during = overview.list_days(boss, AFTERNOON, wanted=PRACTICE).items[0]
    later = overview.list_days(boss, AFTERNOON + timedelta(hours=3), wanted=PRACTICE).items[0]
    assert before.counts.overdue < during.counts.overdue < later.counts.overdue
    assert (before.state, during.state) == ("planned", "running")


def test_no_step_of_the_period_passes_between_rehearsals_and_days(installation: Installation, clock: Clock) -> None:
    day, practice = installation.open_day(), installation.open_day(rehearsal=True)
    log = days.log_of(day)
    source = installation.day(day)
    step = next(s for s in source.profile.steps if s.when.period is not None and s.repeat == "")
    for name in (day, practice):  # past the rules: this is about what others learn of it
        log = days.log_of(name)
        with transaction(log):
            tech = installation.people["tech"].person
            entry, _ = journal.append(log, f.StepDone(step.id, clock.now), tech, Times(clock.now), str(uuid4()))
        period.share(installation.day(name), entry.seq, clock.now)
        assert period.siblings(installation.day(name)) == []
    later, rehearsed = installation.open_day(), installation.open_day(rehearsal=True)

    def told(name: str) -> list[str]:
        return [a.fact.day for a in installation.day(name).step_acts(step.id) if a.tag == "step.elsewhere"]

    assert told(later) == [day] and told(rehearsed) == [] == told(practice) == told(day)


def test_a_rehearsal_of_a_planned_day_knows_who_comes_later_and_which_of_two_times_is_meant(
    installation: Installation,
) -> None:
    night, zone = date(2026, 10, 25), replace(CENTRE, zone="Europe/Helsinki")
    centres.save(OFFICE, zone, ROOMS, CAMERAS, STATIONS, installation.clock.now)
    roster = tuple(replace(p, relief=p.role == "cctv_technician") for p in installation.opening().roster)
    for start in ("03:30+03:00", "03:30+02:00"):
        real = installation.day(installation.open_day(date=night, start=start, end="07:00", roster=roster))
        name = opening.rehearse(installation.people["head"], real.id, str(uuid4()), NAME, installation.clock.now)
        made = installation.day(name)
        assert (made.start, made.end) == (real.start, real.end)
        assert {m.role for m in made.roster.values() if m.relief} == {"cctv_technician"}


def test_a_rehearsal_of_a_planned_day_has_its_plan_people_and_values(installation: Installation, day: str) -> None:
    name = opening.rehearse(installation.people["head"], day, str(uuid4()), NAME, installation.clock.now)
    made, real = installation.day(name), installation.day(day)
    assert name == f"{CODE}-{EXAM}-r1" and made.opened.rehearsal and made.start == real.start and made.end == real.end
    assert (made.rooms, made.cameras, made.stations, dict(made.roster)) == (
        real.rooms, real.cameras, real.stations, dict(real.roster),
    )  # fmt: skip
    assert made.opened.profile == real.opened.profile and made.opened.parameters == real.opened.parameters
    assert documents.number(made, documents.list_forms()[0]).startswith(f"{name}.")
    assert installation.open_day() == f"{CODE}-{EXAM}-2", "a rehearsal takes no number of a real day"
    for login in ("member", "ministry"):
        with pytest.raises(Refused):
            opening.rehearse(installation.people[login], day, str(uuid4()), NAME, installation.clock.now)
