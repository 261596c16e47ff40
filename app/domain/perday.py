"""What was found out about a day, kept beside it."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import ReferenceType, ref

from app.domain.day import Day

T = TypeVar("T")


class PerDay(Generic[T]):
    """What was found out about a day, kept for as long as that very ``Day`` lives and ``key`` is the same."""

    def __init__(self) -> None:
        self.found: dict[int, tuple[ReferenceType[Day], Hashable, T]] = {}

    def of(self, day: Day, key: Hashable, find: Callable[[], T]) -> T:
        """What is known of ``day`` for ``key``; else what ``find`` finds, from now on."""
        name = id(day)
        kept = self.found.get(name)
        if kept is not None and kept[0]() is day and kept[1] == key:
            return kept[2]
        new = find()
        self.found[name] = (ref(day, lambda _: self.found.pop(name, None)), key, new)
        return new
