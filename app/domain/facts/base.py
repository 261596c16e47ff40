"""What a fact is, and the register of all."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import ClassVar, TypeVar, dataclass_transform

FACTS: dict[str, type] = {}
T = TypeVar("T")


class Fact:
    """Base of every fact; ``tag`` is its frozen name."""

    tag: ClassVar[str]


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def fact(tag: str) -> Callable[[type[T]], type[T]]:
    """Register a frozen dataclass as the fact ``tag``; ValueError when the tag is taken."""

    def register(cls: type[T]) -> type[T]:
        if tag in FACTS:
            raise ValueError(f"tag {tag} is taken")
        made = dataclass(frozen=True)(cls)
        made.tag = tag  # type: ignore[attr-defined]
        FACTS[tag] = made
        return made

    return register
