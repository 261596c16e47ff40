"""Addresses of devices, in their boxes."""

from sqlalchemy import inspect, select

from app.store.camera_tables import AddressRow
from app.store.db import db


def of_centre(centre: str) -> list[AddressRow]:
    """Rows of a centre, in order of devices."""
    return list(db.session.scalars(select(AddressRow).filter_by(centre=centre).order_by(AddressRow.device)))


def by_name(centre: str, device: str) -> AddressRow | None:
    return db.session.get(AddressRow, (centre, device))


def put(row: AddressRow) -> None:
    """Keep the row; one without any address goes."""
    if row.stream is None and row.onvif is None:
        db.session.delete(row)
    else:
        db.session.add(row)
    db.session.flush()


def keep_only(centre: str, devices: set[str]) -> None:
    """Forget the addresses of what is no device of the centre any more."""
    for row in of_centre(centre):
        if row.device not in devices:
            db.session.delete(row)
    db.session.flush()


def any_stored() -> bool:
    """Is there an address anywhere? No in a database that is older than their table."""
    if not inspect(db.engine).has_table(AddressRow.__tablename__):
        return False
    return db.session.scalar(select(AddressRow.device).limit(1)) is not None
