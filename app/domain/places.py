"""Room codes as people write them: ``0001-0017, 7777``. Codes are four digits, zeros kept."""

import re
from collections.abc import Sequence

from app.domain import N_, Invalid, Message

LIMIT = 500  # rooms in one list
CODE = re.compile(r"[0-9]{4}")

_DASHES = re.compile("\\s*[-\u2010\u2011\u2012\u2013\u2014\u2212]\\s*")
_PART = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
_SHOWN = 10  # names in one message


def parse_rooms(text: str, known: Sequence[str] | None = None) -> tuple[str, ...]:
    """Codes and ranges, split by commas, semicolons, spaces or lines, to different codes in order.

    A range means every code in it. Raises Invalid (all reasons at once) for what is not a room or a range, a range
    backwards, more than 500 rooms, and rooms that are not ``known`` (by name; None: any room will do).
    """
    codes: set[str] = set()
    problems: list[Message] = []
    for part in re.split(r"[,;\s]+", _DASHES.sub("-", text.strip())):
        match = _PART.fullmatch(part)
        if not part:
            continue
        if not match:
            problems.append(Message(N_("%(value)s is not a room: four digits, such as 0008."), {"value": part[:40]}))
            continue
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            problems.append(Message(N_("The range %(value)s runs backwards."), {"value": part}))
        elif last - first >= LIMIT:
            problems.append(Message(N_("%(value)s is more than %(limit)s rooms."), {"value": part, "limit": LIMIT}))
        else:
            codes.update(f"{number:04d}" for number in range(first, last + 1))
    if len(codes) > LIMIT:
        problems.append(Message(N_("%(value)s is more than %(limit)s rooms."), {"value": len(codes), "limit": LIMIT}))
    if known is not None and (unknown := sorted(codes - set(known))):
        names = print_rooms(unknown[:_SHOWN]) + (" ..." if len(unknown) > _SHOWN else "")
        problems.append(Message(N_("Not in the plan of this day: %(rooms)s."), {"rooms": names}))
    if problems:
        raise Invalid(*problems)
    return tuple(sorted(codes))


def print_rooms(codes: Sequence[str]) -> str:
    """``0001-0017, 7777``: in order, each once; three or more codes in a row as a range."""
    numbers = sorted({int(code) for code in codes if CODE.fullmatch(code)})
    others = sorted({code for code in codes if not CODE.fullmatch(code)})
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts: list[str] = []
    for run in runs:
        if len(run) > 2:
            parts.append(f"{run[0]:04d}-{run[-1]:04d}")
        else:
            parts += [f"{number:04d}" for number in run]
    return ", ".join(parts + others)
