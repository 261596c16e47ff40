"""A copy is what its source is, proved on the medium; whatever ends it, the same call goes on."""

import os
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import xxhash

from app.footage import blocks, ledger, proof, transfer
from app.footage.transfer import Cannot, Differs, Paused, Progress, copy, plan

ROOT = Path(__file__).resolve().parents[2]
PAGE = 4096
NAMES = ("камера 1.mp4", unicodedata.normalize("NFD", "Ёлка й.mkv"), "sub/🎥 40°.avi", "sub/empty.bin", "ä.mp4")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Files of some pages each, one of them empty, last changed long ago."""
    folder = tmp_path / "card"
    for number, name in enumerate(NAMES):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"" if "empty" in name else os.urandom(5 * PAGE + number))
        os.utime(file, ns=(1_700_000_000_000_000_000, 1_600_000_000_123_456_700 + number))
    return folder


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "medium" / "copy"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of a page, so that small files have several."""
    for module in (blocks, transfer):
        monkeypatch.setattr(module, "BLOCK", PAGE)
    monkeypatch.setattr(transfer, "AHEAD", 2 * PAGE)


def lying(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def wanted(source: Path) -> dict[str, bytes]:
    return {f"{source.name}/{name}": data for name, data in lying(source).items()}


def failing(monkeypatch: pytest.MonkeyPatch, error: int, after: int) -> None:
    """The medium fails with ``error`` at a write, after so many of them."""
    left, real = [after], blocks.write_all

    def write(*args: Any) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(error, os.strerror(error))
        real(*args)

    monkeypatch.setattr(transfer, "write_all", write)


def flipping(monkeypatch: pytest.MonkeyPatch, change: Callable[[int], None]) -> None:
    """Between what is written and what is read back, the medium changes it."""
    monkeypatch.setattr(proof, "forget_cached", change)


def test_a_copy_has_bytes_names_and_times_of_its_source_and_says_their_hashes(source: Path, dest: Path) -> None:
    files = copy(plan([source], dest))
    transfer.forget(dest)
    assert lying(dest) == wanted(source)
    assert sorted(os.listdir(os.fsencode(dest / "card"))) == sorted(os.listdir(os.fsencode(source)))
    for file in files:
        original, made = source.parent / file.path, dest / file.path
        data = original.read_bytes()
        assert (file.sha256, file.xxh128) == (sha256(data).hexdigest(), xxhash.xxh128(data).hexdigest())
        assert made.stat().st_mtime_ns == file.modified == original.stat().st_mtime_ns


def test_a_file_of_somebody_elses_that_is_called_a_part_stays_as_it_is(source: Path, dest: Path) -> None:
    theirs = dest / "card" / f"{NAMES[0]}.part"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"of another program")
    copy(plan([source], dest))
    assert theirs.read_bytes() == b"of another program" and (dest / "card" / NAMES[0]).exists()


def test_the_source_is_left_as_it_was_down_to_the_time_of_the_last_access(source: Path, dest: Path) -> None:
    def known() -> dict[str, tuple[int, ...]]:
        every = [source, *source.rglob("*")]
        return {str(p): (s.st_atime_ns, s.st_mtime_ns, s.st_ctime_ns, s.st_mode) for p in every for s in [p.lstat()]}

    for folder in (source, source / "sub"):  # older than a day: even "relatime" would write it
        os.utime(folder, ns=(1_500_000_000_000_000_000, 1_600_000_000_000_000_000))
    before = known()
    copy(plan([source], dest))
    assert known() == before


def test_a_file_is_durable_and_proved_and_noted_before_it_gets_its_name(
    source: Path, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def watch(module: Any, name: str, say: Callable[..., str]) -> None:
        real = getattr(module, name)

        def call(*args: Any, **kwargs: Any) -> Any:
            told.append(say(*args))
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, call)

    def path(opened: int) -> str:
        return os.readlink(f"/proc/self/fd/{opened}")

    watch(os, "fsync", lambda opened: f"fsync {path(opened)}")
    watch(os, "rename", lambda old, new: f"rename {old}")
    watch(transfer, "read_back", lambda file, *_: f"read back {file}")
    copy(plan([source / NAMES[0]], dest))
    part = dest / f"{NAMES[0]}.logbook.part"
    begun = told.index(f"fsync {part}")
    assert told[begun:] == [
        f"fsync {part}", f"read back {part}", f"fsync {dest / ledger.NAME}", f"rename {part}", f"fsync {dest}"
    ]  # fmt: skip


