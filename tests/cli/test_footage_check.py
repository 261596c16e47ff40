"""``flask footage check`` and ``bag``: what they print, and what they answer to the shell."""

import json
from pathlib import Path

from tests.cli.test_commands import run
from tests.conftest import Installation
from tests.footage.media import copy, flip

CAM = "0008/cam 1.mkv"


def test_check_says_whole_names_what_differs_or_that_it_could_not(installation: Installation, tmp_path: Path) -> None:
    root = copy(tmp_path / "copy")
    assert run(installation, "footage", "check", root)[0] == "whole: 4 files, 112000 bytes as they were copied"
    flip(root / CAM)
    (root / "0008/cam 2.mkv").rename(root / "0008/CAM 2.mkv")
    lines = run(installation, "footage", "check", root, code=1)
    assert lines[0].startswith(f"changed\t{CAM}\tsha256 ")
    assert lines[1] == "renamed\t0008/cam 2.mkv\tnow 0008/CAM 2.mkv (capital and small letters)"
    assert lines[-1].startswith("manifest: generation 3, SHA-256 ")
    report = json.loads("\n".join(run(installation, "footage", "check", root, "--json", code=1)))
    assert (report["result"], report["counts"]) == ("differs", [1, 0, 0, 1, 0])
    assert (report["changed"][0]["path"], report["generation"]["number"]) == (CAM, 4)


def test_what_cannot_be_checked_is_two(installation: Installation, tmp_path: Path) -> None:
    assert run(installation, "footage", "check", tmp_path, code=2)[-1].endswith("holds no history of a copy.")
    root = copy(tmp_path / "copy")
    run(installation, "footage", "check", root, "--by", "nobody", code=2)
    run(installation, "footage", "check", root, "--day", "45-0007-2026-06-01", code=2)
    assert len(list((root / "ascmhl").glob("*.mhl"))) == 1


def test_who_checked_stands_in_the_manifest(installation: Installation, tmp_path: Path) -> None:
    root = copy(tmp_path / "copy")
    run(installation, "footage", "check", root, "--by", "tech")
    (second,) = (root / "ascmhl").glob("0002_*.mhl")
    assert installation.people["tech"].name in second.read_text(encoding="utf-8")


def test_bag_packs_a_copy_once(installation: Installation, tmp_path: Path) -> None:
    root, target = copy(tmp_path / "copy"), tmp_path / "bag"
    assert run(installation, "footage", "bag", root, target) == [f"{target}\t6 files"]
    assert run(installation, "footage", "bag", root, target, code=1)[-1].endswith("bag exists already.")
    run(installation, "footage", "bag", tmp_path, tmp_path / "other", code=2)
