"""``flask footage run ID``: the process behind a copy that was asked for in the browser; nobody types it."""

import click
from flask import current_app

from app.cli.errors import on_installation
from app.cli.footage import footage
from app.services import copy_worker


@footage.command("run", hidden=True)
@click.argument("copy_id", metavar="ID")
@click.pass_context
def run(context: click.Context, copy_id: str) -> None:
    """Make the copy that waits; exit 0 when it is proved."""
    context.exit(0 if _run(copy_id) else 1)


@on_installation
def _run(copy_id: str) -> bool:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return copy_worker.run(copy_id, app.extensions["clock"], app.app_context)
