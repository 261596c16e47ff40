"""A database of an older version keeps everything, and learns what it needs."""

import json
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from app.store.migrations import FOLDER, upgrade

BODIES = {1: json.dumps({"profile_sha256": "ab" * 32}).encode(), 2: None, 3: b"damaged"}


def test_days_that_are_open_learn_the_text_that_they_pinned(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for log, body in BODIES.items():
            connection.execute(sa.text("INSERT INTO log VALUES (:l, :o, 'day')"), {"l": log, "o": f"o{log}"})
            connection.execute(
                sa.text("INSERT INTO entry VALUES (:l, 0, 'e', x'00', x'00', :b, x'00')"), {"l": log, "b": body}
            )
            connection.execute(
                sa.text("INSERT INTO day (id, centre, date, log_id) VALUES (:d, '45-0007', '2026-06-01', :l)"),
                {"d": f"d{log}", "l": log},
            )
        connection.commit()
    upgrade(engine)
    with engine.connect() as connection:
        rows = dict(connection.execute(sa.text("SELECT log_id, profile FROM day")).all())
        assert rows == {1: "ab" * 32, 2: "", 3: ""}
        assert connection.scalar(sa.text("SELECT count(*) FROM entry")) == 3
    engine.dispose()
