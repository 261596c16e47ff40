"""Before the first byte every reason against a copy is told at once, and nothing was written."""

import os
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest

from app.footage import preflight, transfer
from app.footage.media import MediumFacts
from app.footage.transfer import Cannot, copy, plan

STICK = MediumFacts("4C53", "PES", "ext4", "flash", 32 * 10**9, 30 * 10**9)
FAT = replace(STICK, file_system="vfat")


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "card"
    (folder / "sub").mkdir(parents=True)
    (folder / "a.mp4").write_bytes(b"a" * 100)
    (folder / "sub" / "b.mp4").write_bytes(b"b" * 200)
    return folder


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "copy"


def reasons(sources: list[Path], dest: Path, on: MediumFacts = STICK) -> list[str]:
    before = sorted(dest.rglob("*"))
    with pytest.raises(Cannot) as caught:
        plan(sources, dest, on=on)
    assert sorted(dest.rglob("*")) == before, "something was written"
    return [str(m) for m in caught.value.messages]


def test_a_plan_says_what_goes_where(card: Path, dest: Path) -> None:
    made = plan([card, card / "a.mp4"], dest, on=STICK)
    assert [(i.path, i.part, i.size) for i in made.items] == [
        ("a.mp4", "a.mp4.logbook.part", 100),
        ("card/a.mp4", "card/a.mp4.logbook.part", 100),
        ("card/sub/b.mp4", "card/sub/b.mp4.logbook.part", 200),
    ]
    assert (made.size, made.to_write, dest.exists()) == (400, 400, False)


def test_what_systems_and_earlier_copies_leave_and_links_are_left_out(card: Path, dest: Path) -> None:
    for name in ("ascmhl/0001.mhl", "System Volume Information/x", ".Trash-0/y", ".logbook-copy.jsonl"):
        (card / name).parent.mkdir(exist_ok=True)
        (card / name).write_bytes(b"x")
    (card / "link.mp4").symlink_to(card / "a.mp4")
    os.mkfifo(card / "pipe")
    made = plan([card], dest, on=STICK)
    assert [i.path for i in made.items] == ["card/a.mp4", "card/sub/b.mp4"]
    assert sorted(made.left_out) == sorted(
        f"card/{n}"
        for n in (".Trash-0", ".logbook-copy.jsonl", "System Volume Information", "ascmhl", "link.mp4", "pipe")
    )


