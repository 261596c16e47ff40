"""``flask demo``: an installation with yesterday's day complete and today's under way, in a region of small centres."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from app import demo as builder
from app.cli.errors import plainly
from app.cli.moments import MOMENT, now_or
from app.cli.setup import prepare


@click.command()
@click.option("--now", "moment", type=MOMENT, help="Build the days around this moment.")
@with_appcontext
@plainly
def demo(moment: datetime | None) -> None:
    """Fill an empty instance folder with a demonstration: a region, its people, exam days of today and yesterday."""
    now = now_or(moment)
    prepare(now)
    builder.build_region(current_app.extensions["settings"], now)
    for line in builder.lines():
        click.echo(line)
