"""Settings that were changed on a page, and the values that regions set."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from app.store.db import db
from app.store.tables import RegionRow, SettingRow


def values() -> dict[str, Any]:
    """Every stored setting; none while the table cannot be read.

    On a connection of its own: it is asked for also while a request's own work has failed.
    """
    try:
        with db.engine.connect() as connection:
            return {key: value for key, value in connection.execute(select(SettingRow.key, SettingRow.value))}
    except DatabaseError:
        return {}


def setting(key: str) -> SettingRow | None:
    return db.session.get(SettingRow, key)


def region(profile: str, code: str) -> RegionRow | None:
    """What the region set for the profile (by its id)."""
    return db.session.get(RegionRow, (profile, code))


def regions(profile: str) -> dict[str, dict[str, Any]]:
    """Region code to values, of one profile."""
    query = select(RegionRow.region, RegionRow.values).where(RegionRow.profile == profile)
    return {code: values for code, values in db.session.execute(query)}


def add(row: SettingRow | RegionRow) -> None:
    db.session.add(row)
    db.session.flush()


def remove(row: SettingRow | RegionRow) -> None:
    db.session.delete(row)
    db.session.flush()
