"""An installation that takes in a package is a witness of it; what it cosigned over the network counts as well."""

from pathlib import Path
from zipfile import ZipFile

import pytest

from app.domain.cosign import Request, cosigned
from app.domain.merkle import consistency_proof, leaf_hash
from app.domain.note import Checkpoint, parse_checkpoint
from app.services import importing, office, verify, witnesses, witnessing
from app.store import cosignatures, imports, journal, keys
from app.store.db import db
from tests.conftest import Installation

from .packed import Packed, packed, region, regional  # noqa: F401 - pytest finds them here


def take(made: Installation, path: Path) -> importing.Taken:
    db.session.rollback()
    return importing.take_in(made.people["boss"], path, made.clock.now)


def state(path: Path) -> tuple[Checkpoint, list[bytes]]:
    """The checkpoint of a package and the hashes of its leaves."""
    with ZipFile(path) as package:
        top = package.namelist()[0].split("/")[0]
        note = package.read(f"{top}/data/checkpoint").decode()
        lines = package.read(f"{top}/data/journal.jsonl").splitlines()
    checkpoint = parse_checkpoint(note)
    return checkpoint, [leaf_hash(line) for line in lines[: checkpoint.size]]


def send(made: Installation, path: Path, old: int = 0) -> int:
    """As the centre does over the network."""
    checkpoint, hashes = state(path)
    proof = consistency_proof(old, hashes) if old else []
    db.session.rollback()
    return witnessing.add_checkpoint(Request(old, tuple(proof), checkpoint).text(), made.clock.now).status


def kept(origin: str) -> list[int]:
    db.session.rollback()
    log = journal.log_id(origin)
    return [row.size for row in cosignatures.of_log(log)] if log is not None else []


def test_a_package_that_was_taken_in_is_cosigned(region: Installation, packed: Packed) -> None:  # noqa: F811
    first = take(region, packed.first)
    (row,) = cosignatures.of_log(journal.log_id(first.origin))  # type: ignore[arg-type]
    assert row.size == first.size and cosigned(state(packed.first)[0], row.line, keys.witness().key, keys.verify)
    assert [e.fact.tag for e in office.entries()][-2:] == ["witness.made", "package.imported"]
    longer = take(region, packed.longer)
    take(region, packed.longer)
    assert kept(first.origin) == [first.size, longer.size]
    assert verify.verify_day(packed.day).proved


def test_a_package_that_turned_aside_from_what_was_cosigned_leaves_nothing(
    region: Installation, packed: Packed  # noqa: F811
) -> None:
    assert send(region, packed.fork) == 200
    with pytest.raises(importing.Forked, match="cosigned"):
        take(region, packed.longer)
    assert imports.imported(packed.day) is None and kept(state(packed.longer)[0].origin) == []
    (fork,) = witnessing.forks(region.people["boss"])
    assert (fork.kept.root, fork.shown.root) == (state(packed.fork)[0].root, state(packed.longer)[0].root)
    assert witnesses.newest(keys.witness(), fork.origin).root == fork.kept.root


def test_a_package_older_than_what_was_sent_is_taken_in_and_proves_itself(
    region: Installation, packed: Packed  # noqa: F811
) -> None:
    assert send(region, packed.longer) == 200
    first = take(region, packed.first)
    assert kept(first.origin) == [] and not cosignatures.forks(), "an older state is no other one"
    assert verify.verify_day(packed.day).proved
    longer = take(region, packed.longer)
    assert kept(first.origin) == [longer.size], "the line that the network got stands with the entries now"
    assert verify.verify_day(packed.day).proved


def test_a_line_beyond_the_imported_entries_does_not_make_them_look_cut(
    region: Installation, packed: Packed  # noqa: F811
) -> None:
    first = take(region, packed.first)
    assert send(region, packed.longer, first.size) == 200
    assert kept(first.origin) == [first.size] and verify.verify_day(packed.day).proved
