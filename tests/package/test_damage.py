"""A package that was damaged in any way is red with its reason: never green, never a traceback."""

import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from app.package import verify
from tests.package.conftest import Made, entries, unpack

Change = Callable[[dict[str, bytes], dict[str, bytes]], None]


def zipped(target: Path, base: str, files: dict[str, bytes], double: str = "") -> Path:
    """A zip as the logbook writes it, of any files."""
    out, table, offset = b"", [], 0
    for name, content in [*files.items(), *([(double, files[double])] if double else [])]:
        path, crc = f"{base}/{name}".encode(), zlib.crc32(content)
        table.append(verify.central_header(path, crc, len(content), len(out)))
        out += verify.local_header(path, crc, len(content)) + content
    offset = len(out)
    target.write_bytes(out + b"".join(table) + verify.end_header(len(table), sum(map(len, table)), offset))
    return target


def test_cut_at_any_byte_it_is_red(made: Made, tmp_path: Path) -> None:
    whole, cut = made.first.read_bytes(), tmp_path / "cut.zip"
    rng = random.Random(6)
    places = {0, 1, 21, 22, 23, *(len(whole) - n for n in range(1, 60))}
    places |= {rng.randrange(len(whole)) for _ in range(60)}
    for place in sorted(places):
        cut.write_bytes(whole[:place])
        answer = made.judged(cut)
        assert (answer.exit, answer.lines[0]) == (1, "changed"), place


def test_a_flipped_bit_anywhere_is_red(made: Made, tmp_path: Path) -> None:
    whole, bad = made.first.read_bytes(), tmp_path / "flipped.zip"
    rng = random.Random(7)
    with zipfile.ZipFile(made.first) as opened:
        starts = [i.header_offset + n for i in opened.infolist() for n in (4, 6, 8, 10, 12, 14, 26, 28, 35)]
        table = opened.start_dir
    places = [*starts, *(table + n for n in range(0, len(whole) - table, 7))]
    places += [len(whole) - n for n in range(1, 23)] + [rng.randrange(len(whole)) for _ in range(150)]
    for place in places:
        changed = bytearray(whole)
        changed[place] ^= 1 << rng.randrange(8)
        bad.write_bytes(changed)
        answer = made.judged(bad)
        assert answer.exit == 1, place


def test_a_flipped_byte_in_every_file_is_red(made: Made, tmp_path: Path) -> None:
    files = entries(made.first)
    for name, content in files.items():
        changed = bytes([content[0] ^ 1]) + content[1:]
        bad = zipped(tmp_path / "bad.zip", made.day, {**files, name: changed})
        assert made.judged(bad).exit == 1, name


@pytest.mark.parametrize(
    ("where", "junk"), [("end", b"\0"), ("end", b"PK\5\6" + bytes(18)), ("begin", b"\0"), ("begin", b"#!/bin/sh\n")]
)
def test_anything_added_around_the_zip_is_red(made: Made, tmp_path: Path, where: str, junk: bytes) -> None:
    whole, bad = made.first.read_bytes(), tmp_path / "bad.zip"
    bad.write_bytes(whole + junk if where == "end" else junk + whole)
    assert "zip" in made.reason(bad)


def test_every_file_that_is_missing_is_named(made: Made, tmp_path: Path) -> None:
    files = entries(made.first)
    for name in files:
        without = {n: c for n, c in files.items() if n != name}
        reason = made.reason(zipped(tmp_path / "bad.zip", made.day, without))
        assert name in reason and ("missing" in reason or "manifest" in name or name == "bagit.txt"), reason


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("data/more.txt", "was added"),
        ("data/attachments/" + "0" * 64 + ".jpg", "was added"),
        ("data/documents/other.pdf", "was added"),
        ("more.txt", "does not belong"),
        ("certificates/x.pem", "does not belong"),
        ("../evil.py", "no file of a package is called"),
        ("data/../../evil.py", "no file of a package is called"),
        ("data//evil.py", "no file of a package is called"),
        ("C:evil.py", "no file of a package is called"),
        ("a/b/c/d/e/f", "no file of a package is called"),
    ],
)
def test_every_file_that_was_added_is_named(made: Made, tmp_path: Path, name: str, reason: str) -> None:
    bad = zipped(tmp_path / "bad.zip", made.day, {**entries(made.first), name: b"x"})
    assert reason in made.reason(bad)


def test_a_file_twice_an_empty_one_and_one_outside_the_folder_are_red(made: Made, tmp_path: Path) -> None:
    files, bad = entries(made.first), tmp_path / "bad.zip"
    assert "is there twice" in made.reason(zipped(bad, made.day, files, double="data/vkey"))
    assert "is empty" in made.reason(zipped(bad, made.day, {**files, "data/index.html": b""}))
    alike = zipped(bad, made.day, {**files, "data/VKEY": b"one name on some disks"})
    assert "is there twice" in made.reason(alike)
    assert "folder is called" in made.reason(zipped(bad, "another-day", files))
    for base in ("..", ".", "a b", "\\", ""):
        assert "outside" in made.reason(zipped(bad, base, files)), base
    outside = zipped(bad, made.day, files).read_bytes().replace(f"{made.day}/data/vkey".encode(), b"x" * 27)
    bad.write_bytes(outside)
    assert made.judged(bad).exit == 1


