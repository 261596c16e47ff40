"""Lists of days and reading marks on PostgreSQL: the same rows, the same orders, the same schema."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.services import overview
from app.services.overview import Wanted
from app.store.db import Base, db, transaction
from tests.conftest import Installation


def test_the_list_of_days_and_the_marks(installation: Installation, day: str) -> None:
    installation.note(day)
    now, head = installation.clock.now, installation.people["head"]
    wanted = Wanted(text="45-0007 физика", sort="documents", state="running")
    for _ in range(2):
        assert [line.id for line in overview.list_days(head, now, wanted=wanted).items] == [day]
    for size in (1, 2):
        overview.mark_seen(head, day, size, now)
    with transaction():
        overview.store.mark(head.person, day, 1, now)
    assert overview.seen(head, day) == (2, now)
    installation.clock.forward(hours=30)
    assert overview.current(head, installation.clock.now) == day
    assert overview.waiting_days(head, installation.clock.now) == 0
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
