"""Which file that is gone lies there under another name."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from app.footage.history import Known

LETTERS, CASE, NAME = "letters", "case", "name"
RANK = {LETTERS: 0, CASE: 1, NAME: 2}


@dataclass(frozen=True)
class Renamed:
    """``how``: letters (the same ones, composed otherwise: NFC and NFD), case, or name."""

    old: str
    new: str
    how: str


def renames(missing: Iterable[Known], added: Mapping[str, Mapping[str, str]]) -> tuple[Renamed, ...]:
    """Pairs of the same content, each file once, the likeliest pairs first. ``added``: hashes by path."""
    pairs = [Renamed(k.path, new, _how(k.path, new)) for k in missing for new, h in added.items() if same(k.hashes, h)]
    taken, found = set[str](), list[Renamed]()
    for pair in sorted(pairs, key=lambda p: (RANK[p.how], _moved(p), p.old, p.new)):
        if not {f"old {pair.old}", f"new {pair.new}"} & taken:
            taken |= {f"old {pair.old}", f"new {pair.new}"}
            found.append(pair)
    return tuple(sorted(found, key=lambda p: p.old))


def same(expected: Mapping[str, str], found: Mapping[str, str]) -> bool:
    """At least one hash can be compared, and all that can be are equal."""
    both = expected.keys() & found.keys()
    return bool(both) and all(expected[kind] == found[kind] for kind in both)


def _moved(pair: Renamed) -> bool:
    """The name itself is another one, not only its folder."""
    return PurePosixPath(pair.old).name != PurePosixPath(pair.new).name


def _how(old: str, new: str) -> str:
    a, b = (unicodedata.normalize("NFC", name) for name in (old, new))
    if a == b:
        return LETTERS
    return CASE if a.casefold() == b.casefold() else NAME
