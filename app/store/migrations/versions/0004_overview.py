"""A line a day for lists (a cache), and how far each reader has looked."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COUNTS = (
    "planned", "done", "late", "open", "overdue", "impossible", "waived", "corrected", "voided", "entered_late",
    "unconfirmed", "signed", "papers",
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "day_status",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("valid_until", sa.DateTime(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("centre", sa.String(), nullable=False),
        sa.Column("date", sa.String(), nullable=False),
        sa.Column("start", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("exam", sa.String(), nullable=False),
        sa.Column("rehearsal", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("words", "roster", "readers", "confirmers", "signers")
        ),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(["day"], ["day.id"], name="fk_day_status_day_day"),
        sa.PrimaryKeyConstraint("day", name="pk_day_status"),
    )
    op.create_table(
        "reading",
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_reading_person_person"),
        sa.ForeignKeyConstraint(["day"], ["day.id"], name="fk_reading_day_day"),
        sa.PrimaryKeyConstraint("person", "day", name="pk_reading"),
    )
    op.create_index("ix_reading_day", "reading", ["day"])
