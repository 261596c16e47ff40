"""``flask key``: the log key and the root's fingerprint, to be published and kept on paper."""

from io import StringIO
from pathlib import Path

import click
import segno
from flask.cli import AppGroup

from app.cli.errors import on_installation
from app.cli.moments import now_or
from app.services import publish

key = AppGroup("key", help="The log key and root that packages are checked against.")


@key.command()
@click.option("--sheet", type=click.Path(dir_okay=False, path_type=Path), help="Save an A4 sheet to keep (PDF).")
@on_installation
def show(sheet: Path | None) -> None:
    """Show log key and root as text and QR; give them to the head and the ministry before the first exam."""
    published = publish.published()
    click.echo(f"log key\t{published.vkey}")
    click.echo(f"SHA-256 of the log key\t{published.key_sha256}")
    click.echo(f"SHA-256 of the root certificate\t{published.root_sha256}")
    click.echo(f"witness key\t{publish.witness()}")
    if sheet:
        sheet.write_bytes(publish.sheet(now_or(None)))
        click.echo(str(sheet))
        return
    drawn = StringIO()
    segno.make(published.text, error="m", micro=False).terminal(out=drawn, compact=True)
    click.echo(drawn.getvalue(), nl=False)
