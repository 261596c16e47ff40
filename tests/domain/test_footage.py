"""Footage of a day: what lies on a medium, what is missing, and what may be recorded of it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import Invalid
from app.domain import facts as f
from app.domain.day import Day
from app.domain.fold import fold
from app.domain.footage import State, footage, holds, media, uncovered, unplanned, window, without
from app.domain.plan import Camera, Room
from app.domain.profile import Profile
from app.domain.profile_parser import parse
from app.domain.release import kept_until

from .daybook import Book, close

SHA = "5a" * 32
PATH = Path(__file__).parents[2] / "app" / "profiles" / "ru-ege-main.toml"
ROOMS = (
    Room("0001", "exam"), Room("0002", "exam"), Room("7777", "headquarters"), Room("9001", "corridor"),
    Room("9002", "entrance"), Room("5000", "other"),
)  # fmt: skip
CAMERAS = (Camera("1-1", "0001"), Camera("1-2", "0001"), Camera("2-1", "0002", keeps="online"), Camera("9-1", "9001"))


@cache
def profile() -> Profile:
    return parse(PATH.read_text(encoding="utf-8"), "ru-ege-main")


class Filmed(Book):
    """A day under the shipped profile: rooms are recorded, footage is copied."""

    def __init__(self, **opened: Any) -> None:
        given = {"rooms": ROOMS, "cameras": CAMERAS, "profile": "ru-ege-main", "profile_sha256": profile().sha256}
        super().__init__(end="13:30", **{**given, **opened})

    @property
    def day(self) -> Day:
        found = fold(None, self.entries, lambda _: profile())
        assert found is not None
        return found

    def switch(self, action: str, clock: str, *rooms: str, until: str = "") -> int:
        start, end = self.at(clock), self.at(until or clock)
        return self.add(f.AccessNoted(rooms, start, end, action), received=end).seq

    def recorded(self, *rooms: str, start: str = "08:00", end: str = "13:40") -> None:
        self.switch("record_start", start, *rooms)
        self.switch("record_stop", end, *rooms)

    def copy(self, **changes: Any) -> f.FootageCopied:
        values = {
            "cameras": ("1-1",), "rooms": ("0001",), "medium": f.Medium("SN-1", "flash"), "began": self.at("14:00"),
            "at": self.at("14:10"), "files": 3, "size": 9, "manifest": SHA, "generation": 1,
            "period": f.Period(self.at("08:00"), self.at("13:40")), "viewed": True, **changes,
        }  # fmt: skip
        return f.FootageCopied(**values)

    def check(self, target: int, **changes: Any) -> f.FootageChecked:
        values = {
            "target": target, "at": self.at("14:30"), "result": "whole", "manifest": SHA, "generation": 2,
            "counts": (0, 0, 0, 0, 0), **changes,
        }  # fmt: skip
        return f.FootageChecked(**values)

    def covered(self, camera: str, *gaps: tuple[str, str], more: int = 0, **span: str) -> f.Coverage:
        planned = f.Period(self.at(span.get("start", "08:00")), self.at(span.get("end", "13:40")))
        return f.Coverage(camera, planned, 990_000, tuple(f.Period(self.at(a), self.at(b)) for a, b in gaps), more)

    def state(self, name: str) -> State:
        return next(x.state for x in footage(self.day) if name in (x.camera.id if x.camera else "", x.room.code))


@pytest.fixture
def book() -> Filmed:
    return Filmed()


def fails(book: Filmed, fact: Any, who: str = "tech", now: datetime | None = None) -> str:
    with pytest.raises(Invalid) as caught:
        book.do(fact, who, now)
    return " ".join(str(m) for m in caught.value.messages)


# ---------------------------------------------------------------- what was recorded, what is covered


def test_the_window_is_from_the_end_of_the_start_to_the_beginning_of_the_stop(book: Filmed) -> None:
    book.switch("record_start", "08:00", "0001", until="08:03")
    assert window(book.day, "0001") is None, "it still records"
    assert book.state("1-1") == State.RUNNING
    book.switch("record_stop", "13:40", "0001", until="13:45")
    assert window(book.day, "0001") == f.Period(book.at("08:03"), book.at("13:40"))
    assert window(book.day, "0002") is None


def test_a_void_row_says_nothing_of_the_recording(book: Filmed) -> None:
    seq = book.switch("record_start", "08:00", "0001")
    book.add(f.EntryVoided(seq, "wrong room"), received=book.at("08:10"))
    assert book.state("1-1") == State.SILENT


def test_every_camera_and_the_places_asked_for_by_name_stand_in_the_list(book: Filmed) -> None:
    book.recorded("0001", "0002", "9001")
    assert [(x.room.code, x.camera and x.camera.id, x.state) for x in footage(book.day)] == [
        ("0001", "1-1", State.MISSING), ("0001", "1-2", State.MISSING), ("0002", "2-1", State.ONLINE),
        ("7777", None, State.SILENT), ("9001", "9-1", State.MISSING), ("9002", None, State.SILENT),
    ]  # fmt: skip
    assert [x.room.code for x in uncovered(book.day)] == ["0001", "0001", "7777", "9001", "9002"]
    assert unplanned(book.day) == ()
    assert unplanned(Filmed(rooms=ROOMS[:3], cameras=CAMERAS[:3]).day) == ("corridor", "entrance")


def test_a_profile_that_knows_no_recording_reproaches_nobody(book: Filmed) -> None:
    """As every profile before 1.2.0: its days are over, and their recording stands in no act that says so."""
    book.recorded("0001", "7777")
    actions = tuple(replace(action, effect="") for action in profile().actions)
    old = replace(book.day, profile=replace(profile(), actions=actions))
    assert uncovered(book.day) and uncovered(old) == ()


def test_a_gap_is_told_and_a_blip_is_none(book: Filmed) -> None:
    book.recorded("0001")
    book.do(book.copy(coverage=(book.covered("1-1", ("10:12:05", "10:12:41")),)), now=book.at("14:10"))
    found = footage(book.day)[0]
    assert found.state == State.GAPS and found.gaps == (f.Period(book.at("10:12:05"), book.at("10:12:41")),)
    assert found.ppm == 1_000_000 * (5 * 3600 + 40 * 60 - 36) // (5 * 3600 + 40 * 60)
    other = Filmed()
    other.recorded("0001")
    other.do(other.copy(coverage=(other.covered("1-1", ("10:12:05", "10:12:14"), ("13:39", "13:40")),)))
    assert other.state("1-1") == State.WHOLE, "nine seconds, and a minute at the stop, which is written to the minute"
    assert footage(other.day)[0].ppm != 1_000_000


def test_two_copies_cover_together_what_neither_covers_alone(book: Filmed) -> None:
    book.recorded("0001")
    book.do(book.copy(coverage=(book.covered("1-1", ("09:00", "10:00")),)))
    second = book.covered("1-1", ("09:30", "11:00"), more=4)
    book.do(book.copy(at=book.at("14:20"), medium=f.Medium("SN-2", "hdd"), coverage=(second,)))
    found = footage(book.day)[0]
    assert found.gaps == (f.Period(book.at("09:30"), book.at("10:00")),)
    assert len(found.copies) == 2 and found.more == 0


def test_a_void_copy_covers_nothing(book: Filmed) -> None:
    book.recorded("0001")
    seq = book.do(book.copy(coverage=(book.covered("1-1"),))).seq
    assert book.state("1-1") == State.WHOLE
    book.do(f.EntryVoided(seq, "another medium"), now=book.at("14:12"))
    assert book.state("1-1") == State.MISSING and media(book.day) == ()


def test_a_copy_noted_by_hand_is_a_copy_whose_times_nobody_measured(book: Filmed) -> None:
    book.recorded("9001")
    assert book.state("9-1") == State.MISSING
    done = book.add(f.StepDone("end.copy", book.at("14:10"), ("9-1",), {"media_serial": "HD-1"}))
    assert book.state("9-1") == State.UNMEASURED
    book.add(f.EntryVoided(done.seq, "another camera"))
    assert book.state("9-1") == State.MISSING
    book.add(f.StepDone("end.copy", book.at("14:20"), ("9-1",), {"manifest_sha256": SHA}))
    assert book.state("9-1") == State.MISSING, "the proof of this one is void or gone: the step alone is none"


def test_a_copy_that_names_a_room_alone_is_about_all_of_its_cameras(book: Filmed) -> None:
    book.recorded("0001")
    book.do(book.copy(cameras=(), coverage=()))
    assert [x.state for x in footage(book.day)[:2]] == [State.UNMEASURED] * 2
    named = Filmed()
    named.recorded("0001")
    named.do(named.copy())
    assert [x.state for x in footage(named.day)[:2]] == [State.UNMEASURED, State.MISSING]


MINUTES = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(sorted)


@given(st.lists(MINUTES, max_size=5), st.lists(MINUTES, max_size=6))
def test_what_is_left_is_exactly_what_was_not_taken(whole: list[list[int]], taken: list[list[int]]) -> None:
    zero = datetime(2026, 6, 1, tzinfo=UTC)

    def periods(pairs: list[list[int]]) -> list[f.Period]:
        return [f.Period(zero + timedelta(minutes=a), zero + timedelta(minutes=b)) for a, b in pairs]

    def minutes(found: Any) -> set[datetime]:
        return {p.start + timedelta(minutes=n) for p in found for n in range((p.end - p.start) // timedelta(minutes=1))}

    left = without(periods(whole), periods(taken))
    assert minutes(left) == minutes(periods(whole)) - minutes(periods(taken))
    assert list(left) == sorted(left, key=lambda p: p.start)


def test_what_a_copy_holds_is_the_plan_without_its_gaps(book: Filmed) -> None:
    found = holds(book.covered("1-1", ("08:00", "08:30"), ("10:00", "10:01")))
    assert [(p.start, p.end) for p in found] == [
        (book.at("08:30"), book.at("10:00")), (book.at("10:01"), book.at("13:40")),
    ]  # fmt: skip


# ---------------------------------------------------------------- media


def test_a_medium_is_read_again_so_many_days_after_its_last_proof(book: Filmed) -> None:
    seq = book.do(book.copy()).seq
    (found,) = media(book.day)
    assert (found.medium.serial, found.whole, found.due) == ("SN-1", True, date(2026, 8, 30))
    later = book.at("10:00", 50)
    book.do(book.check(seq, at=later), now=later)
    (found,) = media(book.day)
    assert found.due == date(2026, 10, 19) and found.proved == later and len(found.checks) == 1
    assert found.keep == kept_until(book.day) == date(2027, 3, 1)


def test_a_check_that_found_damage_is_no_proof(book: Filmed) -> None:
    seq = book.do(book.copy()).seq
    later = book.at("10:00", 50)
    book.do(book.check(seq, at=later, result="differs", counts=(1, 0, 0, 0, 0), changed=("a.mp4",)), now=later)
    (found,) = media(book.day)
    assert not found.whole and found.proved == book.at("14:10")


def test_the_copy_that_was_read_longest_ago_says_when_its_medium_is_due(book: Filmed) -> None:
    book.do(book.copy())
    newer = book.at("14:10", 3)
    book.do(book.copy(cameras=("9-1",), rooms=("9001",), began=newer, at=newer), now=newer)
    (found,) = media(book.day)
    assert len(found.copies) == 2 and found.due == date(2026, 8, 30)


def test_nothing_is_read_again_once_it_need_not_be_kept(book: Filmed) -> None:
    seq = book.do(book.copy()).seq
    later = book.at("10:00", 250)
    book.do(book.check(seq, at=later), now=later)
    assert media(book.day)[0].due is None


@pytest.mark.parametrize("outcome", ["destroyed", "released"])
def test_a_medium_that_is_kept_no_longer_is_not_read_again(book: Filmed, outcome: str) -> None:
    book.do(book.copy())
    later = book.at("10:00", 280)
    given = {"media_list": ["sn- 1"], "act_no": "14/27", "outcome": outcome, "decided_by": "x"}
    outside = f.Outside("Soini S.", "processing_centre", "act 14/27")
    entry = book.do(f.StepDone("post.retention", later, (), given, outside=outside), "commission", later)
    (found,) = media(book.day)
    assert found.due is None and found.released and (found.released.act, found.released.outcome) == ("14/27", outcome)
    book.do(f.EntryVoided(entry.seq, "another act"), "commission", now=later)
    assert media(book.day)[0].released is None


# ---------------------------------------------------------------- rules


def test_a_copy_says_everything_that_is_wrong_at_once(book: Filmed) -> None:
    said = fails(
        book,
        book.copy(cameras=("X",), rooms=("4242",), medium=f.Medium("", "tape"), files=0, manifest="", generation=0),
    )
    for told in ("Camera X is not in the plan", "Room 4242 is not in the plan", "serial number of the medium",
                 "what kind of medium", "Nothing was copied", "manifest"):  # fmt: skip
        assert told in said, told


WRONG = {
    "no place": ({"cameras": (), "rooms": ()}, "at least one camera or room"),
    "empty files": ({"size": 0}, "all of them are empty"),
    "no serial": ({"medium": f.Medium("", "flash")}, "serial number"),
    "backwards": ({"began": Book().at("14:11")}, "end is before the start"),
    "future": ({"at": Book().at("14:30")}, "in the future"),
    "no length": ({"period": f.Period(Book().at("09:00"), Book().at("09:00"))}, "must end after it starts"),
    "tomorrow's": ({"period": f.Period(Book().at("16:00"), Book().at("17:00"))}, "after it was copied"),
    "late": ({"at": Book().at("13:50"), "began": Book().at("13:45")}, "Give the reason"),
    "another camera": ({"coverage": (Filmed().covered("9-1"),)}, "which was not copied"),
    "more than all": ({"coverage": (replace(Filmed().covered("1-1"), covered_ppm=1_000_001),)}, "cannot be right"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_copy_that_cannot_be_is_refused(book: Filmed, what: str) -> None:
    changes, told = WRONG[what]
    assert told in fails(book, book.copy(**changes), now=book.at("14:10"))
    book.do(book.copy(), now=book.at("14:10"))


def test_what_was_copied_late_is_taken_with_its_reason(book: Filmed) -> None:
    book.do(book.copy(at=book.at("13:50"), began=book.at("13:45"), late_reason="no network"), now=book.at("14:10"))


def test_after_the_closing_only_later_copies_are_recorded(book: Filmed) -> None:
    close(book, "15:00", "day-protocol")
    assert "was closed" in fails(book, book.copy(late_reason="x"), now=book.at("15:05"))
    book.do(book.copy(at=book.at("15:04"), began=book.at("15:02")), now=book.at("15:05"))


UNFIT = {
    "no copy": ({"target": 0}, "no such copy"),
    "before": ({"at": Book().at("14:05")}, "before the copy"),
    "same generation": ({"generation": 1, "manifest": "6b" * 32}, "generation 1"),
    "no manifest": ({"manifest": "00"}, "manifest"),
    "whole but": ({"counts": (1, 0, 0, 0, 0)}, "does not fit"),
    "no result": ({"result": "fine"}, "does not fit"),
    "less than none": ({"result": "differs", "counts": (-1, 1, 0, 0, 0)}, "does not fit"),
    "longer list": ({"result": "differs", "counts": (1, 0, 0, 0, 0), "changed": ("a", "b")}, "lists"),
    "future": ({"at": Book().at("15:30")}, "in the future"),
}


@pytest.mark.parametrize("what", UNFIT)
def test_a_check_that_cannot_be_is_refused(book: Filmed, what: str) -> None:
    seq = book.do(book.copy()).seq
    changes, told = UNFIT[what]
    assert told in fails(book, book.check(**{"target": seq, "late_reason": "x", **changes}), now=book.at("14:30"))
    book.do(book.check(seq))


def test_every_check_is_a_new_generation_but_where_none_could_be_written(book: Filmed) -> None:
    seq = book.do(book.copy()).seq
    book.do(book.check(seq))
    assert "2 is recorded already" in fails(book, book.check(seq, manifest="6b" * 32))
    book.do(book.check(seq, generation=3, result="differs"))
    book.do(book.check(seq, generation=3))


def test_neither_a_void_copy_nor_another_entry_is_checked(book: Filmed) -> None:
    row, copy = book.switch("record_start", "08:00", "0001"), book.do(book.copy()).seq
    book.do(f.EntryVoided(copy, "another medium"), now=book.at("14:12"))
    for target in (row, copy):
        assert "no such copy" in fails(book, book.check(target))


def test_a_copy_is_not_corrected_and_goes_only_after_its_checks(book: Filmed) -> None:
    seq = book.do(book.copy()).seq
    assert "not corrected" in fails(book, f.EntryCorrected(seq, {"files": 4}, "miscounted"))
    check = book.do(book.check(seq)).seq
    assert f"Entry {check + 1}" in fails(book, f.EntryVoided(seq, "another medium"))
    book.do(f.EntryVoided(check, "another medium"))
    book.do(f.EntryVoided(seq, "another medium"))
