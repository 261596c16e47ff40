"""When a look at a camera becomes an entry of the journal."""

from datetime import timedelta

import pytest

from app.domain import facts as f
from app.domain.sights import ALIVE, BAD, GAP, LOCKED, REFUSED, SILENT, SOON, UNREACHABLE, Sight, Verdict, judge
from tests.conftest import MORNING

BLIP = timedelta(seconds=10)


def seen(state: str, recording: str = "", planned: bool = True) -> f.CameraSeen:
    return f.CameraSeen("c", MORNING, state, MORNING, recording=recording, planned=planned)


def look(state: str, at: float, recording: str = "") -> Sight:
    moment = MORNING + timedelta(seconds=at)
    return Sight(state, moment, moment, recording=recording)


def after(states: list[tuple[float, str]], told: f.CameraSeen | None = None, planned: bool = True) -> list[Verdict]:
    """Verdicts of looks one after the other, each with what was told before it."""
    row, found = None, []
    for at, state in states:
        sight = look(state, at)
        first = sight.looked if state == ALIVE else None
        verdict = judge(row, told, sight, first, planned, BLIP)
        if verdict.tell:
            told = f.CameraSeen("c", sight.looked, state, verdict.since, planned=planned)
        row = Sight(state, verdict.since, sight.looked)
        found.append(verdict)
    return found


def test_the_first_picture_is_told_at_once_and_then_nothing_more() -> None:
    verdicts = after([(0, ALIVE), (30, ALIVE), (60, ALIVE)])
    assert [v.tell for v in verdicts] == [True, False, False]
    assert verdicts[0].first_frame is None, "nothing worse was told before"


@pytest.mark.parametrize("bad", [SILENT, UNREACHABLE, "frozen"])
def test_what_comes_and_goes_within_a_blip_is_not_told(bad: str) -> None:
    verdicts = after([(0, ALIVE), (30, bad), (36, bad), (40, ALIVE)])
    assert [v.tell for v in verdicts] == [True, False, False, False]
    assert verdicts[1].again == verdicts[2].again == SOON, "looked at again soon"


def test_what_lasts_longer_than_a_blip_is_told_since_its_beginning() -> None:
    verdicts = after([(0, ALIVE), (30, SILENT), (36, SILENT), (41, SILENT), (50, SILENT)])
    assert [v.tell for v in verdicts] == [True, False, False, True, False]
    assert verdicts[3].since == MORNING + timedelta(seconds=30) and verdicts[3].again == BAD


def test_what_changes_from_bad_to_bad_all_the_time_is_told_too() -> None:
    verdicts = after([(0, ALIVE), (30, SILENT), (36, UNREACHABLE), (42, SILENT), (48, UNREACHABLE), (54, SILENT)])
    assert any(v.tell for v in verdicts[1:])


def test_recovery_is_told_at_once_with_its_first_frame() -> None:
    first = MORNING + timedelta(seconds=61.5)
    verdict = judge(look(SILENT, 50), seen(SILENT), look(ALIVE, 60), first, True, BLIP)
    assert verdict == Verdict(ALIVE, first, True, first)


def test_after_a_gap_what_was_seen_before_has_ended() -> None:
    late = GAP.total_seconds() + 60
    verdict = judge(look(SILENT, 0), seen(ALIVE), look(SILENT, late), None, True, BLIP)
    assert not verdict.tell and verdict.since == MORNING + timedelta(seconds=late), "one look proves no ten seconds"


def test_a_camera_that_refuses_is_left_alone_for_long_so_that_it_locks_no_account() -> None:
    verdicts = after([(0, ALIVE), (30, REFUSED), (34, REFUSED), (41, REFUSED)])
    assert verdicts[3].tell and verdicts[3].again == LOCKED


def test_a_word_of_the_device_about_recording_is_told_when_it_is_another_one() -> None:
    row = look(ALIVE, 0, "yes")
    told, words = seen(ALIVE, "yes"), ("yes", "no", "")
    judged = [judge(row, told, look(ALIVE, 30, word), None, True, BLIP).tell for word in words]
    assert judged == [False, True, False], "not known is no change"


def test_where_recording_begins_at_a_camera_that_stands_badly_that_is_told() -> None:
    row, now = look(UNREACHABLE, 0), look(UNREACHABLE, 60)
    assert judge(row, seen(UNREACHABLE, planned=False), now, None, True, BLIP).tell
    assert not judge(row, seen(UNREACHABLE, planned=False), now, None, False, BLIP).tell
    assert judge(row, seen(UNREACHABLE, planned=False), now, None, False, BLIP).again is None, "nobody waits for it"
