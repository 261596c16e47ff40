"""``flask footage copy``: what it says, what it answers to the shell, and what it hands to the day."""

import os
import re
import signal
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from app.domain.facts import Medium
from app.footage import blocks, ledger, proof, transfer
from app.services import copying
from tests.conftest import CODE, EXAM, MORNING, Clock, Installation, make_app

DAY = f"{CODE}-{EXAM}"


@pytest.fixture
def card(tmp_path: Path) -> Path:
    folder = tmp_path / "card"
    folder.mkdir()
    (folder / "зал й.mp4").write_bytes(b"a" * 9000)
    (folder / "b.MP4").write_bytes(b"b" * 5000)
    return folder


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """The command where no installation is; its exit code and what it says."""
    runner = make_app(tmp_path / "no instance", Clock()).test_cli_runner()

    def type_(*words: object) -> tuple[int, str]:
        return answer(runner.invoke(args=["footage", "copy", *map(str, words)]))

    return type_


def answer(result: Result) -> tuple[int, str]:
    assert "Traceback" not in result.output
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def on_day(installation: Installation, *words: object) -> tuple[int, str]:
    every = ["footage", "copy", *map(str, words), "--day", DAY, "--by", "tech"]
    return answer(installation.app.test_cli_runner().invoke(args=every))


