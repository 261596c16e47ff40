"""What the server saw of the cameras of a day when it last looked. No truth: the journal holds the changes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, bindparam, case, func, or_, select, update

from app.domain.sights import ALIVE, Sight
from app.store.camera_tables import SightRow
from app.store.db import Prepared, db
from app.store.tables import CentreRow, DayRow, LogRow

TABLE = SightRow.__table__
COLUMNS = (
    "state", "since", "looked", "fps_milli", "width", "height", "recording", "detail", "pictured", "told",
)  # fmt: skip
ALL = Prepared(
    select(TABLE.c.camera, *(TABLE.c[name] for name in COLUMNS))
    .where(TABLE.c.day == bindparam("day"))
    .order_by(TABLE.c.camera)
)
MARK = Prepared(
    select(
        func.count(), func.count(case((TABLE.c.state == bindparam("alive"), TABLE.c.camera))), func.max(TABLE.c.since),
        func.max(TABLE.c.looked),
    ).where(TABLE.c.day == bindparam("day"))
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mark:
    """All of a day in four values: cameras looked at, those alive, the newest change, the newest look."""

    cameras: int
    alive: int
    since: datetime | None
    looked: datetime | None


def of_day(day: str) -> dict[str, Sight]:
    """By camera, without the pictures; empty when nothing is watched."""
    return {row[0]: Sight(*row[1:]) for row in ALL.rows(day=day)}


def mark(day: str) -> Mark:
    """One read along the table's key, for pages that ask whether anything changed."""
    return Mark(*MARK.rows(day=day, alive=ALIVE)[0])


def picture(day: str, camera: str) -> bytes | None:
    """The newest thumbnail (JPEG) of a camera."""
    query = select(TABLE.c.picture).where(TABLE.c.day == day, TABLE.c.camera == camera)
    found: bytes | None = db.session.scalar(query)
    return found


def write(day: str, camera: str, sight: Sight, picture: bytes = b"") -> None:
    """What was seen now; without a new picture the old one stays. Inside a transaction."""
    values = {name: getattr(sight, name) for name in COLUMNS if name != "pictured"}
    if picture:
        values |= {"picture": picture, "pictured": sight.looked}
    known = update(TABLE).where(TABLE.c.day == day, TABLE.c.camera == camera).values(**values)
    if not db.session.execute(known).rowcount:  # type: ignore[attr-defined]
        db.session.execute(TABLE.insert().values(day=day, camera=camera, **values))  # type: ignore[attr-defined]


def asked_for() -> bool:
    """Is any centre watched?"""
    return db.session.scalar(select(CentreRow.code).where(CentreRow.watch).limit(1)) is not None


def candidates(today: date) -> list[tuple[str, str]]:
    """(day, centre) of days of watched centres that may be watched now: yesterday's to tomorrow's, by whatever zone.

    Of rehearsals also later ones: their clock may show their date already.
    """
    first, last = ((today + timedelta(days=n)).isoformat() for n in (-1, 1))
    rehearsal = and_(DayRow.id.like("%-r%"), DayRow.date >= first)
    near = or_(DayRow.date.between(first, last), rehearsal)
    query = select(DayRow.id, DayRow.centre).join(CentreRow, CentreRow.code == DayRow.centre)
    query = query.join(LogRow, LogRow.id == DayRow.log_id).where(LogRow.source == "")
    return [tuple(row) for row in db.session.execute(query.where(CentreRow.watch, near).order_by(DayRow.id))]
