"""One-time links for accounts, the browser of a session, why an account is locked."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "invitation",
        sa.Column("token", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("made", sa.DateTime(), nullable=False),
        sa.Column("expires", sa.DateTime(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("used", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.id"], name="fk_invitation_person_person"),
        sa.PrimaryKeyConstraint("token", name="pk_invitation"),
    )
    op.create_index("ix_invitation_person", "invitation", ["person"])
    op.add_column("user_session", sa.Column("browser", sa.String(), nullable=False, server_default=""))
    op.add_column("person", sa.Column("lock_reason", sa.String(), nullable=False, server_default=""))
