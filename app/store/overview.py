"""Status rows of days (a cache, see tables.py) and reading marks: find, refresh, filter, sort, page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.store.days import held
from app.store.db import db
from app.store.review_tables import BoardWordRow
from app.store.tables import CheckpointRow, DayRow, DayStatusRow, LogRow, ReadingRow

STATUS = DayStatusRow.__table__.c
READING = ReadingRow.__table__.c
WORD = BoardWordRow.__table__
BROKEN = "damaged"
# Name in the address -> order. The day's name makes every order whole.
ORDERS: dict[str, tuple[ColumnElement[Any], ...]] = {
    "date": (STATUS.date.desc(),),
    "oldest": (STATUS.date,),
    "centre": (STATUS.centre, STATUS.date.desc()),
    "open": (STATUS.open.desc(), STATUS.date.desc()),
    "overdue": (STATUS.overdue.desc(), STATUS.date.desc()),
    "late": (STATUS.late.desc(), STATUS.date.desc()),
    "corrected": (STATUS.corrected.desc(), STATUS.date.desc()),
    "unconfirmed": (STATUS.unconfirmed.desc(), STATUS.date.desc()),
    "documents": ((STATUS.papers - STATUS.signed).desc(), STATUS.date.desc()),
}


@dataclass(frozen=True)
class Scope:
    """Whose list it is. ``centres``: of these only, None for any; ``all_days``: an office above the rosters;
    ``practice``: of its rehearsals too."""

    person: str
    centres: frozenset[str] | None
    all_days: bool
    practice: bool = True


@dataclass(frozen=True)
class Wanted:
    """What a list shows; empty means any. ``state``: a DayState, or ``mine``: it waits for the reader."""

    state: str = ""
    centre: str = ""
    region: str = ""
    first: str = ""  # dates, ISO
    last: str = ""
    text: str = ""
    exam: str = ""
    sort: str = "date"
    rehearsals: bool = False  # these alone; else none of them

    @property
    def by_clock(self) -> bool:
        """True when which days come, or in which order, depends on what the clock changes."""
        return bool(self.state) or self.sort in ("open", "overdue")


def names(people: Sequence[str] | frozenset[str]) -> str:
    """People as a status row holds them."""
    return f" {' '.join(sorted(people))} "


def _holds(column: ColumnElement[Any], person: str) -> ColumnElement[bool]:
    return column.contains(f" {person} ", autoescape=True)


@dataclass(frozen=True)
class Source:
    """What a row is made from, as the index of days has it."""

    day: str
    log: int
    centre: str
    date: str
    source: str = ""


def stale(
    scope: Scope, wanted: Wanted, now: datetime, aged: str = "", only: Sequence[str] | None = None
) -> list[Source]:
    """Days of those asked for whose row is missing, damaged or of another checkpoint.

    ``aged``: "all", or "own" (whose roster names the reader), counts rows of another time too. ``only``: of these days.
    What was found damaged at this very moment is not read again: one page asks several times.
    """
    old = or_(STATUS.day.is_(None), STATUS.state != BROKEN, STATUS.made != now)
    reasons = [STATUS.day.is_(None), func.coalesce(CheckpointRow.note, "") != STATUS.note, STATUS.state == BROKEN]
    if aged:
        past = or_(STATUS.valid_until <= now, STATUS.made > now)
        reasons.append(past if aged == "all" else and_(past, _holds(STATUS.roster, scope.person)))
    query = (
        select(DayRow.id, DayRow.log_id, DayRow.centre, DayRow.date, LogRow.source)
        .join(LogRow, LogRow.id == DayRow.log_id)
        .outerjoin(DayStatusRow, STATUS.day == DayRow.id)
        .outerjoin(CheckpointRow, CheckpointRow.log_id == DayRow.log_id)
        .where(or_(*reasons), old, *_asked(DayRow.centre, DayRow.date, scope, wanted))
    )
    if only is not None:
        query = query.where(DayRow.id.in_(only))
    return [Source(*row) for row in db.session.execute(query)]


def aged(now: datetime, near: tuple[str, str], before: datetime, limit: int) -> list[Source]:
    """Days whose row has to be made anew: of the dates ``near`` those that have none or grew, of all those whose time
    has passed. What was damaged at a look after ``before`` is not looked at again. The nearest dates come first.
    """
    grew = or_(STATUS.day.is_(None), func.coalesce(CheckpointRow.note, "") != STATUS.note)
    past = or_(STATUS.valid_until <= now, STATUS.made > now)
    known_ruin = and_(STATUS.state == BROKEN, STATUS.made > before, STATUS.made <= now)
    today = now.date().isoformat()
    query = (
        select(DayRow.id, DayRow.log_id, DayRow.centre, DayRow.date, LogRow.source)
        .join(LogRow, LogRow.id == DayRow.log_id)
        .outerjoin(DayStatusRow, STATUS.day == DayRow.id)
        .outerjoin(CheckpointRow, CheckpointRow.log_id == DayRow.log_id)
        .where(or_(and_(DayRow.date.between(*near), grew), past), or_(STATUS.day.is_(None), not_(known_ruin)))
        .order_by(case((DayRow.date == today, 0), else_=1), STATUS.made, DayRow.id)
    )
    return [Source(*row) for row in db.session.execute(query.limit(limit))]


def expire(day: str, now: datetime) -> None:
    """The day's row holds no longer: somebody has something else. Inside a transaction."""
    values = {"valid_until": now, "version": STATUS.version + 1}
    db.session.execute(update(DayStatusRow).where(STATUS.day == day).values(values))


