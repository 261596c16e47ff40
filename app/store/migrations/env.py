"""Alembic's entry: runs the migrations on the connection that ``upgrade`` hands over, or on the app's engine."""

from alembic import context
from flask import current_app, has_app_context

from app.store.db import Base
from app.store.migrations import render_item


def run() -> None:
    """Migrations always run online."""
    connection = context.config.attributes.get("connection")
    if connection is None and has_app_context():
        connection = current_app.extensions["migrate"].db.engine.connect()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