def test_files_swapped_between_two_packages_of_one_day_are_red(made: Made, tmp_path: Path) -> None:
    """Singly and all of a kind: what the log's key signed is one list of files."""
    first, later, bad = entries(made.first), entries(made.later), tmp_path / "bad.zip"
    differing = [name for name in first if name in later and first[name] != later[name]]
    assert {"data/journal.jsonl", "data/checkpoint", "manifest.note", "data/bodies.jsonl"} <= set(differing)
    for name in differing:
        assert made.judged(zipped(bad, made.day, {**first, name: later[name]})).exit == 1, name
    tags = {n: later[n] for n in later if not n.startswith("data/")}
    assert made.judged(zipped(bad, made.day, {**first, **tags})).exit == 1
    journal = {n: later[n] for n in ("data/journal.jsonl", "data/bodies.jsonl", "data/checkpoint")}
    assert made.judged(zipped(bad, made.day, {**first, **journal})).exit == 1


def test_an_old_note_does_not_vouch_for_a_new_list(made: Made, tmp_path: Path) -> None:
    """Manifest and tag manifest made anew by somebody without the log's key."""
    files = entries(made.first)
    files["data/index.html"] = files["data/index.html"].replace("Журнал".encode(), "Газета".encode())
    payload = {n: verify.hashlib.sha256(c).hexdigest() for n, c in files.items() if n.startswith("data/")}
    files["manifest-sha256.txt"] = verify.listing(payload).encode()
    tags = {n: verify.hashlib.sha256(files[n]).hexdigest() for n in verify.TAG_FILES}
    files[verify.TAGS] = verify.listing(tags).encode()
    assert made.reason(zipped(tmp_path / "bad.zip", made.day, files)) == "manifest.note is of another package"
    files["bag-info.txt"] = files["bag-info.txt"].replace(b"One exam day", b"Two exam days")
    files["data/index.html"] = entries(made.first)["data/index.html"]
    files["manifest-sha256.txt"] = entries(made.first)["manifest-sha256.txt"]
    tags = {n: verify.hashlib.sha256(files[n]).hexdigest() for n in verify.TAG_FILES}
    files[verify.TAGS] = verify.listing(tags).encode()
    assert made.reason(zipped(tmp_path / "bad.zip", made.day, files)) == "bag-info.txt was changed"


JUNK = [b"", b"PK\5\6" + bytes(18), b"no zip at all", b"%PDF-1.7 of no logbook", bytes(5000)]


@pytest.mark.parametrize("content", JUNK)
def test_what_is_no_package_gets_an_answer(made: Made, tmp_path: Path, content: bytes) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(content)
    assert made.judged(bad).exit in (1, 2)
    assert verify.check(str(bad)).exit in (1, 2)
    (tmp_path / "empty").mkdir()
    assert made.reason(tmp_path / "empty") == "there are no files"


def test_a_zip_packed_anew_says_what_to_do(made: Made, tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in entries(made.first).items():
            out.writestr(f"{made.day}/{name}", content)
    assert "Unpack it and check the folder" in made.reason(bad)
    assert made.judged(unpack(bad, tmp_path / "unpacked")).exit == 2, "only openssl is missing"


def test_a_bomb_an_encrypted_file_and_a_link_are_refused_unread(made: Made, tmp_path: Path) -> None:
    bad = tmp_path / "bad.zip"
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(f"{made.day}/data/journal.jsonl", bytes(50_000_000))
    assert "is compressed" in made.reason(bad)
    whole = bytearray(made.first.read_bytes())
    with zipfile.ZipFile(made.first) as opened:
        table = opened.start_dir
    bad.write_bytes(whole[: table + 8] + b"\1" + whole[table + 9 :])
    assert "is encrypted" in made.reason(bad)
    bad.write_bytes(whole[: table + 38] + (0o120777 << 16).to_bytes(4, "little") + whole[table + 42 :])
    assert "is no file" in made.reason(bad)
    folder = unpack(made.first, tmp_path / "linked")
    (folder / "data" / "vkey").rename(tmp_path / "vkey")
    (folder / "data" / "vkey").symlink_to(tmp_path / "vkey")
    assert "is no file but a link" in made.reason(folder)


def test_huge_numbers_in_the_zips_end_are_answered_at_once(made: Made, tmp_path: Path) -> None:
    bad, whole = tmp_path / "bad.zip", made.first.read_bytes()
    for end in (verify.end_header(65535, 0xFFFFFFFF, 0xFFFFFFFF), verify.end_header(0, 0, len(whole) - 22)):
        bad.write_bytes(whole[:-22] + end)
        assert made.judged(bad).exit == 1
