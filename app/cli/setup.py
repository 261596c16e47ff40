"""``flask init`` and what ``make run`` does before it serves."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app import demo
from app.cli.errors import plainly
from app.cli.moments import MOMENT, now_or
from app.services import setup


def prepare(now: datetime) -> None:
    """Folder, keys, authority, schema: each only where it is missing."""
    settings = current_app.extensions["settings"]
    setup.make_keys(settings.instance, settings.name, now)
    setup.upgrade_schema()


def ensure() -> list[str]:
    """Make whatever is missing, with a demo day in an empty installation; the lines to print."""
    now = now_or(None)
    prepare(now)
    if not setup.is_made():
        click.echo("Making a demo installation: yesterday's days handed in, today's under way ...")
        demo.build_region(current_app.extensions["settings"], now)
    return demo.lines()


@click.command()
@click.option("--admin", default="admin", show_default=True, help="Sign-in name of the first administrator.")
@click.option("--now", "moment", type=MOMENT, help="Moment to take as now, e.g. 2026-06-01T09:10+03:00.")
@with_appcontext
@plainly
def init(admin: str, moment: datetime | None) -> None:
    """Make an installation in the instance folder: keys, authority, database, first administrator."""
    now = now_or(moment)
    prepare(now)
    first = setup.init(current_app.extensions["settings"].name, now, admin)
    click.echo(f"The installation is made in {current_app.instance_path}")
    click.echo(f"Administrator: {first.login}   one-time password: {first.password}")
    click.echo("Write the password down: it is not stored. It has to be changed at the first sign-in.")
