"""``flask start``: everything from an empty folder to a running logbook. ``make run`` calls it."""

import os
import signal
import sys

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info

from app import config, jobs
from app.cli import setup
from app.domain import DomainError
from app.domain.network import is_loopback
from app.serve import check_address, check_port, serve


@click.command()
@pass_script_info
def start(info: ScriptInfo) -> None:
    """Make what is missing (keys, database, demo data), then serve with the jobs in one process."""
    try:
        settings = config.load(None, os.environ)
        check_address(settings)  # before anything is made
        check_port(settings)
        lines = setup.ensure() or ()
    except DomainError as error:
        told = click.ClickException(str(error))
        told.exit_code = error.exit
        raise told from error

    click.echo(f"The logbook is at {settings.url}   (Ctrl+C stops it)")
    if settings.tls:
        click.echo(f"Phones and laptops must trust {settings.tls_dir / 'ca.pem'} once: see `flask certs trust`.")
    elif is_loopback(settings.host):
        click.echo("Only this machine can open it; phones need TLS: see `flask certs make`.")
    for line in lines:
        click.echo(line)
    sys.stdout.flush()

    # Set-up may have written the keys that the application reads when it is made: make it anew.
    def make_app() -> Flask:
        return ScriptInfo(app_import_path=info.app_import_path, create_app=info.create_app).load_app()

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve(settings, make_app, jobs.start)
