"""What is wrong with a file of a copy, its manifests or its bag, and where it stands; what stops a check."""

from dataclasses import dataclass

from app.domain import DomainError, Message


@dataclass(frozen=True)
class Problem:
    """``line``: of the text file, 0 when it is about the whole file."""

    file: str
    what: Message
    line: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{shown(place)}: {self.what}"


class NotChecked(DomainError):
    """Nothing can be said of the copy."""

    exit = 2


def shown(name: str) -> str:
    """A name as it may be printed: what is no text (a control character, a byte that is no UTF-8) as its number."""
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
