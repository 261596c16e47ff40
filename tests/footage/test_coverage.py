"""How long a file really is, where it has gaps, and what a person should look at; what all files together cover."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.facts.footage import Period
from app.footage.coverage import Footage, covered, measure, percent
from tests.footage.videos import black, cut, frozen, video

MOSCOW = ZoneInfo("Europe/Moscow")
NINE = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def seconds(*pairs: tuple[float, float]) -> tuple[Period, ...]:
    return tuple(Period(NINE + timedelta(seconds=a), NINE + timedelta(seconds=b)) for a, b in pairs)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Videos, made once."""
    made = tmp_path_factory.mktemp("videos")
    video(made / "0008_20260601_080000.mp4", 30)
    video(made / "gap.mkv", 30, without=range(10, 15))
    video(made / "gap.mp4", 30, without=range(10, 15))
    cut(video(made / "cut.mkv", 30), 0.6)
    cut(video(made / "cut.mp4", 30, options={"movflags": "faststart"}), 0.6)
    cut(video(made / "headless.mp4", 30), 0.6)
    video(made / "frozen.mkv", 60, lambda n: frozen(n) if n < 250 else bytes([n % 200 + 20]) * 2304)
    video(made / "black.mkv", 30, lambda n: black(n))
    video(made / "created_20260601_110000.mp4", 3, created="2026-06-01T08:00:00Z")
    video(made / "1970.mp4", 3, created="1970-01-01T00:00:00Z")
    broken = video(made / "broken.mp4", 60)
    data = bytearray(broken.read_bytes())
    data[len(data) // 2 : len(data) * 5 // 8] = bytes(i * 7 & 255 for i in range(len(data) * 5 // 8 - len(data) // 2))
    broken.write_bytes(data)
    (made / "text.mp4").write_bytes(b"no video " * 100)
    (made / "empty.mkv").write_bytes(b"")
    (made / "list.mkv").write_text("ffconcat version 1.0\nfile 0008_20260601_080000.mp4\n")
    return made


def look(folder: Path, name: str) -> Footage:
    return measure(folder / name, MOSCOW)


def test_a_whole_file_is_measured_and_its_name_says_when_it_begins(folder: Path) -> None:
    found = look(folder, "0008_20260601_080000.mp4")
    assert (found.seconds, found.gaps, found.doubts) == (30, (), ())
    assert (found.start, found.source) == (datetime(2026, 6, 1, 5, 0, tzinfo=UTC), "name")
    assert (found.width, found.height, found.codec, found.packets) == (64, 36, "h264", 150)
    assert found.pieces == (Period(found.start, found.start + timedelta(seconds=30)),)


@pytest.mark.parametrize("name", ["gap.mkv", "gap.mp4"])
def test_a_gap_within_a_file_is_measured(folder: Path, name: str) -> None:
    found = look(folder, name)
    assert (found.seconds, found.gaps) == (30, ((10, 5),))
    assert found.start is not None
    edges = [((p.start - found.start).total_seconds(), (p.end - found.start).total_seconds()) for p in found.pieces]
    assert edges == [(0, 10), (15, 30)]


@pytest.mark.parametrize("name", ["cut.mkv", "cut.mp4"])
def test_a_file_that_was_cut_off_lasts_as_long_as_its_pictures(folder: Path, name: str) -> None:
    found = look(folder, name)
    assert 15 < found.seconds < 20
    assert any("it says that it lasts 0:00:30, and lasts 0:00:17" in str(d) for d in found.doubts)


@pytest.mark.parametrize("name", ["headless.mp4", "text.mp4", "empty.mkv", "list.mkv", "none.mkv"])
def test_what_is_no_video_covers_nothing_and_says_why(folder: Path, name: str) -> None:
    found = look(folder, name)
    assert (found.seconds, found.start, found.pieces) == (0, None, ())
    assert "It cannot be read as video" in str(found.doubts[0])


def test_a_frozen_and_a_black_picture_are_things_to_look_at(folder: Path) -> None:
    (freeze, _) = look(folder, "frozen.mkv").doubts
    assert "may be frozen, look at it" in str(freeze) and str(freeze).split("-")[-1].startswith("0:00:4")
    assert "The picture is black at 0:00:00-0:00:24" in str(look(folder, "black.mkv").doubts[0])


def test_pictures_that_cannot_be_decoded_are_told_by_their_place(folder: Path) -> None:
    assert "cannot be decoded at 0:00:3" in str(look(folder, "broken.mp4").doubts[0])


def test_the_times_own_time_goes_before_its_name_and_both_before_a_guess(folder: Path) -> None:
    found = look(folder, "created_20260601_110000.mp4")
    assert (found.source, found.doubts) == ("metadata", ())
    guess = look(folder, "1970.mp4")
    assert guess.source == "modified" and "only reckoned" in str(guess.doubts[-1])


def test_the_line_of_the_example() -> None:
    planned = Period(NINE, NINE + timedelta(hours=5, minutes=40))
    (piece,) = seconds((-60, 3 * 3600))
    rest = Period(piece.end + timedelta(seconds=73), planned.end + timedelta(minutes=5))
    found = covered([rest, piece], planned, 0, "0008-1", ("x.mkv: cut off",))
    assert (found.camera, percent(found.covered_ppm), found.doubts) == ("0008-1", "99.6", ("x.mkv: cut off",))
    assert found.gaps == (Period(piece.end, rest.start),)


def test_a_recorder_ahead_of_time_has_its_offset_taken_off() -> None:
    planned = seconds((0, 100))[0]
    found = covered(seconds((10, 110)), planned, 10_000)
    assert (found.covered_ppm, found.gaps, found.offset_ms) == (1_000_000, (), 10_000)
    assert covered(seconds((-10, 90)), planned, -10_000).gaps == ()
    assert covered(seconds((-10, 90)), planned, 10_000).gaps == seconds((80, 100))


def test_two_seconds_between_files_are_no_gap_and_three_are() -> None:
    planned = seconds((0, 100))[0]
    assert covered(seconds((2, 50), (52, 98)), planned).covered_ppm == 1_000_000
    assert covered(seconds((0, 50), (53, 100)), planned).gaps == seconds((50, 53))


def test_nothing_covers_nothing_and_only_the_longest_gaps_are_kept() -> None:
    planned = seconds((0, 10_000))[0]
    assert (covered([], planned).covered_ppm, covered([], planned).gaps) == (0, (planned,))
    lengths = [3 + (n * 7) % 40 for n in range(130)]
    pieces = [(n * 60 + lengths[n], n * 60 + 60) for n in range(130)]
    found = covered(seconds(*pieces, (7800, 10_000)), planned)
    assert (len(found.gaps), found.more) == (100, 30)
    assert list(found.gaps) == sorted(found.gaps, key=lambda g: g.start)
    kept = sorted((g.end - g.start).total_seconds() for g in found.gaps)
    assert kept == sorted(lengths)[30:] and found.covered_ppm == 1_000_000 - sum(lengths) * 100
    with pytest.raises(ValueError):
        covered([], Period(NINE, NINE))


spans = st.tuples(st.integers(-500, 1500), st.integers(0, 400)).map(lambda s: (s[0], s[0] + s[1]))


@given(st.lists(spans, max_size=12), st.integers(1, 1000), st.integers(-200, 200))
def test_coverage_is_what_counting_seconds_gives(pieces: list[tuple[int, int]], length: int, ahead: int) -> None:
    found = covered(seconds(*pieces), seconds((0, length))[0], ahead * 1000)
    seen = {s - ahead for a, b in pieces for s in range(a, b)}
    runs, missing = [], 0
    for second in range(length + 1):
        if second < length and second not in seen:
            missing += 1
        else:
            runs += [(second - missing, second)] if missing > 2 else []
            missing = 0
    assert found.gaps == seconds(*runs)
    assert found.covered_ppm == (length - sum(b - a for a, b in runs)) * 1_000_000 // length
    assert (found.covered_ppm == 1_000_000) == (not found.gaps)


@pytest.mark.parametrize(("ppm", "text"), [(1_000_000, "100.0"), (999_999, "99.9"), (996_499, "99.6"), (0, "0.0")])
def test_per_cent_are_never_rounded_up(ppm: int, text: str) -> None:
    assert percent(ppm) == text
