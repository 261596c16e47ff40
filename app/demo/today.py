"""Today's day of the demo: set around the present moment so that the board shows every state."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.demo.acting import Player, performer
from app.domain.checklist import State, StepView, board

MORNING = (timedelta(hours=8), timedelta(hours=9, minutes=50))  # hours that make a day with the usual start
CLOCKS = {  # parameters of the profile that are clock times, as distances from the start
    "hq_record_start": timedelta(hours=2, minutes=45), "materials_delivery_latest": timedelta(hours=2, minutes=30),
    "staff_briefing_from": timedelta(hours=2, minutes=20), "room_record_start": timedelta(hours=1),
    "admission_from": timedelta(hours=1), "key_download": timedelta(minutes=30),
}  # fmt: skip
FIRST = timedelta(minutes=20)
BEFORE = timedelta(minutes=3)  # the demo's people act a little before a step is due
UNCONFIRMED = 3  # acts that wait for the head


@dataclass(frozen=True)
class Plan:
    """Date and start ``HH:MM`` of the day, and the region's clock times that fit the start."""

    date: date
    start: str
    parameters: dict[str, Any]


def plan_today(now: datetime, zone: ZoneInfo) -> Plan:
    """10:00 when the present hour is a morning; else the next quarter of an hour two hours ahead."""
    local = now.astimezone(zone).replace(tzinfo=None)
    midnight = datetime.combine(local.date(), datetime.min.time())
    if MORNING[0] <= local - midnight <= MORNING[1]:
        return Plan(local.date(), "10:00", {})
    ahead = local.replace(second=0, microsecond=0) + timedelta(hours=2)
    start = ahead + timedelta(minutes=-ahead.minute % 15)
    first = datetime.combine(start.date(), datetime.min.time())
    first += FIRST  # a day that starts in the night still begins on its own date
    parameters = {name: max(first, start - before).strftime("%H:%M") for name, before in CLOCKS.items()}
    return Plan(start.date(), start.strftime("%H:%M"), parameters)


def play_today(player: Player, now: datetime) -> None:
    """Do what would be done by now: the last due step is begun but overdue, the newest acts wait for the head."""
    late = [v for v in board(player.day(), now) if v.state == State.OVERDUE]
    late.sort(key=lambda v: v.window.due or now)
    *done, left = late
    for n, view in enumerate(done):
        if player.last and n == max(0, len(done) - UNCONFIRMED):
            player.settle(player.last + timedelta(minutes=1))
        act(player, view, min(view.window.due or now, now) - BEFORE)
    if left.total > UNCONFIRMED:
        act(player, left, now - 2 * BEFORE, left.open_places[: max(UNCONFIRMED, left.total // 3)])


def act(player: Player, view: StepView, at: datetime, where: tuple[str, ...] | None = None) -> None:
    """The step by whoever does it in the demo, at all its open places unless ``where`` says which."""
    login = performer(player.cast, view.step)
    places = where if where is not None else (view.open_places if view.step.repeat else None)
    player.step(login, view.step.id, at - timedelta(minutes=2), at, places)