def versions(days: Sequence[str], lock: bool = False) -> dict[str, int]:
    """By day how often its row was written; nothing of a day without one. ``lock``: nobody writes them until the
    transaction ends.
    """
    query = select(STATUS.day, STATUS.version).where(STATUS.day.in_(days)).order_by(STATUS.day)
    found = db.session.execute(query.with_for_update() if lock else query)
    return {day: version for day, version in found}


def _asked(centre: Any, date: Any, scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    found = []
    if scope.centres is not None:
        found.append(held(centre, scope.centres))
    if wanted.centre:
        found.append(centre == wanted.centre)
    if wanted.region:
        found.append(centre.startswith(f"{wanted.region}-", autoescape=True))
    if wanted.first:
        found.append(date >= wanted.first)
    if wanted.last:
        found.append(date <= wanted.last)
    return found


def _readable(scope: Scope) -> list[ColumnElement[bool]]:
    own = _holds(STATUS.readers, scope.person)
    if scope.all_days:
        return [] if scope.practice else [or_(STATUS.rehearsal.is_(False), own)]
    return [own]


def fitting(scope: Scope, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Conditions on status rows: what the reader may read of what is asked for."""
    found = [*_asked(STATUS.centre, STATUS.date, scope, wanted), *_readable(scope), STATUS.state != BROKEN]
    found.append(STATUS.rehearsal.is_(wanted.rehearsals))
    found += [STATUS.words.contains(word, autoescape=True) for word in wanted.text.casefold().split()]
    if wanted.exam:
        found.append(STATUS.exam == wanted.exam)
    if wanted.state == "mine":
        found.append(or_(_holds(STATUS.confirmers, scope.person), _holds(STATUS.signers, scope.person)))
    elif wanted.state:
        found.append(STATUS.state == wanted.state)
    return found


def put(rows: Sequence[dict[str, Any]]) -> None:
    """Write status rows over what was there; the boards that show them hear of it. Inside a transaction."""
    put_into(DayStatusRow.__table__, rows)
    word, made = token_hex(8), _upsert(WORD)
    told = made.on_conflict_do_update(index_elements=["date", "region"], set_={"word": made.excluded.word})
    boards = sorted({(row["date"], row["region"]) for row in rows})  # in one order, for those who write at once
    db.session.execute(told, [{"date": date, "region": region, "word": word} for date, region in boards])


def put_into(table: Any, rows: Sequence[dict[str, Any]]) -> None:
    """Write rows, one a day, over what was there. Inside a transaction."""
    made = _upsert(table)
    other = {c.name: made.excluded[c.name] for c in table.columns if c.name != "day"}
    if table is DayStatusRow.__table__:
        other["version"] = STATUS.version + 1
    db.session.execute(made.on_conflict_do_update(index_elements=["day"], set_=other), list(rows))


def _upsert(table: Any) -> Any:
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    return dialect.insert(table)


def count(scope: Scope, wanted: Wanted) -> int:
    """How many days the list holds."""
    return db.session.scalar(select(func.count()).select_from(DayStatusRow).where(*fitting(scope, wanted))) or 0


def rows(scope: Scope, wanted: Wanted, offset: int, limit: int) -> list[Any]:
    """Status rows in the wanted order, each with ``seen`` (how far the reader has looked), ``confirms``, ``signs``."""
    mine = and_(READING.day == STATUS.day, READING.person == scope.person)
    query: Select[Any] = (
        select(
            *DayStatusRow.__table__.columns, READING.size.label("seen"), READING.at.label("seen_at"),
            _flag(_holds(STATUS.confirmers, scope.person), "confirms"),
            _flag(_holds(STATUS.signers, scope.person), "signs"),
        )
        .outerjoin(ReadingRow.__table__, mine)
        .where(*fitting(scope, wanted))
        .order_by(*ORDERS.get(wanted.sort, ORDERS["date"]), STATUS.day)
    )  # fmt: skip
    return list(db.session.execute(query.offset(offset).limit(limit)))


def _flag(condition: ColumnElement[bool], name: str) -> ColumnElement[Any]:
    return case((condition, 1), else_=0).label(name)


def centres(scope: Scope, rehearsals: bool) -> list[tuple[str, str]]:
    """(code, name) of every centre whose days the reader may see, each once."""
    query = select(STATUS.centre, func.max(STATUS.name)).where(*fitting(scope, Wanted(rehearsals=rehearsals)))
    query = query.group_by(STATUS.centre).order_by(STATUS.centre)
    return [tuple(row) for row in db.session.execute(query)]


def broken(scope: Scope, own: frozenset[str], wanted: Wanted = Wanted()) -> list[str]:
    """Names of days whose journal is damaged: of the reader's rosters, of ``own`` centres, of everywhere above them."""
    query = select(STATUS.day).where(STATUS.state == BROKEN, *_asked(STATUS.centre, STATUS.date, scope, wanted))
    if not scope.all_days:
        query = query.where(or_(_holds(STATUS.readers, scope.person), held(STATUS.centre, own)))
    elif not scope.practice:
        query = query.where(*_readable(scope))
    return list(db.session.scalars(query.order_by(STATUS.date.desc(), STATUS.day)))


class Start(NamedTuple):
    """When a day begins. ``ahead``: seconds, of a rehearsal's clock."""

    day: str
    date: str
    start: datetime
    zone: str
    rehearsal: bool
    ahead: int


def starts(scope: Scope, rostered: bool) -> list[Start]:
    """Every day and rehearsal that names the reader; or every real day that they may read."""
    query = select(*(getattr(STATUS, name) for name in Start._fields))
    query = query.where(_named_in(scope, Wanted()) if rostered else and_(*fitting(scope, Wanted())))
    return [Start(*row) for row in db.session.execute(query)]


def _named_in(scope: Scope, wanted: Wanted) -> ColumnElement[bool]:
    """Days and rehearsals whose roster names the reader."""
    both = or_(*(and_(*fitting(scope, replace(wanted, rehearsals=r))) for r in (False, True)))
    return and_(both, _holds(STATUS.roster, scope.person))


def rostered(scope: Scope, wanted: Wanted) -> list[tuple[str, str, str]]:
    """(day, centre, checkpoint) of days and rehearsals whose roster names the reader, in order of dates."""
    query = select(STATUS.day, STATUS.centre, STATUS.note).where(_named_in(scope, wanted))
    return [tuple(row) for row in db.session.execute(query.order_by(STATUS.date, STATUS.day))]


# ---------------------------------------------------------------- how far somebody has looked


def reading(person: str, day: str) -> tuple[int, datetime] | None:
    """(entries seen, when) of one reader; None before the first look."""
    query = select(READING.size, READING.at).where(READING.person == person, READING.day == day)
    row = db.session.execute(query).one_or_none()
    return (row.size, row.at) if row else None


def readings(day: str) -> list[tuple[str, int, datetime]]:
    """(person, entries seen, when) of everybody who looked."""
    query = select(READING.person, READING.size, READING.at).where(READING.day == day)
    return [tuple(row) for row in db.session.execute(query)]


def mark(person: str, day: str, size: int, at: datetime) -> None:
    """Put the mark forward; never back. Inside a transaction."""
    made = _upsert(ReadingRow.__table__).values(person=person, day=day, size=size, at=at)
    newer = {"size": made.excluded.size, "at": made.excluded.at}
    db.session.execute(
        made.on_conflict_do_update(
            index_elements=["person", "day"], set_=newer, where=made.excluded.size > READING.size
        )
    )