def test_a_source_that_is_not_there_or_holds_nothing(tmp_path: Path, dest: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert reasons([tmp_path / "empty"], dest) == ["There is no file to copy. Name the folder that holds the footage."]
    told = reasons([tmp_path / "none"], dest)
    assert told == [
        f"{tmp_path}/none cannot be read (No such file or directory). Is the medium in, and may you read it?"
    ]


def test_a_file_that_may_not_be_read(card: Path, dest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, flags: int = 0) -> int:
        if path.name == "b.mp4":
            raise PermissionError(13, "Permission denied")
        return os.open(path, os.O_RDONLY | flags)

    monkeypatch.setattr("app.footage.sources.open_quietly", refuse)
    assert reasons([card], dest) == [
        f"{card}/sub/b.mp4 cannot be read (Permission denied). Is the medium in, and may you read it?"
    ]


@pytest.mark.parametrize(
    ("source", "dest"),
    [("card", "card/copy"), ("card", "card"), ("card/sub", "card"), ("card/a.mp4", "card"), ("card", "alias/copy")],
)
def test_source_and_destination_lie_in_one_another(tmp_path: Path, card: Path, source: str, dest: str) -> None:
    (tmp_path / "alias").symlink_to(card)
    assert any("lie in one another" in told for told in reasons([tmp_path / source], tmp_path / dest))


def test_too_little_room_counts_off_what_is_there_already(card: Path, dest: Path) -> None:
    small = replace(STICK, free=preflight.RESERVE + 299)
    assert reasons([card], dest, small) == [
        "The medium has 1.0 MB free and 1.0 MB are needed. Use a larger one, or copy in two parts."
    ]
    (dest / "card").mkdir(parents=True)
    (dest / "card" / "a.mp4.logbook.part").write_bytes(b"a")
    assert plan([card], dest, on=small).to_write == 299
    copy(plan([card], dest, on=STICK))
    assert plan([card], dest, on=replace(STICK, free=0)).to_write == 0


def test_a_file_of_4_gib_does_not_fit_on_fat32_and_one_byte_less_does(card: Path, dest: Path) -> None:
    with (card / "a.mp4").open("wb") as file:
        file.truncate(2**32)
    assert reasons([card], dest, FAT) == [
        "The medium is formatted with FAT32, which takes no file over 4 GB: card/a.mp4 has 4.3 GB. "
        "Use one formatted with exFAT or NTFS."
    ]
    plan([card], dest, on=replace(FAT, file_system="exfat"))
    os.truncate(card / "a.mp4", 2**32 - 1)
    plan([card], dest, on=FAT)


def test_a_medium_that_can_only_be_read(card: Path, dest: Path) -> None:
    assert reasons([card], dest, replace(STICK, read_only=True)) == [
        "The medium can only be read. Take its write protection off, or use another."
    ]


@pytest.mark.parametrize(
    "name", ["10:00.mp4", "a?.mp4", 'a".mp4', "a\\b.mp4", "con.mp4", "LPT1", "end.", "end ", "a|b", "<x>", "a*"]
)
def test_names_that_windows_file_systems_cannot_hold(card: Path, dest: Path, name: str) -> None:
    (card / name).write_bytes(b"x")
    plan([card], dest, on=STICK)
    for system in ("vfat", "exfat", "ntfs3", "fuseblk"):
        told = reasons([card], dest, replace(STICK, file_system=system))
        assert told == [
            f"card/{name}: the medium cannot hold the name «{name}». Use a medium formatted for Linux (ext4), or name "
            "the copies by the rule."
        ]


def test_long_names_are_counted_as_the_medium_counts_them(card: Path, dest: Path) -> None:
    name = "к" * 127 + ".mp4"  # 258 bytes, 131 letters: some system has made it
    found = [preflight.Found(card / "a.mp4", name, 100, 0)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preflight, "find", lambda sources: (found, [], []))
        assert reasons([card], dest) == [
            f"{name}: the name is longer than the medium takes. Name the copies by the rule."
        ]
        plan([card], dest, on=FAT)
    (card / ("n" * 255)).write_bytes(b"just fits")
    copy(plan([card], dest, on=STICK))
    assert (dest / "card" / ("n" * 255)).read_bytes() == b"just fits"


@pytest.mark.parametrize("name", [b"\xea\xe0\xec.mp4", b"a\nb.mp4"])
def test_names_that_are_no_readable_text(card: Path, dest: Path, name: bytes) -> None:
    (card / os.fsdecode(name)).write_bytes(b"x")
    (told,) = reasons([card], dest)
    assert told.startswith("card/") and "is not readable text" in told
    told.encode()


def test_names_that_would_overwrite_one_another(card: Path, dest: Path, tmp_path: Path) -> None:
    (card / "A.MP4").write_bytes(b"x")
    plan([card], dest, on=STICK)
    for system in ("vfat", "exfat", "ntfs"):
        (told,) = reasons([card], dest, replace(STICK, file_system=system))
        assert "card/A.MP4 and card/a.mp4 would be one file" in told
    os.remove(card / "A.MP4")
    for form in ("NFC", "NFD"):
        (card / unicodedata.normalize(form, "Зал й.mp4")).write_bytes(b"x")
    (told,) = reasons([card], dest)
    assert "would be one file on the medium" in told
    (tmp_path / "second").mkdir()
    (tmp_path / "second" / "a.mp4").write_bytes(b"x")
    (told,) = reasons([card / "a.mp4", tmp_path / "second" / "a.mp4"], dest)
    assert "a.mp4 and a.mp4 would be one file" in told


def test_a_folder_that_holds_something_else(card: Path, dest: Path) -> None:
    (dest / "card").mkdir(parents=True)
    (dest / "card" / "a.mp4").write_bytes(b"another length")
    (dest / "card" / "sub").mkdir()
    (dest / "card" / "sub" / "B.mp4").write_bytes(b"b" * 200)
    assert reasons([card], dest) == ["card/a.mp4: the folder holds another file of this name. Choose another folder."]
    assert sorted(reasons([card], dest, FAT)) == [
        "card/a.mp4: the folder holds another file of this name. Choose another folder.",
        "card/sub/b.mp4: the folder holds card/sub/B.mp4, which would be the same name. Choose another folder.",
    ]
    (dest / "card" / "a.mp4").unlink()
    (dest / "card" / "a.mp4").symlink_to(card / "a.mp4")
    assert "which would be the same name" in reasons([card], dest)[0]


def test_a_folder_on_the_medium_that_is_a_link(card: Path, dest: Path, tmp_path: Path) -> None:
    (dest / "card").mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (dest / "card" / "sub").symlink_to(tmp_path / "outside")
    assert reasons([card], dest) == [
        "card/sub on the medium is a link, through which nothing is written. Choose another folder."
    ]


def test_a_destination_that_is_a_file(card: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert f"{tmp_path}/file is a file. Name a folder for the copy." in reasons([card], tmp_path / "file")


def test_an_unfinished_copy_of_other_files_is_finished_first(card: Path, dest: Path, tmp_path: Path) -> None:
    with pytest.raises(transfer.Paused):
        copy(plan([card], dest, on=STICK), wish=lambda: "pause")
    (tmp_path / "other.mp4").write_bytes(b"x")
    assert reasons([tmp_path / "other.mp4"], dest) == [
        "The folder holds an unfinished copy of other files. Finish that one first, or choose another folder."
    ]
    (card / "later.mp4").write_bytes(b"recorded meanwhile")
    copy(plan([card], dest, on=STICK))


def test_a_source_that_changed_since_it_was_copied(card: Path, dest: Path) -> None:
    copy(plan([card], dest, on=STICK))
    (card / "a.mp4").write_bytes(b"longer" * 100)
    assert reasons([card], dest) == [
        "card/a.mp4 has changed at the source since it was copied. Copy it to another folder."
    ]


def test_every_reason_is_told_at_once(card: Path, tmp_path: Path) -> None:
    (card / "10:00.mp4").write_bytes(b"x")
    os.truncate(card / "a.mp4", 2**32)
    told = reasons([card, tmp_path / "none"], card / "copy", replace(FAT, read_only=True, free=1))
    parts = ("cannot be read", "lie in one another", "only be read", "cannot hold the name", "FAT32", "free and")
    assert [sum(part in text for text in told) for part in parts] == [1] * len(parts)
    assert len(told) == len(parts)
