"""The order of the day: a breach is possible, but never without a word about it."""

import pytest

from app.domain import Invalid, Message
from app.domain import facts as f
from tests.domain.camerabook import CameraBook, shipped

ADMITTED = {"opened_at": "09:05", "all_rooms_recording": True}


def refused(book: CameraBook, fact: object, by: str = "tech") -> list[Message]:
    with pytest.raises(Invalid) as info:
        book.do(fact, by, getattr(fact, "at", None) or getattr(fact, "end", None))
    return list(info.value.messages)


def admission(book: CameraBook, clock: str = "09:05", **more: str) -> f.StepDone:
    return f.StepDone("ex.admission", book.at(clock), (), ADMITTED, **more)


def test_admission_before_the_rooms_record_asks_why() -> None:
    book = CameraBook()
    book.start("09:02", "0001")
    (message,) = refused(book, admission(book), "head")
    assert (message.field, message.params["rooms"]) == ("note", "0002")
    book.do(admission(book, note="queue in the rain"), "head")


def test_when_every_room_records_nothing_is_asked() -> None:
    book = CameraBook()
    book.start("09:02", "0001", "0002")
    book.do(admission(book), "head")


def test_a_recording_that_stopped_before_the_step_does_not_count() -> None:
    book = CameraBook()
    book.start("09:00", "0001", "0002")
    book.noted("09:03", "power_loss", "0002", reason="storm")
    (message,) = refused(book, admission(book), "head")
    assert message.params["rooms"] == "0002"


def test_materials_need_headquarters_alone() -> None:
    book = CameraBook()
    handed = f.StepDone("ex.materials", book.at("07:20"), (), {"delivered_at": "07:20", "hq_recording_on": True})
    (message,) = refused(book, handed, "member")
    assert message.params["rooms"] == "7777"
    book.do(book.starting("07:16", "7777", kind="headquarters"))
    book.do(handed, "member")


def test_a_start_after_the_step_that_needed_it_asks_why() -> None:
    book = CameraBook()
    book.start("09:02", "0001")
    book.do(admission(book, note="queue"), "head")
    (message,) = refused(book, book.starting("09:08", "0002"))
    assert (message.field, message.params["rooms"], message.params["time"]) == ("note", "0002", "09:05")
    (message,) = refused(book, book.row("09:08", "record_start", "0002"))
    assert message.field == "reason"
    book.start("09:08", "0002", note="the door was locked")


def test_a_restart_after_an_outage_is_not_a_late_start() -> None:
    book = CameraBook()
    book.start("09:00", "0001", "0002")
    book.do(admission(book), "head")
    book.noted("10:00", "power_loss", "0002", reason="storm")
    book.noted("10:05", "restart", "0002")


def test_a_stop_says_who_ordered_it() -> None:
    book = CameraBook()
    book.noted("08:00", "record_start", "9001")
    (message,) = refused(book, book.row("14:00", "record_stop", "9001"))
    assert message.field == "reason"
    book.noted("14:00", "record_stop", "9001", reason="Dahl Dora, centre head")
    book.noted("14:01", "check", "9001")


@pytest.mark.parametrize("name", ["ru-ege-main", "ro-bac"])
def test_every_step_of_the_shipped_profiles_that_stops_recording_asks_who_ordered_it(name: str) -> None:
    profile = shipped(name)
    stops = {a.id for a in profile.actions if a.effect == "stop"}
    found = [s for s in profile.steps if s.access and s.access.action in stops]
    assert found and all(s.field("order_by").type == "person" and s.field("order_by").required for s in found)