def test_a_byte_that_the_medium_changes_is_found_and_the_file_gets_no_name(
    source: Path, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def flip(opened: int) -> None:
        path = os.readlink(f"/proc/self/fd/{opened}")
        if path.endswith("ä.mp4.logbook.part"):
            with open(path, "r+b") as file:
                file.seek(3 * PAGE + 5)
                byte = file.read(1)[0]
                file.seek(3 * PAGE + 5)
                file.write(bytes([byte ^ 1]))

    with monkeypatch.context() as patch:
        flipping(patch, flip)
        with pytest.raises(Differs, match=r"card/ä\.mp4: what was read back .* copy to another one") as caught:
            copy(plan([source], dest))
    assert caught.value.exit == 1
    assert "card/ä.mp4" not in lying(dest)
    copy(plan([source], dest))
    transfer.forget(dest)
    assert lying(dest) == wanted(source)


def test_reading_back_does_not_believe_the_cache(source: Path, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened, real = list[str](), os.open

    def watch(path: Any, flags: int, *rest: Any, **more: Any) -> int:
        if flags & os.O_DIRECT:
            opened.append(Path(path).name)
        return real(path, flags, *rest, **more)

    monkeypatch.setattr(os, "open", watch)
    copy(plan([source], dest))
    assert sorted(opened) == sorted(Path(name).name + ".logbook.part" for name in NAMES)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (5, "did not answer at .*[.]part .*Put it in again and start the same copy again"),
        (19, "did not answer at .*Put it in again and start the same copy again"),
        (28, "The medium is full at .*Make room on it and start the same copy again"),
        (27, "is larger than the medium takes"),
        (30, "can only be read now"),
    ],
)
def test_a_pulled_or_full_medium_names_the_file_and_what_to_do_and_the_same_call_goes_on(
    source: Path, dest: Path, monkeypatch: pytest.MonkeyPatch, error: int, words: str
) -> None:
    with monkeypatch.context() as patch:
        failing(patch, error, 9)
        with pytest.raises(Cannot, match=words) as caught:
            copy(plan([source], dest))
    assert caught.value.exit == 2
    seen: list[Progress] = []
    left = plan([source], dest)
    assert 0 < len(left.proved) < len(NAMES)
    copy(left, seen.append)
    transfer.forget(dest)
    assert lying(dest) == wanted(source)
    assert set(seen[-1].there) == {p.file.path for p in left.proved}
    assert set(seen[-1].there) | set(seen[-1].new) == set(wanted(source))


