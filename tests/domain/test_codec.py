"""Values to bytes: canonical JSON, and what a fact may not hold."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import rfc8785

from app.domain.codec import BadValue, build, canonical, clean, instant, moment, plain
from app.domain.facts import FACTS, StepDone
from app.domain.plan import Room

ALPHABET = "abcXYZ 0189-_/\\\"'<>&%.,;:«»—№…абвЯЁё日本語😀𝄞\u00a0\u2028\u202f\ufffd"


def text(rng: random.Random) -> str:
    return "".join(rng.choice(ALPHABET) for _ in range(rng.randrange(12)))


def value(rng: random.Random, depth: int = 3) -> Any:
    """Any value that a fact may hold."""
    kind = rng.randrange(7 if depth else 5)
    if kind < 5:
        number = rng.choice([0, 1, -1, 2**53 - 1, 1 - 2**53, rng.randrange(-(10**9), 10**9)])
        return [None, rng.random() < 0.5, number, text(rng), rng.choice(["", "0017", "é", "Иванов"])][kind]
    if kind == 5:
        return [value(rng, depth - 1) for _ in range(rng.randrange(4))]
    names = ["", "a", "A", "aa", "ab", "b", "Z", "_", "0", "10", "2", "evidence.x"]
    return {rng.choice(names): value(rng, depth - 1) for _ in range(rng.randrange(5))}


def test_canonical_json_is_that_of_rfc_8785() -> None:
    rng = random.Random(8785)
    for _ in range(2000):
        some = {rng.choice("abcdeXYZ"): value(rng) for _ in range(4)}
        assert canonical(plain(some)) == rfc8785.dumps(some)


def test_canonical_facts_are_those_of_rfc_8785_and_read_back_the_same() -> None:
    rng = random.Random(6962)
    for _ in range(300):
        at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(milliseconds=rng.randrange(10**11))
        evidence = {rng.choice("abcd"): value(rng, 2) for _ in range(3)}
        fact = StepDone(text(rng), at, tuple(text(rng) for _ in range(2)), evidence, note=text(rng))
        data = plain(fact)
        assert canonical(data) == rfc8785.dumps(data)
        assert build(StepDone, data) == fact


def test_keys_are_sorted_and_nothing_is_escaped_that_need_not_be() -> None:
    assert canonical({"b": "Ё\u2028/", "a": [1, None, True], "B": '"\\'}) == (
        '{"B":"\\"\\\\","a":[1,null,true],"b":"Ё\u2028/"}'.encode()
    )


@pytest.mark.parametrize("bad", [1.0, 0.5, float("nan"), Decimal("1"), b"bytes", {1, 2}, ..., int], ids=repr)
def test_what_json_cannot_say_the_same_everywhere_is_refused(bad: Any) -> None:
    for where in (bad, [bad], {"a": bad}, {"a": {"b": [bad]}}):
        with pytest.raises(BadValue):
            plain(where)


@pytest.mark.parametrize("bad", ["a\x00", "a\nb", "a\tb", "\x7f", "\x85", "\ud800", "e\u0301", "\u212b"], ids=ascii)
def test_control_characters_and_text_that_is_not_nfc_are_refused(bad: str) -> None:
    with pytest.raises(BadValue):
        plain({"note": bad})
    assert plain(clean(bad)) == clean(bad)


@pytest.mark.parametrize("key", ["ключ", 1, None])
def test_keys_are_ascii_text(key: Any) -> None:
    with pytest.raises(BadValue):
        plain({key: 1})


@pytest.mark.parametrize("number", [2**53, -(2**53)])
def test_a_number_that_javascript_would_round_is_refused(number: int) -> None:
    with pytest.raises(BadValue):
        plain([number])
    assert plain([number // 2]) == [number // 2]


def test_a_naive_time_is_refused_wherever_it_stands() -> None:
    naive = datetime(2026, 6, 1, 10)  # noqa: DTZ001 - this is what must not pass
    for call in (lambda: instant(naive), lambda: plain(naive), lambda: plain(StepDone("a", naive))):
        with pytest.raises(BadValue, match="zone"):
            call()


def test_times_are_utc_with_milliseconds() -> None:
    moscow = datetime(2026, 6, 1, 8, 2, 0, 1999, tzinfo=timezone(timedelta(hours=3)))
    assert instant(moscow) == "2026-06-01T05:02:00.001Z"
    assert moment("2026-06-01T05:02:00.001Z") == datetime(2026, 6, 1, 5, 2, 0, 1000, UTC)
    assert plain(date(2026, 6, 1)) == "2026-06-01"


def test_reading_back_gives_the_same_dataclass() -> None:
    @dataclass(frozen=True)
    class Tree:
        rooms: tuple[Room, ...]
        at: datetime | None
        best: Room | None = None

    for tree in (
        Tree((Room("0001", "exam"),), datetime(2026, 6, 1, tzinfo=UTC), Room("7777", "headquarters", "Штаб")),
        Tree((), None),
    ):
        assert build(Tree, plain(tree)) == tree


def test_every_fact_can_be_told_apart_by_its_tag() -> None:
    assert len({cls for cls in FACTS.values()}) == len(FACTS)
    assert all(cls.tag == tag for tag, cls in FACTS.items())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [(" a \t b\r\nc ", "a b c"), ("й", "й"), ("a\x07b", "ab"), ("\u00a0x\u2003", "x"), ("", "")],
)
def test_typed_text_is_cleaned(typed: str, kept: str) -> None:
    assert clean(typed) == kept
