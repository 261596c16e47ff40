"""The reference tool ``ascmhl`` reads what we write and says of it what we say; we read what it writes."""

from pathlib import Path

from app.footage import mhl
from tests.footage.ascmhl_tool import FAILED, MISSING, NEW, WHOLE, ask
from tests.footage.media import FILES, copy, flip, look, put

CAM = "0008/cam 1.mkv"


def test_the_tool_finds_our_copy_whole_and_goes_on_from_it_and_we_from_that(tmp_path: Path) -> None:
    root = copy(tmp_path / "copy")
    look(root)
    put(root, {"0008/cam 2.mkv.part": b"1"})
    for command in ("verify", "diff", "info"):
        code, text = ask(command, root)
        assert code == WHOLE, text
    assert "Generation 2" in text and "technical-logbook" in text
    (root / "0008/cam 2.mkv.part").unlink()
    put(root, {"later.txt": b"later"})
    code, text = ask("create", root)
    assert code == WHOLE and text.count("verified") == len(FILES) and "created original hash for     later.txt" in text
    history = mhl.read(root)
    assert [g.tool for g in history.generations] == ["technical-logbook 1", "technical-logbook 1", "ascmhl 0.9"]
    assert (history.problems, history.files["later.txt"].hashes.keys()) == ((), {"xxh128"})
    report = look(root)
    assert (report.result, report.files) == ("whole", len(FILES) + 1)
    assert report.generation is not None and report.generation.number == 4
    assert "sha256" in mhl.read(root).files["later.txt"].hashes, "from now on it has our hash as well"
    flip(root / "later.txt", 0)
    assert [(c.path, c.kind) for c in look(root).changed] == [("later.txt", "sha256")]


def test_the_tool_and_our_check_name_the_same_files(tmp_path: Path) -> None:
    root = copy(tmp_path / "copy")
    flip(root / CAM)
    code, text = ask("verify", root)
    assert code == FAILED and f"hash mismatch        for {CAM}" in text
    assert [c.path for c in look(root).changed] == [CAM]
    assert ask("verify", root)[0] == FAILED, "after our check as well"
    flip(root / CAM)
    (root / "new.mkv").write_bytes(b"new")
    code, text = ask("verify", root)
    assert code == NEW and "found new file new.mkv" in text and look(root).added == ("new.mkv",)
    (root / "new.mkv").unlink()
    (root / CAM).unlink()
    code, text = ask("verify", root)
    assert code == MISSING and CAM in text and look(root).missing == (CAM,)
