"""Room codes as people write them."""

import pytest

from app.domain import Invalid
from app.domain.places import parse_rooms, print_rooms


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ()),
        ("7777", ("7777",)),
        ("0001-0003, 7777", ("0001", "0002", "0003", "7777")),
        ("7777; 0002\n0001", ("0001", "0002", "7777")),
        ("0001 0002", ("0001", "0002")),
        ("0001 – 0003", ("0001", "0002", "0003")),
        ("0005-0005", ("0005",)),
        ("0001, 0001", ("0001",)),
    ],
)
def test_codes_and_ranges_are_read_in_order_each_once(text: str, codes: tuple[str, ...]) -> None:
    assert parse_rooms(text) == codes


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("8", "8 is not a room"),
        ("00011", "00011 is not a room"),
        ("штаб 7777", "штаб is not a room"),
        ("0003-0001", "0003-0001 runs backwards"),
        ("0001-0600", "0001-0600 is more than 500 rooms"),
        ("0001-0300, 1001-1300", "600 is more than 500 rooms"),
        ("٠٠٠١", "is not a room"),
        ("0001-0002-0003", "is not a room"),
    ],
)
def test_what_is_not_a_room_or_range_is_refused_with_its_text(text: str, reason: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_rooms(text)
    assert reason in str(caught.value)


def test_unknown_rooms_are_named() -> None:
    with pytest.raises(Invalid) as caught:
        parse_rooms("0001-0004, 7777", ["0001", "0002", "7777"])
    assert str(caught.value) == "Not in the plan of this day: 0003, 0004."


def test_many_unknown_rooms_are_named_in_short() -> None:
    with pytest.raises(Invalid) as caught:
        parse_rooms("0001-0100", ["7777"])
    assert str(caught.value) == "Not in the plan of this day: 0001-0010 ...."


def test_every_reason_is_told_at_once() -> None:
    with pytest.raises(Invalid) as caught:
        parse_rooms("8, 0009-0001")
    assert len(caught.value.messages) == 2


@pytest.mark.parametrize(
    ("codes", "text"),
    [
        ([], ""),
        (["0008"], "0008"),
        (["0002", "0001"], "0001, 0002"),
        (["0001", "0002", "0003"], "0001-0003"),
        (["7777", "0001", "0002", "0003", "0005", "0006"], "0001-0003, 0005, 0006, 7777"),
        (["0001", "0001"], "0001"),
        (["hall", "0001"], "0001, hall"),
    ],
)
def test_codes_print_as_ranges_from_three_in_a_row(codes: list[str], text: str) -> None:
    assert print_rooms(codes) == text


def test_what_is_printed_reads_back_as_it_was() -> None:
    codes = tuple(f"{n:04d}" for n in (1, 2, 3, 4, 9, 10, 98, 100, 101, 102, 7777))
    assert parse_rooms(print_rooms(codes), codes) == codes