def test_a_source_that_stops_answering_is_named(source: Path, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(opened: int) -> Callable[[memoryview, int], int]:
        def read(into: memoryview, offset: int) -> int:
            raise OSError(5, "Input/output error")

        return read

    made = plan([source], dest)
    monkeypatch.setattr(transfer, "reader", torn)
    with pytest.raises(Cannot, match=r"The source .*card/.* cannot be read .*start the same copy again"):
        copy(made)


def test_a_file_that_was_proved_when_the_program_died_only_gets_its_name(
    source: Path, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pulled(*_: object) -> None:
        raise OSError(19, "No such device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", pulled)
        with pytest.raises(Cannot, match="did not answer"):
            copy(plan([source / NAMES[0]], dest))
    assert f"{NAMES[0]}.logbook.part" in lying(dest) and NAMES[0] not in lying(dest)
    monkeypatch.setattr(transfer, "reader", pulled)
    copy(plan([source / NAMES[0]], dest))
    transfer.forget(dest)
    assert lying(dest) == {NAMES[0]: (source / NAMES[0]).read_bytes()}


def test_paused_and_gone_on_with_no_byte_written_twice(
    source: Path, dest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, real = list[int](), blocks.write_all

    def write(opened: int, data: memoryview, offset: int) -> None:
        written.append(len(data))
        real(opened, data, offset)

    monkeypatch.setattr(transfer, "write_all", write)
    for times in (3, 7, 12):
        with pytest.raises(Paused):
            copy(plan([source], dest), wish=lambda enough=times: "pause" if len(written) >= enough else "")
    copy(plan([source], dest))
    transfer.forget(dest)
    assert lying(dest) == wanted(source)
    assert sum(written) == sum(map(len, wanted(source).values()))


def test_a_copy_that_is_given_up_takes_its_parts_away_and_keeps_whole_files(source: Path, dest: Path) -> None:
    asked: list[int] = []

    def wish() -> str:
        asked.append(1)
        return "stop" if len(asked) > 14 else ""

    with pytest.raises(Paused):
        copy(plan([source], dest), wish=wish)
    left = lying(dest)
    assert left and left.items() < wanted(source).items()


def test_what_a_crash_spoilt_in_a_part_is_written_anew(source: Path, dest: Path) -> None:
    data = (source / NAMES[0]).read_bytes()
    for spoilt in (data[:PAGE] + bytes(PAGE) + data[2 * PAGE :], data + b"more", data[: 2 * PAGE - 1]):
        dest.mkdir(parents=True, exist_ok=True)
        (dest / f"{NAMES[0]}.logbook.part").write_bytes(spoilt)
        copy(plan([source / NAMES[0]], dest))
        transfer.forget(dest)
        assert lying(dest) == {NAMES[0]: data}
        (dest / NAMES[0]).unlink()


def test_a_line_of_the_journal_that_was_cut_short_counts_as_not_written(source: Path, dest: Path) -> None:
    copy(plan([source], dest))
    book = dest / ledger.NAME
    book.write_bytes(book.read_bytes()[:-30])
    assert len(ledger.read(dest).proved) == len(NAMES) - 1
    copy(plan([source], dest))
    transfer.forget(dest)
    assert lying(dest) == wanted(source)


def test_a_source_that_changes_meanwhile_is_refused(source: Path, dest: Path) -> None:
    made = plan([source], dest)
    with (source / NAMES[0]).open("ab") as file:
        file.write(b"still recording")
    with pytest.raises(Differs, match=r"changed while it was copied\. Wait until its recording has ended"):
        copy(made)
    assert f"card/{NAMES[0]}" not in lying(dest)

    grown = plan([source / NAMES[0]], dest / "2")

    def report(progress: Progress) -> None:
        os.utime(source / NAMES[0], ns=(0, 0))

    with pytest.raises(Differs, match="changed while it was copied"):
        copy(grown, report)
    assert NAMES[0] not in lying(dest / "2")


def test_what_lies_there_without_a_journal_is_proved_by_reading_both(source: Path, dest: Path) -> None:
    copy(plan([source], dest))
    transfer.forget(dest)
    seen: list[Progress] = []
    assert len(copy(plan([source], dest), seen.append)) == len(NAMES)
    assert set(seen[-1].there) == set(wanted(source)) and not seen[-1].new
    transfer.forget(dest)
    other = dest / "card" / NAMES[0]
    other.write_bytes(bytes(other.stat().st_size))
    with pytest.raises(Differs, match=f"card/{NAMES[0]}: the folder holds another file of this name"):
        copy(plan([source], dest))
    assert other.read_bytes().strip(b"\0") == b"", "it was left as it is"


def test_progress_tells_bytes_rate_and_time_left(source: Path, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.footage.progress.EVERY", 0)
    seen: list[Progress] = []
    copy(plan([source], dest), seen.append)
    done = [p.done for p in seen]
    total = sum(map(len, wanted(source).values()))
    assert done == sorted(done) and done[-1] == seen[-1].total == total
    assert seen[-1].ended and seen[-1].left_s == 0 and seen[-1].rate > 0
    assert any(p.left_s and p.rate for p in seen[:-1])


def test_memory_stays_flat_whatever_is_copied(tmp_path: Path) -> None:
    source = tmp_path / "large.mp4"
    with source.open("wb") as file:  # with holes: only its copy takes room
        file.truncate(300 << 20)
    script = (
        "import re, sys\nfrom pathlib import Path\nfrom app.footage import transfer\n"
        "transfer.copy(transfer.plan([Path(sys.argv[1])], Path(sys.argv[2])))\n"
        "print(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, source, tmp_path / "copy"], cwd=ROOT, capture_output=True, text=True, timeout=60,
        check=True,
    )  # fmt: skip
    assert int(done.stdout) < 100 << 10
