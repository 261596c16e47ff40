"""``flask ca``: what outsiders need of the installation's authority and log key."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.errors import on_installation
from app.services import publish

ca = AppGroup("ca", help="Certificates and public keys for outsiders.")


@ca.command()
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@on_installation
def export(output: Path) -> None:
    """Save the root certificate (PEM); prints its SHA-256 fingerprint."""
    pem, sha256 = publish.root()
    output.write_bytes(pem)
    click.echo(f"{output}\tSHA-256 {sha256}")


@ca.command()
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@on_installation
def crl(output: Path) -> None:
    """Save the revocation lists (PEM)."""
    output.write_bytes(publish.crls())
    click.echo(str(output))


@ca.command()
@on_installation
def vkey() -> None:
    """Print the public key that checks the checkpoints of every journal."""
    click.echo(publish.vkey())


@ca.command()
@click.argument("day")
@on_installation
def checkpoint(day: str) -> None:
    """Print the day's newest signed checkpoint: whoever keeps it is a witness."""
    click.echo(publish.checkpoint(day), nl=False)
