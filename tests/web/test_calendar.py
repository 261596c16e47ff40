"""A person's plan as a calendar: read by other people's programs, stable, bound to its address."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import icalendar
import pytest
import vobject
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain import Invalid
from app.domain import facts as f
from app.services import accounts, centres, feeds, opening, people
from app.store.db import db
from tests.conftest import CAMERAS, CENTRE, CODE, OFFICE, OPENED, ROOMS, STATIONS, Installation

SUMMER = date(2026, 3, 29)  # at 03:00 it is 04:00 in Helsinki


class Reading:
    """Somebody's calendar, fetched by a program that holds no cookie."""

    def __init__(self, installation: Installation, login: str = "tech", centre: str = "") -> None:
        self.installation = installation
        self.secret = feeds.make(installation.people[login], centre, installation.clock.now)

    def get(self, **headers: str) -> TestResponse:
        client: FlaskClient = self.installation.app.test_client()
        with self.installation.app.app_context():  # a moment of its own
            answer = client.get(f"/calendar/{self.secret}.ics", headers=headers)
        db.session.rollback()
        assert "Set-Cookie" not in answer.headers
        return answer

    def events(self) -> dict[str, Any]:
        answer = self.get()
        assert answer.status_code == 200, answer.text
        read = icalendar.Calendar.from_ical(answer.data)
        return {str(e["uid"]).partition("@")[0]: e for e in read.walk("VEVENT")}


@pytest.fixture
def reading(installation: Installation, day: str) -> Reading:
    return Reading(installation)


def test_the_exam_and_the_persons_steps_are_in_it(reading: Reading, day: str) -> None:
    found = reading.events()
    exam = found[f"{day}-exam"]
    assert str(exam["summary"]) == "ЕГЭ, физика" and "ул. Садовая" in exam["location"]
    assert exam.decoded("dtstart").isoformat() == "2026-06-01T10:00:00+03:00"
    assert exam.decoded("dtend").isoformat() == "2026-06-01T13:30:00+03:00"
    step = reading.installation.day(day).profile.step("ex.arrive")
    arrive = found[f"{day}-ex.arrive"]
    assert str(arrive["summary"]) == step.title["en"]
    assert arrive.decoded("dtend").isoformat() == "2026-06-01T07:15:00+03:00"
    assert str(arrive["url"]).endswith(f"/days/{day}/steps/ex.arrive") and str(arrive["url"]) in arrive["description"]
    mine = {s.id for s in reading.installation.day(day).profile.steps if "technician" in s.performers}
    assert {uid.removeprefix(f"{day}-") for uid in found} - {"exam"} <= mine


def test_a_date_is_a_whole_day_and_rounds_are_one_event(reading: Reading, day: str) -> None:
    found = reading.events()
    whole = [e for e in found.values() if not isinstance(e.decoded("dtstart"), datetime)]
    assert whole and all(e.decoded("dtend") - e.decoded("dtstart") == timedelta(days=1) for e in whole)
    rounds = [s.id for s in reading.installation.day(day).profile.steps if s.repeat == "interval" and s.enabled
              and "technician" in s.performers]  # fmt: skip
    for step in rounds:
        span = found[f"{day}-{step}"]
        assert span.decoded("dtend") - span.decoded("dtstart") > timedelta(hours=1)


def test_alarms_are_those_of_the_profile_and_none_is_about_what_is_over(reading: Reading, day: str) -> None:
    found = reading.events()
    alarms = [a.decoded("trigger") for a in found[f"{day}-ex.arrive"].walk("VALARM")]
    step = found[f"{day}-ex.arrive"]
    length = step.decoded("dtend") - step.decoded("dtstart")
    assert alarms == [timedelta(0), length - timedelta(minutes=10)]
    reading.installation.arrive(day)
    after = reading.events()[f"{day}-ex.arrive"]
    assert str(after["summary"]).startswith("✓ ") and not after.walk("VALARM") and after["transp"] == "TRANSPARENT"


def test_another_program_reads_it_and_lines_keep_the_rules(reading: Reading) -> None:
    data = reading.get().data
    read = vobject.readOne(data.decode())
    assert read.name == "VCALENDAR" and len(read.vevent_list) > 10 and read.vtimezone_list
    assert read.vevent_list[0].dtstart.value.utcoffset() == timedelta(hours=3)
    assert data.endswith(b"\r\n") and b"\n" not in data.replace(b"\r\n", b"")
    assert max(len(line) for line in data.split(b"\r\n")) <= 75
    for line in data.split(b"\r\n"):
        line.decode()  # no letter is cut in two
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n" in data and b"METHOD:PUBLISH" in data


def test_the_same_journal_gives_the_same_bytes_at_any_time(reading: Reading) -> None:
    first = reading.get()
    reading.installation.clock.forward(hours=5)
    assert reading.get().data == first.data and reading.get().headers["ETag"] == first.headers["ETag"]


