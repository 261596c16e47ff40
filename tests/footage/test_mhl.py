"""The ASC MHL history: what was written is read, what was tampered with is named, a cut-off writing harms nothing."""

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain import Invalid
from app.footage import mhl
from app.footage.alone import alone
from app.footage.hashing import c4
from app.footage.problem import shown
from tests.footage.media import FILES, NOW, copy, file_hash, look, put

CHAIN = "ascmhl_chain.xml"


def manifests(root: Path) -> list[Path]:
    return sorted((root / "ascmhl").glob("*.mhl"))


def said(root: Path) -> list[str]:
    return [f"{p.file}: {p.what}" for p in mhl.read(root).problems]


def rewrite(root: Path, change: Callable[[str], str]) -> tuple[str, str]:
    """Change the first manifest and make the chain vouch for it; what it was and is."""
    manifest, chain = manifests(root)[0], root / "ascmhl" / CHAIN
    old = manifest.read_text(encoding="utf-8")
    new = change(old)
    manifest.write_text(new, encoding="utf-8")
    chain.write_text(chain.read_text(encoding="utf-8").replace(c4(old.encode()), c4(new.encode())), encoding="utf-8")
    return old, new


def test_what_is_written_is_read(tmp_path: Path) -> None:
    root = tmp_path / "medium"
    files = put(root)
    written = mhl.add(root, files, mhl.COPY, "tech <1>", NOW)
    history = mhl.read(root)
    (generation,) = history.generations
    assert written.name == "0001_medium_2026-06-01_150000Z.mhl"
    assert (generation, history.problems) == (written, ())
    for file in files:
        known = history.files[file.path]
        assert (known.size, known.original) == (file.size, file.original)
        assert known.hashes == {"sha256": file.sha256, "xxh128": file.xxh128}


@pytest.mark.parametrize("name", ["a\tb", "a\nb", "a\rb", " a ", "a&<b>]]>\"'", "й̆ 日本 🎥", "-a", "%41"])
def test_any_name_that_is_text_stands_in_the_manifest_as_it_is(tmp_path: Path, name: str) -> None:
    copy(tmp_path, {name: b"1"})
    assert list(mhl.read(tmp_path).files) == [name]
    assert look(tmp_path).result == "whole"


def test_a_name_that_is_no_text_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    for name in (os.fsdecode(b"\xff.mkv"), "a\x01b"):
        with pytest.raises(Invalid) as told:
            mhl.add(tmp_path, put(tmp_path, {name: b"1"}), mhl.COPY, "tech", NOW)
        assert shown(name) in str(told.value) and name not in str(told.value)
    assert not (tmp_path / "ascmhl").exists()


def test_an_added_name_that_is_no_text_is_told_and_the_check_is_written(tmp_path: Path) -> None:
    copy(tmp_path, {"a": b"1", "b": b"2"})
    (tmp_path / "a").rename(tmp_path / os.fsdecode(b"\xff"))
    put(tmp_path, {"x\x01": b"3"})
    report = look(tmp_path)
    assert report.generation is not None
    assert [shown(r.new) for r in report.renamed] == ["\\xff"] and report.added == ("x\x01",)
    assert mhl.read(tmp_path).problems == ()


def test_a_second_copy_to_the_medium_is_the_next_generation(tmp_path: Path) -> None:
    copy(tmp_path)
    copy(tmp_path, {"later.mkv": b"later"})
    assert look(tmp_path).result == "whole"
    assert mhl.read(tmp_path).files["later.mkv"].generation == 2


def test_what_a_failed_check_saw_is_never_what_is_expected(tmp_path: Path) -> None:
    copy(tmp_path, {"a": b"1"})
    (tmp_path / "a").write_bytes(b"2")
    found = file_hash(tmp_path, "a")
    look(tmp_path)
    text = manifests(tmp_path)[1].read_text(encoding="utf-8")
    assert text.count('action="failed"') == 2 and found.sha256 in text
    assert mhl.read(tmp_path).files["a"].hashes["sha256"] != found.sha256


