"""The clock of commands: the app's, or the moment given by ``--now``."""

from datetime import datetime

import click
from flask import current_app


class Moment(click.ParamType):
    """ISO 8601 with a zone, e.g. ``2026-06-01T09:10+03:00``."""

    name = "time"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            self.fail(f"{value!r} is not a time. Write it as 2026-06-01T09:10+03:00.", param, ctx)
        if moment.tzinfo is None:
            self.fail(f"{value!r} has no zone. Write it as 2026-06-01T09:10+03:00.", param, ctx)
        return moment


MOMENT = Moment()


def now_or(moment: datetime | None) -> datetime:
    """``moment``, or now by the app's clock."""
    return moment or current_app.extensions["clock"]()
