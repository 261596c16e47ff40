"""Review, packages and witnesses: who looks at a day, other installations and their days, cosignatures, exports."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

NUMBERS = (
    "rooms", "recording", "outages", "due", "due_done", "remarks", "answered", "mismatches", "uncovered", "seen_lines",
    "late_steps", "others",
)  # fmt: skip


def _text(name: str, kind: type[sa.String] = sa.String) -> sa.Column[str]:
    return sa.Column(name, kind(), nullable=False)


def _json(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.JSON(), nullable=False)


def _moment(name: str, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(), nullable=nullable)


def _of(table: str, **names: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([n], [to], name=f"fk_{table}_{n}_{to.partition('.')[0]}") for n, to in names.items()
    ]


def upgrade() -> None:
    op.execute("DELETE FROM day_status")  # a cache: its rows are made again with what is new
    for name in NUMBERS:
        op.add_column("day_status", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("day_status", sa.Column("stage", sa.String(), nullable=False, server_default="open"))
    op.add_column("day_status", sa.Column("source", sa.String(), nullable=False, server_default=""))
    op.add_column("day_status", sa.Column("troubles", sa.Text(), nullable=False, server_default="[]"))
    for name in ("received", "submit_by", "submitted_at", "accepted_at"):
        op.add_column("day_status", _moment(name, nullable=True))
    for name, default in (("region", ""), ("curve", "[]")):
        kind = sa.Text() if name == "curve" else sa.String()
        op.add_column("day_status", sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("day_status", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "board_word", _text("date"), _text("region"), _text("word"),
        sa.PrimaryKeyConstraint("date", "region", name="pk_board_word"),
    )  # fmt: skip
    op.create_index("ix_day_status_board", "day_status", ["date", "region", "zone", "version", "made"])
    op.add_column("log", sa.Column("source", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "looking", _text("day"), _text("person"), _moment("since"), _moment("at"),
        *_of("looking", day="day.id", person="person.id"), sa.PrimaryKeyConstraint("day", "person", name="pk_looking"),
    )  # fmt: skip
    op.create_table(
        "source", _text("name"), _text("vkey", sa.Text), _text("root", sa.Text), _text("title"), _moment("added"),
        _text("added_by"), sa.PrimaryKeyConstraint("name", name="pk_source"),
    )  # fmt: skip
    op.create_table(
        "imported", _text("day"), _text("source"), _text("sha256"), sa.Column("size", sa.Integer(), nullable=False),
        _text("root"), _moment("at"), _text("by"), _json("known"),
        *_of("imported", day="day.id", source="source.name"), sa.PrimaryKeyConstraint("day", name="pk_imported"),
    )  # fmt: skip
    op.create_index("ix_imported_source", "imported", ["source"])
    op.create_table(
        "cosignature", sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False), _text("witness"), _text("line", sa.Text), _moment("at"),
        *_of("cosignature", log_id="log.id"),
        sa.PrimaryKeyConstraint("log_id", "size", "witness", name="pk_cosignature"),
    )  # fmt: skip
    op.create_table(
        "witnessed", _text("witness"), _text("origin"), sa.Column("size", sa.Integer(), nullable=False),
        _text("note", sa.Text), _text("line", sa.Text), _moment("at"),
        sa.PrimaryKeyConstraint("witness", "origin", name="pk_witnessed"),
    )  # fmt: skip
    op.create_table(
        "fork", sa.Column("id", sa.Integer(), nullable=False), _text("origin"), _text("witness"),
        _text("kept", sa.Text), _text("shown", sa.Text), _moment("at"), _moment("settled", True),
        sa.PrimaryKeyConstraint("id", name="pk_fork"),
    )  # fmt: skip
    op.create_index("ix_fork_origin", "fork", ["origin"])
    op.create_table(
        "export", _text("id"), _text("person"), _moment("made"), _json("scope"), _text("state"), _text("wish"),
        _text("worker"), _moment("beat", True), _json("progress"), _json("result"), _text("told", sa.Text),
        *_of("export", person="person.id"), sa.PrimaryKeyConstraint("id", name="pk_export"),
    )  # fmt: skip
    op.create_index("ix_export_person", "export", ["person"])
    op.create_table(
        "particulars", _text("day"), _text("note", sa.Text), _text("papers", sa.Text), _text("figures", sa.Text),
        *_of("particulars", day="day.id"), sa.PrimaryKeyConstraint("day", name="pk_particulars"),
    )  # fmt: skip
