"""The clock of the day: when a day next has something to tell, what was told to whom, what the jobs did."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

UNPLANNED, UNSENT = sa.text("size <> planned_size"), sa.text("wanted AND sent_at IS NULL")


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def _of(table: str, *names: str) -> list[sa.ForeignKeyConstraint]:
    return [sa.ForeignKeyConstraint([n], [f"{n}.id"], name=f"fk_{table}_{n}_{n}") for n in names]


def upgrade() -> None:
    op.add_column("checkpoint", sa.Column("planned_size", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("checkpoint", _moment("next_at", nullable=True))
    op.create_index("ix_checkpoint_next_at", "checkpoint", ["next_at"])
    op.create_index(
        "ix_checkpoint_unplanned", "checkpoint", ["log_id"], sqlite_where=UNPLANNED, postgresql_where=UNPLANNED
    )
    op.add_column("day_status", sa.Column("ahead", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("person", sa.Column("mail", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.create_table(
        "message", _text("id"), _text("day"), _text("person"), _moment("made"), _moment("read_at", True),
        sa.Column("wanted", sa.Boolean(), nullable=False), _moment("claimed_at", True), _text("claimed_by"),
        sa.Column("tries", sa.Integer(), nullable=False), _moment("sent_at", True),
        sa.Column("failed", sa.Text(), nullable=False),
        sa.Column("unsure", sa.Boolean(), nullable=False, server_default=sa.false()), *_of("message", "day", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
    )  # fmt: skip
    op.create_index("ix_message_day", "message", ["day"])
    op.create_index("ix_message_person", "message", ["person"])
    op.create_index("ix_message_unsent", "message", ["made"], sqlite_where=UNSENT, postgresql_where=UNSENT)
    op.create_table(
        "reminder", sa.Column("id", sa.Integer(), nullable=False), _text("day"), _text("step"), _text("rule"),
        _moment("due"), _text("person"), _moment("at"), _text("message"), *_of("reminder", "day", "person", "message"),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.UniqueConstraint("day", "step", "rule", "due", "person", name="uq_reminder_day"),
    )  # fmt: skip
    op.create_index("ix_reminder_message", "reminder", ["message"])
    op.create_table(
        "taken", _text("day"), _text("step"), _text("person"), _moment("at"), _moment("until"),
        *_of("taken", "day", "person"), sa.PrimaryKeyConstraint("day", "step", name="pk_taken"),
    )  # fmt: skip
    op.create_table(
        "job_run", sa.Column("id", sa.Integer(), nullable=False), _text("job"), _moment("began"),
        _moment("ended", True), sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False), _text("worker"), sa.PrimaryKeyConstraint("id", name="pk_job_run"),
    )  # fmt: skip
    op.create_index("ix_job_run_job", "job_run", ["job"])
    op.create_table(
        "feed", _text("token"), _text("person"), _text("centre"), _moment("made"), _moment("fetched", True),
        *_of("feed", "person"), sa.PrimaryKeyConstraint("token", name="pk_feed"),
    )  # fmt: skip
    op.create_index("ix_feed_person", "feed", ["person"])