def test_nothing_new_is_told_in_one_line(reading: Reading, day: str) -> None:
    first = reading.get()
    assert first.mimetype == "text/calendar" and first.headers["Cache-Control"] == "private, no-cache"
    same = reading.get(**{"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    reading.installation.note(day)
    assert reading.get(**{"If-None-Match": first.headers["ETag"]}).status_code == 200


def _move(installation: Installation, day: str, minutes: int) -> None:
    was, later = installation.day(day), timedelta(minutes=minutes)
    local = [was.local(t + later).strftime("%Y-%m-%dT%H:%M") for t in (was.start, was.end)]
    now = installation.clock.now
    fact = f.StartMoved(*local, was.start + later, was.end + later, "нет света", "Дроздова В. И.", now)
    opening._append(installation.people["head"], day, lambda _: fact, now)


def test_a_moved_start_keeps_the_events_and_raises_their_sequence(reading: Reading, day: str) -> None:
    before = reading.events()
    _move(reading.installation, day, 30)
    after = reading.events()
    assert before.keys() == after.keys()
    exam = f"{day}-exam"
    assert after[exam].decoded("dtstart") - before[exam].decoded("dtstart") == timedelta(minutes=30)
    assert all(after[uid]["sequence"] > before[uid]["sequence"] for uid in before)
    reading.installation.note(day)
    assert all(e["sequence"] >= after[uid]["sequence"] for uid, e in reading.events().items())


def test_the_night_of_summer_time_is_right(installation: Installation) -> None:
    """On 29 March 2026 Helsinki goes from 03:00 to 04:00."""
    made = installation
    centres.save(OFFICE, replace(CENTRE, zone="Europe/Helsinki"), ROOMS, CAMERAS, STATIONS, OPENED)
    day = made.open_day(date=SUMMER, period_start=SUMMER)
    made.clock.now = datetime(2026, 3, 29, 5, tzinfo=UTC)
    reading = Reading(made)
    found = reading.events()
    assert found[f"{day}-exam"].decoded("dtstart").isoformat() == "2026-03-29T10:00:00+03:00"
    before = found[f"{day}-d1.cctv_check"].decoded("dtstart")
    assert (before.date(), before.utcoffset()) == (SUMMER - timedelta(days=1), timedelta(hours=2))
    read = vobject.readOne(reading.get().data.decode())
    moments = {e.uid.value.partition("@")[0]: e.dtstart.value for e in read.vevent_list}
    assert moments[f"{day}-exam"].astimezone(UTC) == datetime(2026, 3, 29, 7, tzinfo=UTC)
    assert moments[f"{day}-d1.cctv_check"].astimezone(UTC) == before.astimezone(UTC)


def test_a_rehearsal_says_so_and_stands_at_the_real_time(installation: Installation) -> None:
    day = installation.open_day(rehearsal=True)
    exam = Reading(installation).events()[f"{day}-exam"]
    assert str(exam["summary"]) == "Rehearsal: ЕГЭ, физика"


def test_days_of_others_and_old_days_are_not_in_it(installation: Installation) -> None:
    roster = tuple(p for p in installation.opening().roster if p.person != installation.people["tech"].person)
    installation.open_day(roster=roster)
    reading = Reading(installation)
    assert reading.events() == {}
    other = Reading(installation, "cctv")
    assert other.events()
    installation.clock.forward(days=31)
    assert other.events() == {}


def test_who_leaves_the_roster_has_the_day_no_longer(reading: Reading, day: str) -> None:
    made = reading.installation
    made.arrive(day)  # so they still read the day
    opening.leave(made.people["head"], day, made.people["tech"].person, "заболела", made.clock.now)
    assert reading.events() == {}


def test_it_speaks_the_persons_language(reading: Reading, day: str) -> None:
    accounts.set_language(reading.installation.people["tech"], "ru")
    data = reading.get().data
    step = reading.installation.day(day).profile.step("ex.arrive")
    assert str(reading.events()[f"{day}-ex.arrive"]["summary"]) == step.title["ru"]
    assert "Журнал".encode() in data


def test_a_calendar_of_one_centre_holds_its_days_alone(installation: Installation) -> None:
    other = replace(CENTRE, code="0008", name="МБОУ «СОШ № 2»")
    centres.save(OFFICE, other, ROOMS, CAMERAS, STATIONS, OPENED, new=True)
    installation.open_day()
    member = installation.people["member"]
    everything, one = Reading(installation, "member"), Reading(installation, "member", CODE)
    assert everything.events().keys() == one.events().keys()
    with pytest.raises(Invalid):
        feeds.make(member, "99-0001", installation.clock.now)
    with pytest.raises(Invalid):
        feeds.make(installation.people["tech"], "45-0008", installation.clock.now)


# ---------------------------------------------------------------- the address


def test_an_address_that_was_ended_is_not_there(reading: Reading) -> None:
    tech = reading.installation.people["tech"]
    (one,) = feeds.own(tech)
    feeds.end(reading.installation.people["cctv"], one.id)
    assert reading.get().status_code == 200, "somebody else cannot end it"
    feeds.end(tech, one.id)
    assert reading.get().status_code == 404 and feeds.own(tech) == ()


def test_a_wrong_address_says_nothing(reading: Reading) -> None:
    client = reading.installation.app.test_client()
    answer = client.get(f"/calendar/{reading.secret[:-1]}x.ics")
    assert answer.status_code == 404 and "Set-Cookie" not in answer.headers


def test_a_closed_account_shows_no_calendar(reading: Reading) -> None:
    made = reading.installation
    people.lock(OFFICE, made.people["tech"].person, "уволилась", made.clock.now)
    assert reading.get().status_code == 404


def test_the_owner_sees_when_it_was_fetched(reading: Reading) -> None:
    tech = reading.installation.people["tech"]
    assert feeds.own(tech)[0].fetched is None
    reading.get()
    db.session.rollback()
    assert feeds.own(tech)[0].fetched == reading.installation.clock.now


def test_too_many_fetches_wait(reading: Reading) -> None:
    client = reading.installation.app.test_client()
    codes = [client.get("/calendar/wrong.ics").status_code for _ in range(61)]
    assert codes == [404] * 60 + [429]
