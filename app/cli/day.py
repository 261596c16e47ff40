"""``flask day``: list, open, show and verify days."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.errors import on_installation
from app.cli.moments import MOMENT, now_or
from app.cli.people import OPERATOR
from app.domain import Invalid, Message, rehearsal
from app.domain.checklist import board, by_stage, completeness
from app.domain.codec import build
from app.domain.day import Day, Schedule
from app.domain.places import parse_rooms
from app.domain.plan import Camera, Recorder, Room, Station
from app.domain.profile import text
from app.services import days, opening, overview, people, verify
from app.services import rehearsal as rehearsals

day = AppGroup("day", help="Exam days: list, open, show, verify.")


@day.command("list")
@click.option("--rehearsals", is_flag=True, help="The rehearsals instead of the exam days.")
@on_installation
def list_(rehearsals: bool) -> None:
    """One day a line: its name, tab, date, exam, entries."""
    now, page = now_or(None), 1
    while True:
        found = overview.list_days(OPERATOR, now, page, wanted=overview.Wanted(rehearsals=rehearsals))
        for line in found.items:
            start = line.start.astimezone(ZoneInfo(line.zone)).strftime("%Y-%m-%dT%H:%M")
            click.echo(f"{line.id}\t{start}\t{line.exam}\t{line.counts.done}/{line.counts.planned}\t{line.size}")
        if page >= found.pages:
            break
        page += 1
    for name in overview.damaged_days(OPERATOR, now):
        click.echo(f"{name}\tdamaged: verify it")


@day.command()
@click.argument("name")
@click.option("--now", "moment", type=MOMENT, help="Judge the checklist at this moment.")
@on_installation
def show(name: str, moment: datetime | None) -> None:
    """The day's checklist and access journal, in words."""
    d, checkpoint = days.load_with_checkpoint(OPERATOR, name)
    now = moment or rehearsal.clock(d, now_or(None))
    centre = d.opened.centre
    click.echo(f"{d.id}  {centre.name}, {centre.address}")
    click.echo(f"{d.opened.exam}, {_hours(d, d.schedules[0])} ({centre.zone})")
    for schedule in d.schedules[1:]:
        if moved := schedule.moved:
            why = f"{moved.reason}; decided by {moved.decided_by}, {d.local(moved.at):%d.%m %H:%M}"
            click.echo(f"start moved: {_hours(d, schedule)}: {why}")
    for member in d.roster.values():
        click.echo(f"  {member.short}\t{member.role}\t{member.order}")
    views = board(d, now)
    for stage, steps in by_stage(d, views):
        click.echo(f"\n{text(stage.title, 'en')}")
        for view in steps:
            due = f"{d.local(view.window.due):%d.%m %H:%M}" if view.window.due else ""
            was = f"  (was {d.local(view.was_due):%d.%m %H:%M})" if view.was_due else ""
            progress = f"{view.closed}/{view.total}" if view.total > 1 else ""
            click.echo(f"  {view.state:<10} {due:<12} {progress:<6} {text(view.step.title, 'en')}{was}")
    totals = completeness(views)
    click.echo(f"\nplanned {totals.planned}, done {totals.done}, late {totals.late}, open {totals.open}")
    click.echo(f"entries {checkpoint.size}, root {checkpoint.short}")


def _hours(of: Day, schedule: Schedule) -> str:
    """Local start and end; the end with its date when that is the next one."""
    start, end = of.local(schedule.start), of.local(schedule.end)
    next_day = f"{end:%Y-%m-%dT}" if end.date() > start.date() else ""
    return f"{start:%Y-%m-%dT%H:%M} to {next_day}{end:%H:%M}"


@day.command("open")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--now", "moment", type=MOMENT, help="Moment to take as now.")
@on_installation
def open_(file: Path, moment: datetime | None) -> None:
    """Open a day from a TOML file (docs/guide-operator.md shows one); prints its name."""
    try:
        plan = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    try:
        made = _opening(plan)
    except (KeyError, TypeError, ValueError) as error:
        raise click.ClickException(f"{file}: {type(error).__name__}: {error}") from error
    settings = current_app.extensions["settings"]
    click.echo(opening.open_day(OPERATOR, made, settings.name, now_or(moment)))


