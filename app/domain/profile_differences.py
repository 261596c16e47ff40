"""What changed between two versions of a profile: per thing each property, old and new. Words are made at the edge."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from app.domain.profile import Access, Check, Profile, Texts, When

KINDS = ("profile", "step", "parameter", "form", "stage", "milestone", "reminder", "role", "action", "source")
_OWN = ("version", "language", "title", "exam", "start", "taken_min", "limits", "closes")  # of the profile itself


@dataclass(frozen=True, slots=True)
class Change:
    """One property. ``path``: ``("title", "ru")``, ``("fields", "arrived_at", "required")``; None: it was not there."""

    path: tuple[str, ...]
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing of a profile that came, went or changed. ``kind``: one of KINDS."""

    kind: str
    id: str
    title: Texts
    state: str  # added, removed, changed
    changes: tuple[Change, ...] = ()


def differences(old: Profile, new: Profile) -> tuple[Difference, ...]:
    """Everything in which ``new`` differs from ``old``: the profile itself, then its things by kind."""
    found = [*_whole(old, new)]
    for kind, before, after in (
        ("step", old.steps, new.steps),
        ("parameter", old.parameters, new.parameters),
        ("form", _forms(old), _forms(new)),
        ("stage", old.stages, new.stages),
        ("milestone", old.milestones, new.milestones),
        ("reminder", old.reminders, new.reminders),
        ("role", old.roles, new.roles),
        ("action", old.actions, new.actions),
        ("source", _sources(old), _sources(new)),
    ):
        found += _things(kind, before, after)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Named:
    """A source or a form, as a thing with an id."""

    id: str
    title: Texts


def _sources(profile: Profile) -> tuple[_Named, ...]:
    return tuple(_Named(key, {"": text}) for key, text in profile.sources.items())


def _forms(profile: Profile) -> tuple[_Named, ...]:
    return tuple(_Named(code, {"": code}) for code in dict.fromkeys(f for s in profile.steps for f in s.feeds))


def _whole(old: Profile, new: Profile) -> Iterator[Difference]:
    changes = [c for name in _OWN for c in _changes(getattr(old, name), getattr(new, name), (name,))]
    if moved := _moved([s.id for s in old.steps], [s.id for s in new.steps]):
        changes.append(Change(("moved",), None, moved))
    if changes:
        yield Difference("profile", new.id, new.title, "changed", tuple(changes))


def _things(kind: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> list[Difference]:
    before, after = {t.id: t for t in old}, {t.id: t for t in new}
    found = []
    for thing in new:
        if thing.id not in before:
            found.append(Difference(kind, thing.id, thing.title, "added"))
        elif changes := tuple(_changes(before[thing.id], thing, ())):
            found.append(Difference(kind, thing.id, thing.title, "changed", changes))
    return found + [Difference(kind, t.id, t.title, "removed") for t in old if t.id not in after]


def _changes(old: Any, new: Any, path: tuple[str, ...]) -> Iterator[Change]:
    """Properties in which two values of one place differ, as deep as a reader wants them apart."""
    if old == new:
        return
    if isinstance(old, When) and isinstance(new, When):
        bare = replace(old, note={}), replace(new, note={})
        if bare[0] != bare[1]:
            yield Change(path, *bare)
        yield from _changes(old.note, new.note, (*path, "note"))
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            yield from _changes(old.get(key), new.get(key), (*path, key))
    elif _identified(old) and _identified(new):
        yield from _items(old, new, path)
    elif is_dataclass(old) and type(old) is type(new) and not isinstance(old, Check | Access):
        for spec in fields(old):
            yield from _changes(getattr(old, spec.name), getattr(new, spec.name), (*path, spec.name))
    else:
        yield Change(path, old, new)


def _items(old: tuple[Any, ...], new: tuple[Any, ...], path: tuple[str, ...]) -> Iterator[Change]:
    before, after = {t.id: t for t in old}, {t.id: t for t in new}
    for key in dict.fromkeys((*before, *after)):
        yield from _changes(before.get(key), after.get(key), (*path, key))
    if moved := _moved(list(before), list(after)):
        yield Change((*path, "moved"), None, moved)


def _identified(value: Any) -> bool:
    return isinstance(value, tuple) and all(is_dataclass(v) and hasattr(v, "id") for v in value)


def _moved(old: list[str], new: list[str]) -> tuple[str, ...]:
    """Ids that stand in both lists but in another order: as few as possible."""
    common = set(old) & set(new)
    before, after = [i for i in old if i in common], [i for i in new if i in common]
    kept: set[str] = set()
    for block in SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks():
        kept.update(before[block.a : block.a + block.size])
    return tuple(i for i in after if i not in kept)
