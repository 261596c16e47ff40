"""``flask form``: the regulation's forms and a day's signed documents."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.errors import on_installation, plainly
from app.cli.people import OPERATOR
from app.domain.profile import text
from app.services import days, documents

form = AppGroup("form", help="Forms: list them, save a day's signed document.")


@form.command("list")
@plainly
def list_() -> None:
    """One form a line: code, tab, title."""
    for f in documents.list_forms():
        click.echo(f"{f.code}\t{text(f.title, 'en')}")


@form.command()
@click.argument("code")
@click.argument("day")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option("--revision", type=int, help="An older revision.")
@on_installation
def save(code: str, day: str, output: Path, revision: int | None) -> None:
    """Save the newest revision of a form, signed as far as it is; a draft when nobody has signed yet."""
    found = days.load(OPERATOR, day)
    note = ""
    if revision is None and documents.document(found, code, OPERATOR).document is None:
        data = documents.preview(OPERATOR, day, code, current_app.extensions["settings"].public_url)
        note = "\tdraft: nobody has signed it yet"
    else:
        data, _ = documents.save(found, code, revision)
    output.write_bytes(data)
    click.echo(f"{output}\t{len(data)} bytes{note}")