@day.command("clock")
@click.argument("name")
@click.option("--at", help="Local time of the centre, e.g. 2026-06-01T07:00.")
@click.option("--forward", type=click.IntRange(1), help="So many minutes forward.")
@click.option("--next", "next_", is_flag=True, help="To when the next step opens or is due.")
@on_installation
def clock_(name: str, at: str | None, forward: int | None, next_: bool) -> None:
    """Set the clock of a rehearsal; prints what it shows. Without an option it is only shown."""
    if sum(x not in (None, False) for x in (at, forward, next_)) > 1:
        raise click.UsageError("--at, --forward and --next exclude each other.")
    day, now = days.load(OPERATOR, name), now_or(None)
    rehearsal.require(day)
    to = _local(day, at) if at else timedelta(minutes=forward) if forward else rehearsals.NEXT if next_ else None
    if to is not None:
        rehearsals.set_clock(OPERATOR, name, to, str(uuid4()), now)
        day = days.load(OPERATOR, name)
    click.echo(f"{name}\t{day.local(rehearsal.clock(day, now)):%Y-%m-%dT%H:%M}")


def _local(day: Day, text: str) -> datetime:
    """A moment as the centre's clocks show it; one with its offset is taken as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text!r} is not a time. Write it as 2026-06-01T07:00.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=day.zone)
        if moment.utcoffset() != moment.replace(fold=1).utcoffset():
            raise click.UsageError(f"The clocks change at {text}. Write it with its offset, as {text[:16]}+03:00.")
    return moment.astimezone(UTC)


KEYS: dict[str, type] = {
    "centre": str, "date": object, "start": str, "end": str, "exam": str, "profile": str, "period_start": object,
    "rehearsal": bool, "second": bool, "parameters": dict, "rooms": dict, "camera": list, "station": list,
    "recorder": list, "person": list,
}  # fmt: skip


def _opening(plan: dict[str, Any]) -> opening.Opening:
    if unknown := sorted(set(plan) - set(KEYS)):
        raise Invalid(Message("Unknown key %(key)s.", {"key": unknown[0]}))
    people_said = (v for p in plan["person"] for k, v in p.items() if k != "relief")
    texts = [*plan["rooms"].values(), *people_said] if _fits(plan) else [None]
    if not all(isinstance(text, str) for text in texts):
        raise Invalid(Message("A value is of the wrong kind: texts and times stand in quotes."))
    rooms = [Room(code, kind) for kind, codes in plan["rooms"].items() for code in parse_rooms(codes)]
    logins = {p.login: p.id for p in people.list_people(OPERATOR, size=100_000).items}
    roster = []
    for person in plan["person"]:
        if person["login"] not in logins:
            raise Invalid(Message("There is no account %(login)s.", {"login": person["login"]}))
        later = person.get("relief", False)
        roster.append(opening.Place(logins[person["login"]], person["role"], person.get("order", ""), later))
    return opening.Opening(
        centre=plan["centre"], date=_date(plan["date"]), start=plan["start"], end=plan["end"], exam=plan["exam"],
        profile=plan["profile"], rooms=tuple(rooms), roster=tuple(roster), parameters=plan.get("parameters", {}),
        cameras=tuple(build(Camera, c) for c in plan.get("camera", [])), rehearsal=plan.get("rehearsal", False),
        second=plan.get("second", False),
        stations=tuple(build(Station, s) for s in plan.get("station", [])),
        recorders=tuple(build(Recorder, r) for r in plan.get("recorder", [])),
        period_start=_date(plan["period_start"]) if "period_start" in plan else None,
    )  # fmt: skip


def _fits(plan: dict[str, Any]) -> bool:
    return all(isinstance(value, KEYS[key]) for key, value in plan.items()) and all(
        isinstance(item, dict) and isinstance(item.get("relief", False), bool)
        for key in ("camera", "recorder", "station", "person")
        for item in plan.get(key, [])
    )


def _date(value: object) -> date:
    return value if type(value) is date else date.fromisoformat(str(value))


@day.command("verify")
@click.argument("name")
@click.option(
    "--checkpoint",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A checkpoint that a witness kept.",
)
@click.option("--leaves", is_flag=True, help="Quick: only that the leaves give the signed root.")
@click.pass_context
def verify_(context: click.Context, name: str, checkpoint: Path | None, leaves: bool) -> None:
    """Prove the day's journal from its stored bytes: exit 0 proved, 1 broken, 2 could not check."""
    if leaves and checkpoint:
        raise click.UsageError("--leaves and --checkpoint exclude each other: a kept checkpoint needs the whole proof.")
    result = _result(name, checkpoint, leaves)
    click.echo(f"{name}\t{result}")
    context.exit(result.exit)


@on_installation
def _result(name: str, checkpoint: Path | None, leaves: bool) -> verify.Result:
    if leaves:
        return verify.verify_leaves(name)
    note = checkpoint.read_text(encoding="utf-8", errors="replace") if checkpoint else ""
    return verify.verify_day(name, note)
