"""A copy is read again from its medium: what is not as it was copied is named, and the history grows by the answer."""

import os
import unicodedata
from errno import EIO, ENODEV
from pathlib import Path

import pytest

from app.footage import check as module
from app.footage import hashing, mhl
from app.footage.problem import NotChecked
from tests.footage.media import FILES, NOW, copy, file_hash, flip, look, put

CAM = "0008/cam 1.mkv"


def test_a_whole_copy_is_whole_and_says_so_in_a_new_generation(tmp_path: Path) -> None:
    report = look(copy(tmp_path))
    assert (report.result, report.counts, report.problems) == ("whole", (0, 0, 0, 0, 0), ())
    assert (report.files, report.size) == (len(FILES), sum(map(len, FILES.values())))
    assert report.generation is not None and report.generation.number == 2
    assert [g.how for g in mhl.read(tmp_path).generations] == ["transfer", "in-place"]
    assert look(tmp_path).result == "whole"


def test_a_flipped_byte_is_found_again_and_again(tmp_path: Path) -> None:
    flip(copy(tmp_path) / CAM)
    found = file_hash(tmp_path, CAM).sha256
    for _ in range(2):  # the check itself makes nothing right
        report = look(tmp_path)
        (changed,) = report.changed
        assert (report.result, changed.path, changed.kind, changed.found) == ("differs", CAM, "sha256", found)
        assert changed.expected != found
        assert report.counts == (1, 0, 0, 0, 0)
        assert (report.files, report.size) == (len(FILES) - 1, sum(map(len, FILES.values())) - len(FILES[CAM]))


def test_removed_added_and_renamed_files_are_named_as_that(tmp_path: Path) -> None:
    copy(tmp_path)
    (tmp_path / "0008/cam 2.mkv").unlink()
    (tmp_path / CAM).rename(tmp_path / "0008/cam 9.mkv")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "link").symlink_to("notes.txt")
    for _ in range(2):
        report = look(tmp_path)
        assert report.missing == ("0008/cam 2.mkv",)
        assert report.added == ("link", "notes.txt")
        assert [(r.old, r.new, r.how) for r in report.renamed] == [(CAM, "0008/cam 9.mkv", "name")]
        assert (report.result, report.changed) == ("differs", ())
    (tmp_path / "0008/cam 9.mkv").rename(tmp_path / CAM)
    assert look(tmp_path).renamed == ()


def test_another_way_to_write_the_same_letters_is_told_as_that(tmp_path: Path) -> None:
    copy(tmp_path, {"вид й.mkv": b"1", "Cam.MKV": b"2"})
    decomposed = unicodedata.normalize("NFD", "вид й.mkv")
    (tmp_path / "вид й.mkv").rename(tmp_path / decomposed)
    (tmp_path / "Cam.MKV").rename(tmp_path / "cam.mkv")
    assert [(r.new, r.how) for r in look(tmp_path).renamed] == [("cam.mkv", "case"), (decomposed, "letters")]


def test_a_file_that_is_moved_and_changed_is_no_renamed_one(tmp_path: Path) -> None:
    copy(tmp_path)
    (tmp_path / CAM).rename(tmp_path / "moved.mkv")
    flip(tmp_path / "moved.mkv")
    report = look(tmp_path)
    assert (report.missing, report.added, report.renamed) == ((CAM,), ("moved.mkv",), ())


def test_what_an_unfinished_copy_left_is_no_added_file(tmp_path: Path) -> None:
    copy(tmp_path)
    put(tmp_path, {"0009/cam.mkv.part": b"1", ".logbook-copy.jsonl": b"{}"})
    put(tmp_path, {"System Volume Information/IndexerVolumeGuid": b"1", "Thumbs.db": b"2"})
    report = look(tmp_path)
    assert (report.result, report.added) == ("whole", ())
    assert report.unfinished == (".logbook-copy.jsonl", "0009/cam.mkv.part")


def test_the_medium_is_asked_and_not_the_memory_of_the_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(tmp_path)
    forgot = []
    real = os.posix_fadvise

    def fadvise(fd: int, start: int, length: int, advice: int) -> None:
        assert (start, length, advice) == (0, 0, os.POSIX_FADV_DONTNEED)
        forgot.append((os.readlink(f"/proc/self/fd/{fd}"), os.lseek(fd, 0, os.SEEK_CUR)))
        real(fd, start, length, advice)

    monkeypatch.setattr(os, "posix_fadvise", fadvise)
    look(tmp_path)
    assert {str(tmp_path / path) for path in FILES} == {name for name, at in forgot if at == 0}


def test_a_file_that_cannot_be_read_is_told_with_the_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(tmp_path)
    fail(monkeypatch, "cam 2", EIO)
    report = look(tmp_path)
    assert [(u.path, u.error) for u in report.unreadable] == [("0008/cam 2.mkv", os.strerror(EIO))]
    assert (report.result, report.missing, report.generation is not None) == ("differs", (), True)


def test_a_medium_that_is_pulled_out_is_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(tmp_path)
    fail(monkeypatch, "cam 2", ENODEV)
    with pytest.raises(NotChecked) as told:
        look(tmp_path)
    assert told.value.exit == 2
    assert len(mhl.read(tmp_path).generations) == 1


def fail(monkeypatch: pytest.MonkeyPatch, name: str, error: int) -> None:
    """Reading a file of that name ends with the error."""
    real = hashing.read_hashes

    def read_hashes(path: Path, *more: object) -> dict[str, str]:
        if name in str(path):
            raise OSError(error, os.strerror(error))
        return real(path, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "read_hashes", read_hashes)


def test_without_a_history_nothing_can_be_checked(tmp_path: Path) -> None:
    put(tmp_path)
    with pytest.raises(NotChecked):
        look(tmp_path)
    with pytest.raises(NotChecked):
        look(tmp_path / "nowhere")


def test_a_check_can_be_stopped_and_tells_how_far_it_is(tmp_path: Path) -> None:
    copy(tmp_path)
    steps: list[tuple[int, int, str]] = []
    look(tmp_path, progress=lambda *step: steps.append(step))
    total = sum(map(len, FILES.values()))
    assert steps[-1][:2] == (total, total) and {s[2] for s in steps} == {p for p, data in FILES.items() if data}
    for wish in ("stop", "pause"):
        with pytest.raises(NotChecked):
            look(tmp_path, wish=lambda wish=wish: wish)
    assert len(mhl.read(tmp_path).generations) == 2


def test_a_history_that_was_written_anew_does_not_pass_for_the_recorded_one(tmp_path: Path) -> None:
    first = mhl.add(tmp_path, put(tmp_path), mhl.COPY, "tech", NOW)
    assert look(tmp_path, recorded={1: first.sha256}).result == "whole"
    for path in (tmp_path / "ascmhl").iterdir():
        path.unlink()
    flip(tmp_path / CAM)
    mhl.add(tmp_path, [file_hash(tmp_path, path) for path in FILES], mhl.COPY, "tech", NOW)
    assert look(tmp_path).result == "whole"  # by itself the new history is a whole one
    report = look(tmp_path, recorded={1: first.sha256, 9: "0"})
    assert report.result == "differs" and len(report.problems) == 2


def test_a_medium_that_takes_no_generation_is_still_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mhl, "add", full)
    report = look(tmp_path)
    assert (report.result, report.generation) == ("whole", None)
    assert "No space left" in str(report.unwritten)
