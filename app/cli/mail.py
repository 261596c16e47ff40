"""``flask mail``: whether e-mail goes out."""

from uuid import uuid4

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.errors import plainly
from app.cli.moments import now_or
from app.services import mail as service

mail = AppGroup("mail", help="E-mail: send a test message.")


@mail.command()
@click.argument("address")
@plainly
def test(address: str) -> None:
    """Send a test message at once and say what happened."""
    made, write = current_app.extensions["settings"], current_app.extensions["mail"]
    service.try_out(made, address, made.language, now_or(None), str(uuid4()), write)
    click.echo(f"The mail server has taken the message to {address}.")
