"""What a rule is, and what several rules share."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from app.domain import Message
from app.domain.day import Day
from app.domain.plan import Member
from app.domain.profile import Step

Messages = Iterator[Message]
Rule = Callable[[Day, Any, Member, datetime], Messages]


def step_of(day: Day, fact: Any) -> Step:
    """The step that a fact is about."""
    return day.profile.step(fact.step)
