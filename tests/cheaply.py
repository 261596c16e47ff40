"""What thousands of tests do and none is about, made cheap: for the whole run, before the first test."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from argon2 import PasswordHasher
from werkzeug.routing import Rule

from app.services import accounts
from reports import foreign, wire
from reports.foreign import NotRead
from reports.inspect import Inspection, inspect

PROCESS = foreign._Talk  # the product's own
_COMPILE = Rule._compile_builder


class Here:
    """Reads a file as ``reports.worker`` does, in this process: ours are no danger to it.

    What is asked and answered goes through the same words. Who is about the process asks for ``a_process_reads``.
    """

    def __init__(self, question: bytes) -> None:
        line, _, rest = question.partition(b"\n")
        size, self.roots, self.crls = wire.read_question(line)
        self.pdf = rest[:size]

    def look(self, at: Mapping[str, datetime]) -> Inspection:
        moments = wire.read_moments(wire.moments(at))
        found = wire.read_answer(wire.answer(inspect(self.pdf, self.roots, moments, crls=self.crls)))
        if isinstance(found, str):
            raise NotRead(found)
        return found

    def end(self) -> None:
        """There is nothing to end."""


def _builder() -> Callable[[Rule, bool], Any]:
    """``Rule._compile_builder`` that compiles the same route once: every test makes an app of the same routes.

    What it makes depends on the parts of the route and their defaults alone; the rule is bound to it later.
    """
    kept: dict[object, Any] = {}

    def compiled(self: Rule, append_unknown: bool = True) -> Any:
        key = (*self._trace, str(self.defaults), append_unknown)
        if key not in kept:
            kept[key] = _COMPILE(self, append_unknown)
        return kept[key]

    return compiled


def everything(patch: pytest.MonkeyPatch) -> None:
    """Hashing a password costs next to nothing; a file is read without a process; routes are compiled once."""
    patch.setattr(accounts, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    patch.setattr(foreign, "_Talk", Here)
    patch.setattr(Rule, "_compile_builder", _builder())
