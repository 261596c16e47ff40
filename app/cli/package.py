"""``flask package``: a day's package, written and checked."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.cli.errors import on_installation, plainly
from app.cli.moments import now_or
from app.cli.people import OPERATOR
from app.services import packages

package = AppGroup("package", help="Packages of days: export, check.")


@package.command()
@click.argument("day")
@click.option("-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path))
@on_installation
def export(day: str, output: Path) -> None:
    """Save the package of DAY (zip); prints its SHA-256. The file is there whole or not at all."""
    try:
        written = packages.export(OPERATOR, day, output, now_or(None))
    except OSError as error:
        failed = click.ClickException(f"{output}: {error.strerror or error}")
        failed.exit_code = 2
        raise failed from error
    click.echo(f"{output}\t{written.size}\tSHA-256 {written.sha256}")


@package.command()
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--vkey", default="", help="The published log key: its text, or a file.")
@click.option("--root", default="", help="The published root certificate: a file, or its SHA-256.")
@click.pass_context
def check(context: click.Context, file: Path, vkey: str, root: str) -> None:
    """Check a package (zip or folder) or a PDF with its proof: exit 0 good, 1 changed, 2 could not check."""
    outcome = plainly(packages.check)(file, vkey, root)
    click.echo("\n".join(outcome.lines))
    context.exit(outcome.exit)
