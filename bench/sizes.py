"""How much is measured: in earnest, or only to see that every line comes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """``seconds``: of one round of the load; the rest are counts."""

    rounds: int
    seconds: float
    starts: int
    calls: int  # of one page in a round
    long_day: int
    journal_rows: int
    verified: int
    open_days: int  # with nothing to tell, beside the ``due_days``
    due_days: int
    moments: int  # of the morning
    cameras: int  # of the watched centre, each looked at ``every`` so many seconds, for ``watch_s`` seconds
    every: float
    watch_s: float
    centres: int  # of a region's board
    entries: int  # in each of their days, then ten times as many
    writers: int = 8  # at once
    crowd: int = 32  # then so many
    form_rows: int = 60
    long_forms: tuple[int, int] = (1000, 10_000)
    footage: int = 4 << 30  # bytes


FULL = Sizes(
    rounds=5,
    seconds=3,
    starts=5,
    calls=20,
    long_day=1000,
    journal_rows=1000,
    verified=200_000,
    open_days=6000,
    due_days=100,
    moments=6,
    cameras=40,
    every=30,
    watch_s=60,
    centres=400,
    entries=100,
)
QUICK = Sizes(
    rounds=1,
    seconds=0.3,
    starts=1,
    calls=2,
    long_day=40,
    journal_rows=30,
    verified=200,
    open_days=6,
    due_days=2,
    moments=2,
    cameras=3,
    every=2,
    watch_s=2,
    centres=8,
    entries=4,
    writers=2,
    crowd=4,
    long_forms=(20, 60),
    footage=64 << 20,
)
