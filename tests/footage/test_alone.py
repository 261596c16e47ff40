"""A copy keeps to its folder: no other program writes there meanwhile, and no link leads out of it."""

import os
from pathlib import Path

import pytest

from app.footage import ledger, transfer
from app.footage.transfer import Cannot, copy, plan

FILES = {"a.mp4": b"a" * 9000, "sub/b.mp4": b"b" * 5000}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "card"
    for name, data in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def dest(tmp_path: Path) -> Path:
    return tmp_path / "medium" / "copy"


def lying(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_two_programs_never_write_into_one_folder(source: Path, dest: Path) -> None:
    """The second would go on in a file that the first has proved and named."""
    late, refused = plan([source], dest), list[str]()

    def meanwhile() -> str:
        if not refused:
            with pytest.raises(Cannot, match="Another copy or check is working on this medium") as caught:
                copy(late)
            refused.append(str(caught.value))
        return ""

    copy(plan([source], dest), wish=meanwhile)
    assert refused
    transfer.forget(dest)
    copy(late)
    transfer.forget(dest)
    assert lying(dest) == {f"card/{name}": data for name, data in FILES.items()}


def test_nothing_is_written_through_a_link_that_lies_on_the_medium(source: Path, dest: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "own").write_text("precious")
    dest.mkdir(parents=True)
    (dest / f"{ledger.NAME}.new").symlink_to(outside / "own")
    made = plan([source], dest)
    (dest / "card").mkdir()
    (dest / "card" / "sub").symlink_to(outside)
    with pytest.raises(Cannot, match="did not answer"):
        copy(made)
    assert lying(outside) == {"own": b"precious"}


def test_a_source_that_became_a_link_is_not_followed(source: Path, dest: Path, tmp_path: Path) -> None:
    made, file = plan([source], dest), source / "a.mp4"
    os.rename(file, tmp_path / "elsewhere")
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(Cannot, match="cannot be read"):
        copy(made)


def test_a_journal_that_is_no_file_says_nothing(source: Path, dest: Path) -> None:
    dest.mkdir(parents=True)
    os.mkfifo(dest / ledger.NAME)
    assert plan([source], dest).proved == ()