def test_a_hash_of_ours_that_a_failed_check_brings_is_not_learned(tmp_path: Path) -> None:
    copy(tmp_path, {"a": b"1"})
    rewrite(tmp_path, lambda text: re.sub(r"<sha256.*</sha256>", "", text))  # as another tool writes it
    (tmp_path / "a").write_bytes(b"2")
    assert [c.kind for c in look(tmp_path).changed] == ["xxh128"]
    (tmp_path / "a").write_bytes(b"1")
    assert look(tmp_path).result == "whole"


def test_a_generation_that_was_changed_is_named(tmp_path: Path) -> None:
    copy(tmp_path)
    manifest = manifests(tmp_path)[0]
    manifest.write_text(manifest.read_text(encoding="utf-8").replace('size="45000"', 'size="45001"'), encoding="utf-8")
    assert said(tmp_path) == [f"{manifest.name}: This generation was changed after it was written."]
    report = look(tmp_path)
    assert (report.result, report.counts) == ("differs", (0, 0, 0, 0, 0))
    assert len(look(tmp_path).problems) == 1, "a further generation does not make it right"


def test_a_changed_file_is_not_excused_by_its_changed_generation(tmp_path: Path) -> None:
    copy(tmp_path, {"a": b"1"})
    look(tmp_path)
    old = file_hash(tmp_path, "a")
    (tmp_path / "a").write_bytes(b"2")
    new, manifest = file_hash(tmp_path, "a"), manifests(tmp_path)[0]
    text = manifest.read_text(encoding="utf-8").replace(old.sha256, new.sha256).replace(old.xxh128, new.xxh128)
    manifest.write_text(text, encoding="utf-8")
    assert [c.path for c in look(tmp_path).changed] == ["a"]


