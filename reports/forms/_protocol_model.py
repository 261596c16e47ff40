"""What the protocol of the day prints, in local times and finished words; made from a Day or by hand."""

from collections.abc import Mapping
from dataclasses import dataclass

STATES = ("done", "late", "impossible", "waived", "elsewhere", "open")


@dataclass(frozen=True)
class StepRow:
    """One line of the checklist. ``state``: one of STATES; ``difference``: minutes, positive is later than planned.

    ``share``: «15 из 17» when places are missing. ``confirmed``: lines of the last column (who, when); ``waits``: who
    has not confirmed yet. ``remarks`` stand under the row over the full width. ``block``: the state counts in the bar
    (a step done several times counts once).
    """

    number: int
    title: str
    planned: str
    actual: str
    difference: int | None
    state: str
    who: str
    evidence: str
    share: str = ""
    confirmed: tuple[str, ...] = ()
    waits: str = ""
    remarks: tuple[str, ...] = ()
    block: bool = True


@dataclass(frozen=True)
class StageRows:
    """A stage of the day. ``title``: language to text; ``date``: of all its steps, or empty."""

    title: Mapping[str, str]
    date: str
    steps: tuple[StepRow, ...]


@dataclass(frozen=True)
class Totals:
    """Counts of steps, each once."""

    planned: int
    done: int
    late: int
    impossible: int
    waived: int
    elsewhere: int = 0
    open: int = 0


@dataclass(frozen=True)
class Section:
    """A table after the steps. ``key``: of its heading among the form's labels; ``columns``: (share, name)."""

    key: str
    columns: tuple[tuple[float, str], ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class DayProtocol:
    """The whole document."""

    region: str
    place: str
    centre: str
    exam: str
    hours: str
    rooms: str
    totals: Totals
    stages: tuple[StageRows, ...]
    sections: tuple[Section, ...] = ()
