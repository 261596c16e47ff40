"""The lock of the jobs in PostgreSQL: it dies with its connection, and belongs to one database alone."""

from app.jobs.leader import Leader
from tests.conftest import Clock, Installation, close, make_app
from tests.databases import PostgresDatabase


def test_a_lost_connection_is_a_lost_lock(installation: Installation) -> None:
    here = Leader(installation.app, lambda: None)
    assert here.held()
    with installation.database.connect() as hand:
        hand.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
    assert not here.held()
    assert here.held(), "free again"
    here.release()


def test_two_installations_on_one_postgresql_do_not_meet(installation: Installation) -> None:
    assert isinstance(installation.database, PostgresDatabase)
    server = installation.database.server
    name = server.create()
    other = make_app(installation.folder, Clock(), server.address(name))
    first, second = Leader(installation.app, lambda: None), Leader(other, lambda: None)
    assert first.held() and second.held()
    first.release()
    second.release()
    close(other)
    server.give_back(name)