def test_a_generation_that_is_removed_cut_off_or_added_is_named(tmp_path: Path) -> None:
    copy(tmp_path)
    look(tmp_path)
    first, second = manifests(tmp_path)
    kept, chain = first.read_bytes(), (tmp_path / "ascmhl" / CHAIN).read_bytes()
    first.unlink()
    assert said(tmp_path) == [f"{first.name}: This generation is gone; the chain names it."]
    first.write_bytes(kept[: len(kept) // 2])
    changed, cut = said(tmp_path)
    assert changed.startswith(f"{first.name}: This generation was changed") and "Not readable as XML" in cut
    first.write_bytes(kept)
    shorter = chain[: chain.index(b'  <hashlist sequencenr="2"')] + b"</ascmhldirectory>\n"
    (tmp_path / "ascmhl" / CHAIN).write_bytes(shorter)
    assert said(tmp_path) == [f"{second.name}: This generation stands in no chain."]
    (tmp_path / "ascmhl" / CHAIN).write_bytes(chain.replace(b'sequencenr="2"', b'sequencenr="3"'))
    assert said(tmp_path) == [f"{CHAIN}: Here stands generation 3, not 2."]
    assert mhl.read(tmp_path).problems[0].line == 7


def test_a_broken_or_missing_chain_is_named_and_never_written_over(tmp_path: Path) -> None:
    copy(tmp_path)
    chain = tmp_path / "ascmhl" / CHAIN
    chain.write_bytes(chain.read_bytes()[:150])
    before = chain.read_bytes()
    report = look(tmp_path)
    assert (report.result, report.generation) == ("differs", None)
    assert report.unwritten and chain.read_bytes() == before
    assert str(report.problems[0]).startswith(f"{CHAIN}:4: Not readable as XML")
    chain.unlink()
    assert said(tmp_path) == [f"{CHAIN}: The chain of generations is missing."]


@pytest.mark.parametrize("wrong", ["../a", "/etc/passwd", "a/../../b", "./a", "a//b", ""])
def test_a_path_that_leads_out_of_the_copy_is_named_by_its_line_and_not_followed(tmp_path: Path, wrong: str) -> None:
    copy(tmp_path, {"a": b"1", "b": b"2"})
    old, _ = rewrite(tmp_path, lambda text: text.replace(">a</path>", f">{wrong}</path>"))
    (problem,) = mhl.read(tmp_path).problems
    assert problem.line == 1 + old[: old.index("<hash>")].count("\n") and list(mhl.read(tmp_path).files) == ["b"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><hashlist>&a;</hashlist>', "a document type is not allowed"),
        ('<!DOCTYPE x SYSTEM "file:///etc/passwd"><hashlist/>', "a document type is not allowed"),
        ("<a>" * 5000 + "</a>" * 5000, "nested too deep"),
        (f"<hashlist xmlns='urn:ASC:MHL:v2.0'><hash>{'x' * 70000}</hash></hashlist>", "a text is too long"),
        ("<hashlist/>", "This is no manifest of ASC MHL 2.0"),
        ("", "Not readable as XML"),
        ("\x00\xff", "Not readable as XML"),
    ],
)
def test_hostile_xml_is_a_problem_and_nothing_more(tmp_path: Path, text: str, why: str) -> None:
    copy(tmp_path)
    (tmp_path / "ascmhl/0002_x.mhl").write_text(text)
    unchained, broken = said(tmp_path)
    assert unchained.endswith("stands in no chain.") and broken.startswith("0002_x.mhl: ") and why in broken
    assert mhl.read(tmp_path).files.keys() == FILES.keys()


@pytest.mark.parametrize("crash", range(7))
def test_writing_that_is_cut_off_anywhere_leaves_a_whole_history(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crash: int
) -> None:
    copy(tmp_path)
    steps = {"fsync": os.fsync, "replace": os.replace}
    count = 0

    def step(name: str):  # type: ignore[no-untyped-def]
        def call(*arguments: object) -> None:
            nonlocal count
            if name in ("fsync", "replace") and count == crash:
                raise KeyboardInterrupt
            count += 1
            steps[name](*arguments)

        return call

    for name in steps:
        monkeypatch.setattr(os, name, step(name))
    with contextlib.suppress(KeyboardInterrupt):
        mhl.add(tmp_path, put(tmp_path, {"b": b"2"}), mhl.COPY, "tech", NOW)
    monkeypatch.undo()
    assert mhl.read(tmp_path).problems == ()
    later = copy(tmp_path, {"b": b"2"})
    assert look(later).result == "whole"
    assert not list((tmp_path / "ascmhl").glob("*.part"))


def test_a_history_that_is_a_link_or_holds_pipes_is_not_read_and_not_written(tmp_path: Path) -> None:
    whole, other = copy(tmp_path / "whole"), tmp_path / "other"
    files = put(other)
    (other / "ascmhl").symlink_to(whole / "ascmhl")
    before = sorted(p.name for p in (whole / "ascmhl").iterdir())
    assert said(other) == ["ascmhl: Not readable: not a regular file."]
    with pytest.raises(Invalid):
        mhl.add(other, files, mhl.COPY, "tech", NOW)
    assert sorted(p.name for p in (whole / "ascmhl").iterdir()) == before
    os.mkfifo(whole / "ascmhl" / "0002_whole.mhl")
    (whole / "ascmhl" / f"{CHAIN}.part").symlink_to("/dev/zero")
    assert "0002_whole.mhl: Not readable: not a regular file." in said(whole)


def test_a_manifest_that_no_reader_would_take_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = put(tmp_path)
    monkeypatch.setattr(mhl, "LARGEST", 1000)
    with pytest.raises(Invalid, match="too many files for one manifest"):
        mhl.add(tmp_path, files, mhl.COPY, "tech", NOW)
    assert not (tmp_path / "ascmhl").exists()


def test_two_programs_do_not_write_two_generations_at_once(tmp_path: Path) -> None:
    copy(tmp_path)
    with alone(tmp_path):
        report = look(tmp_path)
    assert report.generation is None and "Another copy or check" in str(report.unwritten)
    assert len(manifests(tmp_path)) == 1
