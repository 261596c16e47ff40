"""Schema changes, forward only, numbered. ``render_item`` keeps them free of imports of the app."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from flask_migrate import Migrate

from app.store import camera_tables, review_tables, tables
from app.store.db import Blob, UtcDateTime


def render_item(kind: str, item: Any, _context: Any) -> str | bool:
    """Our own column types are plain ones in a migration."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    return "sa.LargeBinary()" if kind == "type" and isinstance(item, Blob) else False


migrate = Migrate(render_as_batch=True, render_item=render_item, compare_type=True)
MODELS = (tables, camera_tables, review_tables)  # the schema that the migrations lead to
FOLDER = Path(__file__).resolve().parent


def upgrade(engine: sa.Engine) -> None:
    """Bring the schema to the newest migration, in one transaction."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
