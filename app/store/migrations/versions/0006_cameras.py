"""Cameras and footage: encrypted addresses, watching, what was seen, copies asked for in the browser."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def _of(table: str, **names: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([n], [to], name=f"fk_{table}_{n}_{to.partition('.')[0]}") for n, to in names.items()
    ]


def upgrade() -> None:
    op.add_column("centre", sa.Column("watch", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "device_address", _text("centre"), _text("device"), sa.Column("stream", sa.LargeBinary()),
        sa.Column("onvif", sa.LargeBinary()), *_of("device_address", centre="centre.code"),
        sa.PrimaryKeyConstraint("centre", "device", name="pk_device_address"),
    )  # fmt: skip
    op.create_table(
        "camera_sight", _text("day"), _text("camera"), _text("state"), _moment("since"), _moment("looked"),
        _count("fps_milli"), _count("width"), _count("height"), _text("recording"),
        sa.Column("detail", sa.Text(), nullable=False), sa.Column("picture", sa.LargeBinary()),
        _moment("pictured", True), _text("told"), *_of("camera_sight", day="day.id"),
        sa.PrimaryKeyConstraint("day", "camera", name="pk_camera_sight"),
    )  # fmt: skip
    op.create_table(
        "footage_copy", _text("id"), _text("day"), _text("person"), _moment("made"),
        sa.Column("asked", sa.JSON(), nullable=False), _text("state"), _text("wish"), _text("worker"),
        _moment("beat", True), sa.Column("progress", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False), sa.Column("told", sa.Text(), nullable=False),
        sa.Column("entry", sa.Integer()), *_of("footage_copy", day="day.id", person="person.id"),
        sa.PrimaryKeyConstraint("id", name="pk_footage_copy"),
    )  # fmt: skip
    op.create_index("ix_footage_copy_day", "footage_copy", ["day"])
