"""Typed reading of a profile's TOML tables: every problem is collected, none is skipped.

A problem is named by where it stands: ``name:line: path``. ``path`` is a top key
(``title.ru``), or the kind and id of a table with the key inside (``step ex.key: when.clock``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain import N_, DomainError, Message

CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
LANGUAGE = re.compile(r"[a-z]{2}")
NAME = re.compile(r"[a-z][a-z0-9_]*")
STEP_ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
SOURCE_KEY = re.compile(r"[A-Za-z0-9_]+")

_KINDS: dict[type, str] = {
    str: N_("%(where)s: must be a text in quotes."),
    int: N_("%(where)s: must be a whole number."),
    bool: N_("%(where)s: must be true or false."),
    list: N_("%(where)s: must be a list."),
    dict: N_("%(where)s: must be a table."),
}


class BadProfile(DomainError):
    """A profile's text cannot be taken. ``messages`` holds every problem found."""

    status = 422


class Problems:
    """What is wrong with one profile text. ``language`` is the one that every text must have besides English."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.language = "en"
        self.lines: dict[str, int] = {}
        self._text = text
        self._found: list[Message] = []

    def add(self, path: str, reason: str, line: int = 0, **params: object) -> None:
        """Note a problem. ``reason``: message id with ``%(where)s``; ``line`` 0: that of the table that holds it."""
        line = line or self.lines.get(path.split(": ")[0], 0)
        place = f"{self.name}:{line}" if line else self.name
        where = f"{place}: {path}" if path else place
        found = Message(reason, {"where": where, "profile": self.name, "line": line, **params}, path)
        if found not in self._found:
            self._found.append(found)

    def headers(self, kind: str, count: int) -> list[int]:
        """Lines of the ``[[kind]]`` headers; zeros when they are not ``count`` (written inline)."""
        matches = re.finditer(rf"^[ \t]*\[\[[ \t]*{kind}[ \t]*\]\]", self._text, re.MULTILINE)
        found = [self._text.count("\n", 0, match.start()) + 1 for match in matches]
        return found if len(found) == count else [0] * count

    def stop(self) -> None:
        """Raise BadProfile with all that was found, or return."""
        if self._found:
            raise BadProfile(*self._found)


@dataclass
class Table:
    """One TOML table. A getter notes a wrong value and answers its default; ``close`` notes unknown keys."""

    data: Mapping[str, Any]
    path: str
    problems: Problems
    item: bool = False  # path is "kind id": keys follow after a colon
    seen: set[str] = field(default_factory=set)

    def at(self, key: str) -> str:
        """Path of ``key`` in this table."""
        return f"{self.path}{': ' if self.item else '.'}{key}" if self.path else key

    def add(self, key: str, reason: str, **params: object) -> None:
        self.problems.add(self.at(key), reason, 0, **params)

    def has(self, key: str) -> bool:
        return key in self.data

    def value(self, key: str, kind: type, required: bool = False) -> Any:
        """The value when it is exactly of ``kind``, else None with the problem noted."""
        self.seen.add(key)
        if key not in self.data:
            if required:
                self.add(key, N_("%(where)s: is missing."))
            return None
        value = self.data[key]
        if type(value) is not kind:
            self.add(key, _KINDS[kind])
            return None
        return value

    def text(self, key: str, default: str = "", required: bool = False, like: re.Pattern[str] | None = None) -> str:
        """A text without line breaks; one that does not match ``like`` is noted and returned all the same."""
        value = self.value(key, str, required)
        if value is None:
            return default
        value = " ".join(value.split())
        if not value:
            self.add(key, N_("%(where)s: is empty."))
        elif like is not None and not like.fullmatch(value):
            self.add(key, _unlike(like), value=value)
        return value

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number within the limits, or None."""
        value: int | None = self.value(key, int)
        if value is not None and not low <= value <= high:
            self.add(key, N_("%(where)s: %(value)s is outside %(low)s to %(high)s."), value=value, low=low, high=high)
        return value

    def count(self, key: str, default: int, low: int, high: int) -> int:
        value = self.whole(key, low, high)
        return default if value is None else value

    def flag(self, key: str, default: bool) -> bool:
        value: bool | None = self.value(key, bool)
        return default if value is None else value

    def one_of(self, key: str, words: tuple[str, ...], default: str = "", required: bool = False) -> str:
        value = self.value(key, str, required)
        if value is None:
            return default
        if value not in words:
            names = ", ".join(w for w in words if w)
            self.add(key, N_("%(where)s: %(value)s is not one of %(words)s."), value=value, words=names)
        return str(value)

    def words(self, key: str, required: bool = False) -> tuple[str, ...]:
        """A list of different texts."""
        values = self.value(key, list, required)
        if values is None:
            return ()
        if not all(isinstance(v, str) and v.strip() for v in values):
            self.add(key, N_("%(where)s: must be a list of texts."))
            return ()
        for twice in sorted({v for v in values if values.count(v) > 1}):
            self.add(key, N_("%(where)s: %(value)s is named twice."), value=twice)
        if required and not values:
            self.add(key, N_("%(where)s: is empty."))
        return tuple(values)

    def texts(self, key: str, required: bool = False) -> dict[str, str]:
        """Language code to text; the profile's language and English must be there."""
        values = self.value(key, dict, required)
        if values is None:
            return {}
        table = Table(values, self.at(key), self.problems)
        for language in sorted({"en", self.problems.language} - set(values)):
            table.add(language, N_("%(where)s: the text in this language is missing."))
        for language in values:
            if not LANGUAGE.fullmatch(language):
                table.add(language, N_("%(where)s: is not a language code."))
        return {language: table.text(language) for language in values}

    def table(self, key: str, required: bool = False) -> "Table | None":
        values = self.value(key, dict, required)
        return None if values is None else Table(values, self.at(key), self.problems)

    def tables(self, key: str) -> list["Table"]:
        """The top tables ``[[key]]``, each named by its id in problems."""
        values = self._list_of_tables(key)
        found: list[Table] = []
        for number, (value, line) in enumerate(zip(values, self.problems.headers(key, len(values)), strict=True), 1):
            name = value.get("id")
            path = f"{key} {name}" if isinstance(name, str) and name else f"{key} #{number}"
            if line and path in self.problems.lines:
                self.problems.add(f"{path}: id", N_("%(where)s: this id stands twice."), line=line)
            elif any(t.path == path for t in found):
                self.problems.add(f"{path}: id", N_("%(where)s: this id stands twice."))
            self.problems.lines.setdefault(path, line)
            found.append(Table(value, path, self.problems, item=True))
        return found

    def rows(self, key: str, name: str | None = None) -> list["Table"]:
        """Tables of a list inside a table (fields, choices, columns), each named by its id in problems."""
        found: list[Table] = []
        for number, value in enumerate(self._list_of_tables(key), 1):
            own = value.get("id")
            path = f"{self.at(name or key)}.{own if isinstance(own, str) and own else f'#{number}'}"
            if any(t.path == path for t in found):
                self.problems.add(f"{path}.id", N_("%(where)s: this id stands twice."))
            found.append(Table(value, path, self.problems))
        return found

    def _list_of_tables(self, key: str) -> list[dict[str, Any]]:
        values = self.value(key, list)
        if values is None:
            return []
        if not all(isinstance(v, dict) for v in values):
            self.add(key, N_("%(where)s: must be a list of tables."))
        return [v for v in values if isinstance(v, dict)]

    def close(self) -> None:
        """Note every key that nothing asked for."""
        for key in self.data:
            if key not in self.seen:
                self.add(key, N_("%(where)s: unknown key."))


def _unlike(pattern: re.Pattern[str]) -> str:
    if pattern is CLOCK:
        return N_("%(where)s: %(value)s is not a time HH:MM.")
    return N_("%(where)s: %(value)s has letters or signs that are not allowed here.")
