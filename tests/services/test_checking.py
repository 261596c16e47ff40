"""A check of a copy that a day records: compared with the journal, and noted there; a bag of a copy."""

import errno
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from app.domain import Invalid, Refused
from app.domain import facts as f
from app.domain.facts.footage import Medium, Period
from app.domain.journal import Times
from app.footage import mhl
from app.footage.bag import check_bag
from app.services import checking, days
from app.store import journal
from app.store.db import transaction
from tests.conftest import MORNING, Installation
from tests.footage.ascmhl_tool import WHOLE, ask
from tests.footage.media import copy, file_hash, flip

Noted = list[f.FootageChecked]
CAM = "0008/cam 1.mkv"


def noted(installation: Installation, day: str) -> Noted:
    """Checks that the day's journal holds."""
    return [act.fact for act in installation.day(day).tagged("footage.checked")]


def record_copy(day: str, root: Path, folder: str = "") -> int:
    """The journal's entry of the copy in ``root``."""
    (first, *_) = mhl.read(root).generations
    medium, period = Medium("S-1", "flash", folder=folder), Period(MORNING, MORNING + timedelta(hours=1))
    fact = f.FootageCopied(
        ("0001-1",), ("0001",), medium, MORNING, MORNING, 4, 1, first.sha256, first.number, period,
    )  # fmt: skip
    log = days.log_of(day)
    with transaction(log):
        entry, _ = journal.append(log, fact, "p", Times(MORNING), str(uuid4()))
    return int(entry.seq)


def check(installation: Installation, day: str, root: Path, login: str = "tech") -> Any:
    actor = installation.people[login]
    clock = installation.clock
    return checking.check_of_day(actor, day, root, clock, lambda *_: clock.forward(minutes=5), lambda: "", str(uuid4()))


def test_the_result_is_noted_in_the_day(installation: Installation, day: str, tmp_path: Path) -> None:
    root = copy(tmp_path / "copy")
    record_copy(day, copy(tmp_path / "other", {"x": b"1"}))
    seq = record_copy(day, root)
    report = check(installation, day, root)
    flip(root / CAM)
    (root / "0008/cam 2.mkv").rename(root / "z.mkv")
    check(installation, day, root)
    whole, differs = noted(installation, day)
    assert (whole.target, whole.result, whole.generation, whole.counts) == (seq, "whole", 2, (0, 0, 0, 0, 0))
    assert whole.manifest == report.generation.sha256
    assert MORNING < whole.at < differs.at, "the entry is of the end of the reading"
    received = [line.received for line in installation.day(day).lines]
    assert received == sorted(received)
    assert (differs.result, differs.generation, differs.counts) == ("differs", 3, (1, 0, 0, 1, 0))
    assert (differs.changed, differs.renamed) == ((CAM,), ("0008/cam 2.mkv -> z.mkv",))


def test_a_history_that_is_not_the_recorded_one_differs(installation: Installation, day: str, tmp_path: Path) -> None:
    root = copy(tmp_path / "copy")
    record_copy(day, root, "media/copy")
    for path in (root / "ascmhl").iterdir():
        path.unlink()
    flip(root / CAM)
    mhl.add(root, [file_hash(root, CAM)], mhl.COPY, "somebody", MORNING)
    check(installation, day, root)
    (found,) = noted(installation, day)
    assert (found.result, found.counts[0]) == ("differs", 1)
    assert found.changed[0].startswith("ascmhl/0001_copy_")


def test_a_check_of_a_medium_that_can_only_be_read_is_noted(
    installation: Installation, day: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = copy(tmp_path / "copy")
    seq = record_copy(day, root)

    def closed(*_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(mhl, "_write", closed)
    report = check(installation, day, root)
    assert report.generation is None and "Read-only" in str(report.unwritten)
    (found,) = noted(installation, day)
    copied = installation.day(day).acts[seq].fact
    assert (found.result, found.generation, found.manifest) == ("whole", 1, copied.manifest)


def test_nothing_is_noted_for_strangers_and_other_copies(installation: Installation, day: str, tmp_path: Path) -> None:
    root = copy(tmp_path / "copy")
    with pytest.raises(checking.NotChecked):
        check(installation, day, root)
    record_copy(day, root)
    with pytest.raises(Refused):
        check(installation, day, root, "commission")
    assert noted(installation, day) == [] and len(mhl.read(root).generations) == 1


def test_at_most_a_hundred_names_and_all_of_their_number(tmp_path: Path) -> None:
    root = copy(tmp_path, {f"{n:03d}.mkv": bytes([n]) for n in range(130)})
    for n in range(125):
        (root / f"{n:03d}.mkv").unlink()
    fact = checking.fact_of(checking.check(root, "tech", MORNING), {}, 7, MORNING)
    assert (len(fact.missing), fact.counts) == (100, (0, 125, 0, 0, 0))


def test_a_bag_holds_the_copy_and_its_history(tmp_path: Path) -> None:
    root, target = copy(tmp_path / "copy"), tmp_path / "bag"
    hashes = checking.bag(root, target, MORNING)
    assert len(hashes) == 6 and check_bag(target) == []
    assert ask("verify", target / "data")[0] == WHOLE


def test_a_copy_that_is_not_as_it_was_copied_is_not_packed(tmp_path: Path) -> None:
    root, target = copy(tmp_path / "copy"), tmp_path / "bag"
    flip(root / CAM)
    with pytest.raises(Invalid, match="check the copy"):
        checking.bag(root, target, MORNING)
    flip(root / CAM)
    (root / CAM).unlink()
    with pytest.raises(checking.NotChecked):
        checking.bag(root, target, MORNING)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy"]
