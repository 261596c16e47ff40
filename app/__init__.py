"""The electronic logbook of the technical specialist at an exam centre."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.config import Settings


# While modules load, classes are made by the thousand and none goes: looking for garbage took a third of every start.
gc.set_threshold(100_000, 50, 50)
GARBAGE = 10_000  # objects until the collector looks, from then on; Python's 700 takes 5 % of a page


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] | None = None) -> Flask:
    """The application. ``clock`` gives aware UTC moments; the web and the jobs read no other."""
    from flask import Flask

    from app import cli, config, demo, web
    from app.store import keys
    from app.store.db import db
    from app.store.db import init_app as init_database
    from app.store.migrations import migrate

    settings = settings or config.load(None, os.environ)
    if not settings.database_url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise config.ConfigError("LOGBOOK_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://")
    app = Flask(
        "app", root_path=str(config.PROJECT / "app"), instance_path=str(settings.instance),
        static_folder="web/static", template_folder=str(config.PROJECT / "templates"),
    )  # fmt: skip
    app.ensure_sync = lambda function: function  # type: ignore[method-assign]  # none is async: Flask asks all of them
    secret = settings.instance / "keys" / keys.SESSION_SECRET
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SECRET_KEY=secret.read_bytes() if secret.exists() else os.urandom(32),
        SESSION_COOKIE_HTTPONLY=True, SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_NAME="logbook",
        SESSION_COOKIE_SECURE=settings.tls or settings.behind_proxy,
        MAX_CONTENT_LENGTH=21 * 1024 * 1024, MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
    )  # fmt: skip
    app.extensions["settings"] = settings
    app.extensions["clock"] = clock or (lambda: datetime.now(UTC))
    app.extensions["demo_accounts"] = demo.accounts
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        init_database(app)
    migrate.init_app(app, db, directory=str(config.PROJECT / "app" / "store" / "migrations"))
    web.register(app)
    cli.register(app)
    gc.set_threshold(GARBAGE, 10, 10)
    return app
