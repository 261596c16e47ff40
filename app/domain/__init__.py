"""Pure rules of the exam day: facts, fold, rules, policy, proof. Standard library only.

Nothing here reads a clock, a file, a request or a database. Messages for people are
message ids with parameters; the edges (web, cli, reports) translate them.
"""

from dataclasses import dataclass, field


def N_(message: str) -> str:
    """Mark ``message`` for translation; returns it unchanged."""
    return message


@dataclass(frozen=True)
class Message:
    """A text for people: gettext id with ``%(name)s`` parameters. ``field`` names the input."""

    id: str
    params: dict[str, object] = field(default_factory=dict)
    field: str = ""

    def __str__(self) -> str:
        return self.id % self.params if self.params else self.id


class DomainError(Exception):
    """A rule said no. ``status`` is what the web layer answers with, ``exit`` what a command does.

    ``messages`` holds every reason at once, so a form can show all of them.
    """

    status = 409
    exit = 1

    def __init__(self, *messages: Message | str, **params: object) -> None:
        self.messages = tuple(m if isinstance(m, Message) else Message(m, params) for m in messages)
        super().__init__("; ".join(str(m) for m in self.messages))


class NotFound(DomainError):
    """The thing asked for is not there, or not there for this person."""

    status = 404


class Refused(DomainError):
    """The person may not do this (policy)."""

    status = 403


class Invalid(DomainError):
    """What was typed cannot be taken; every message names its field."""

    status = 422
