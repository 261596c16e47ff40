"""A BagIt bag that the library ``bagit`` takes; what is wrong with one is named by both."""

import logging
import os
import re
from pathlib import Path

import bagit
import pytest

from app.domain import Invalid
from app.footage import bag
from tests.footage.media import flip

INFO = {"External-Identifier": "23-0001-2026-06-01", "Contact-Name": "Мария\nИванова", "Bagging-Date": "2026-06-01"}
NAMES = ["cam 1.mkv", "sub/вид й.mkv", "line\nbreak.txt", "carriage\rreturn.txt"]

logging.getLogger("bagit").setLevel(logging.CRITICAL)


@pytest.fixture
def made(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    source.write_bytes(b"video" * 1000)
    bag.write(tmp_path / "bag", [*((name, source) for name in NAMES), ("small.json", b"{}")], INFO)
    return tmp_path / "bag"


def valid(folder: Path) -> bool:
    return bool(bagit.Bag(str(folder)).is_valid())


def wrong(folder: Path) -> list[str]:
    return [f"{p.file}: {p.what}" for p in bag.check_bag(folder)]


def test_the_library_and_we_find_the_bag_whole(made: Path) -> None:
    assert valid(made) and wrong(made) == []
    read = bagit.Bag(str(made))
    assert (read.info["Payload-Oxum"], read.info["Contact-Name"]) == ("20002.5", "Мария Иванова")
    assert read.version_info == (1, 0) and set(read.payload_files()) == {f"data/{n}" for n in [*NAMES, "small.json"]}
    assert sorted(p.name for p in made.parent.iterdir()) == ["bag", "source"]


def test_a_changed_file_is_named_by_both(made: Path) -> None:
    flip(made / "data/sub/вид й.mkv")
    assert wrong(made) == ["data/sub/вид й.mkv: The file was changed."]
    with pytest.raises(bagit.BagValidationError, match=re.escape("data/sub/вид й.mkv")):
        bagit.Bag(str(made)).validate()


def test_missing_added_and_changed_tag_files_are_named(made: Path) -> None:
    (made / "data/small.json").unlink()
    (made / "data/extra").write_bytes(b"")
    flip(made / "bag-info.txt", 3)
    assert wrong(made) == [
        "data/extra: The file stands in no manifest.",
        "bag-info.txt: The file was changed.",
        "data/small.json: The file is missing.",
    ]
    assert not valid(made)


def test_a_line_that_leads_out_of_the_bag_is_named_and_not_followed(made: Path) -> None:
    manifest = made / "manifest-sha256.txt"
    manifest.write_text(manifest.read_text(encoding="utf-8") + f"{'0' * 64}  ../source\nno line\n", encoding="utf-8")
    lines = [p.line for p in bag.check_bag(made) if p.line]
    assert lines == [6, 7]
    assert not any("source" in p.file for p in bag.check_bag(made))


def test_a_cut_off_or_empty_folder_is_no_bag(tmp_path: Path) -> None:
    assert set(wrong(tmp_path)) == {"bagit.txt: The file is missing.", "manifest-sha256.txt: The file is missing."}


def test_a_percent_sign_is_written_as_the_standard_says(tmp_path: Path) -> None:
    bag.write(tmp_path / "bag", [("50%41.txt", b"1")], {})
    assert "data/50%2541.txt" in (tmp_path / "bag/manifest-sha256.txt").read_text(encoding="utf-8")
    assert wrong(tmp_path / "bag") == []


def test_a_bag_stands_there_whole_or_not_at_all(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"1")
    for payload in ([("a", source), ("b", tmp_path / "none")], [("../a", source)], [("a", b"1"), ("a", b"2")]):
        with pytest.raises((Invalid, OSError)):
            bag.write(tmp_path / "bag", payload, {})
        assert [p.name for p in tmp_path.iterdir()] == ["source"]
    with pytest.raises(Invalid, match="is not what was copied"):
        bag.write(tmp_path / "bag", [("a", source)], {}, expected={"a": "0" * 64})
    bag.write(tmp_path / "bag", [("a", source)], {})
    with pytest.raises(Invalid, match="exists already"):
        bag.write(tmp_path / "bag", [("a", source)], {})


def test_linked_files_take_no_second_place_on_the_medium(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"1")
    bag.write(tmp_path / "bag", [("a", source)], {}, linked=True)
    assert os.path.samefile(source, tmp_path / "bag/data/a") and valid(tmp_path / "bag")