def test_a_copy_needs_no_installation_and_lists_what_is_new_and_what_was_there(
    card: Path, tmp_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    code, said = run(card, tmp_path / "copy")
    assert code == 0
    assert re.search(r"^2 files, 14 kB, to .*/copy$", said, re.M)
    assert re.findall(r"^new\t(\S.*?)\t(\d+)\t[0-9a-f]{64}$", said, re.M) == [
        ("card/b.MP4", "5000"),
        ("card/зал й.mp4", "9000"),
    ]
    assert (tmp_path / "copy" / "card" / "зал й.mp4").read_bytes() == b"a" * 9000
    assert not (tmp_path / "copy" / ledger.NAME).exists()
    (card / "later.mp4").write_bytes(b"c")
    code, said = run(card, tmp_path / "copy")
    assert code == 0 and re.findall(r"^(new|already there)\tcard/(.)", said, re.M) == [
        ("already there", "b"), ("new", "l"), ("already there", "з")
    ]  # fmt: skip


def test_every_reason_stands_on_a_line_and_the_answer_is_2(
    card: Path, tmp_path: Path, run: Callable[..., tuple[int, str]]
) -> None:
    code, said = run(card, tmp_path / "none", card / "inside")
    assert code == 2
    assert "lie in one another" in said and "none cannot be read" in said and said.count("\n") == 2


@pytest.mark.parametrize("words", [["--day", DAY], ["--by", "tech"], ["--kind", "tape"], ["--name", "mine"]])
def test_wrong_usage_answers_2(
    card: Path, tmp_path: Path, run: Callable[..., tuple[int, str]], words: list[str]
) -> None:
    assert run(card, tmp_path / "copy", *words)[0] == 2
    assert not (tmp_path / "copy").exists()


def test_a_day_needs_an_installation(card: Path, tmp_path: Path, run: Callable[..., tuple[int, str]]) -> None:
    code, said = run(card, tmp_path / "copy", "--day", DAY, "--by", "tech")
    assert code == 2 and "flask init" in said
    assert not (tmp_path / "copy").exists()


def test_no_is_an_answer(card: Path, tmp_path: Path, run: Callable[..., tuple[int, str]]) -> None:
    code, said = run(card, tmp_path / "copy", "--no")
    assert code == 2 and "Nothing was copied." in said
    assert not (tmp_path / "copy").exists()


def test_a_medium_that_changes_what_was_written_answers_1(
    card: Path, tmp_path: Path, run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def spoil(opened: int) -> None:
        Path(os.readlink(f"/proc/self/fd/{opened}")).write_bytes(b"c" * 5000)

    monkeypatch.setattr(proof, "forget_cached", spoil)
    code, said = run(card, tmp_path / "copy")
    assert code == 1 and "what was read back from the medium is not what was written" in said


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_pauses_and_the_same_command_goes_on(
    card: Path, tmp_path: Path, run: Callable[..., tuple[int, str]], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    before = signal.getsignal(number)

    def write(*args: Any) -> None:
        blocks.write_all(*args)
        os.kill(os.getpid(), number)

    with monkeypatch.context() as patch:
        patch.setattr(transfer, "write_all", write)
        code, said = run(card, tmp_path / "copy")
    assert code == 2 and "start the same copy again to go on" in said
    assert signal.getsignal(number) is before
    code, said = run(card, tmp_path / "copy")
    assert code == 0 and (tmp_path / "copy" / "card" / "b.MP4").read_bytes() == b"b" * 5000


def test_what_a_day_asks_for_is_told_before_the_first_byte(
    installation: Installation, card: Path, tmp_path: Path
) -> None:
    installation.open_day(second=False)
    code, said = on_day(installation, card, tmp_path / "copy", "--camera", "0099-1", "--room", "0098")
    assert code == 2
    assert "Not in the plan of this day: 0099-1." in said and "Not in the plan of this day: 0098." in said
    code, said = on_day(installation, card, tmp_path / "copy", "--name", "rule")
    assert "Say which cameras or rooms" in said and "The rule of names needs one camera" in said
    assert not (tmp_path / "copy").exists()


def test_only_people_of_the_day_copy_for_it(installation: Installation, card: Path, tmp_path: Path) -> None:
    installation.open_day(second=False)
    for login, words in (("boss", "Your role on this day does not"), ("nobody", "There is no open account nobody.")):
        every = ["footage", "copy", str(card), str(tmp_path / "copy"), "--day", DAY, "--by", login, "--room", "0001"]
        code, said = answer(installation.app.test_cli_runner().invoke(args=every))
        assert code == 2 and words in said
    assert not (tmp_path / "copy").exists()


def test_the_day_is_told_of_medium_files_and_moments(
    installation: Installation, card: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation.open_day(second=False)
    told: list[copying.Copied] = []

    def recorded(actor: Any, done: copying.Copied, entry: str, now: datetime) -> int:
        assert (tmp_path / "copy" / ledger.NAME).exists(), "the journal of the copy goes when the day knows of it"
        assert actor == installation.people["tech"] and entry and now == done.ended
        told.append(done)
        return 17

    manifests: list[tuple[Any, ...]] = []
    monkeypatch.setattr(copying, "recorded", recorded)
    monkeypatch.setattr(copying, "manifest", lambda *args: manifests.append(args) or (1, "ab" * 32))
    monkeypatch.setattr(copying, "times", lambda zone: lambda file: (datetime(2026, 6, 1, 5, 30, tzinfo=UTC), MORNING))
    code, said = on_day(
        installation, card, tmp_path / "copy", "--camera", "0001-1", "--serial", "AA-7", "--kind", "flash",
        "--seal", "S 9", "--name", "rule", "--viewed",
    )  # fmt: skip
    assert code == 0
    assert f"recorded in {DAY} as entry 17" in said and "manifest: generation 1, SHA-256 abab" in said
    (done,) = told
    names = ["45_0007_0001_01_20260601_0830-0800.mp4", "45_0007_0001_01_20260601_0830-0800_2.mp4"]
    assert [file.path for file in done.files] == names and done.files[0].original == "card/b.MP4"
    assert manifests == [(tmp_path / "copy", done.files, installation.people["tech"].name, installation.clock.now)]
    assert isinstance(done.prepared.medium, Medium)
    assert (done.prepared.medium.serial, done.prepared.medium.kind) == ("AA-7", "flash")
    assert (done.size, done.formats, done.prepared.order.seal, done.prepared.order.viewed) == (
        14000,
        ("mp4",),
        "S 9",
        True,
    )
    assert not (tmp_path / "copy" / ledger.NAME).exists()
