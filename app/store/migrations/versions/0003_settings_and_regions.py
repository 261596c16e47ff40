"""Values of a region, settings of the installation, and the profile's text in the index of days."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "region_parameters",
        sa.Column("profile", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("profile", "region", name="pk_region_parameters"),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_setting"),
    )
    op.add_column("day", sa.Column("profile", sa.String(), nullable=False, server_default=""))
    op.create_index("ix_day_profile", "day", ["profile"])
    _fill(op.get_bind())


def _fill(connection: sa.Connection) -> None:
    """Days that are open already: their first entry names the text that they pinned."""
    day = sa.table("day", sa.column("log_id"), sa.column("profile"))
    entry = sa.table("entry", sa.column("log_id"), sa.column("seq"), sa.column("body", sa.LargeBinary()))
    for log in connection.scalars(sa.select(day.c.log_id)).all():
        body = connection.scalar(sa.select(entry.c.body).where(entry.c.log_id == log, entry.c.seq == 0))
        try:
            digest = json.loads(body or b"{}")["profile_sha256"]
        except (ValueError, KeyError, TypeError):  # damaged or erased: the journal says so itself
            continue
        connection.execute(day.update().where(day.c.log_id == log).values(profile=str(digest)))
