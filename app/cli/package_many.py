"""``flask package import`` and ``collect``: packages taken in, and packages of many days; ``flask source``."""

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.errors import on_installation
from app.cli.moments import now_or
from app.cli.package import package
from app.cli.people import OPERATOR
from app.services import export_worker, exports, importing, sources
from app.services.importing import Kind

source = AppGroup("source", help="Other installations whose packages are taken in: add, list.")
KINDS = {
    Kind.NEW: "taken in, {size} entries",
    Kind.LONGER: "extended from {before} to {size} entries",
    Kind.SAME: "known already: nothing was written",
    Kind.SHORTER: "known already, ours is newer ({before} entries, the package has {size}): nothing was written",
}


@package.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only prove it and tell what it would bring.")
@on_installation
def import_(file: Path, dry_run: bool) -> None:
    """Prove the package of another installation and take its day in; exit 1 for one that is refused."""
    taken = importing.take_in(OPERATOR, file, now_or(None), dry_run)
    told = "\n".join(taken.told)
    what = KINDS[taken.kind].format(size=taken.size, before=taken.before)
    click.echo(f"{told}\n{taken.day}\tof {taken.source}\t{'dry run: would be ' if dry_run else ''}{what}")


@package.command()
@click.option("--centre", default="", help="Code like 23-0123; with --month.")
@click.option("--month", default="", help="Like 2026-06.")
@click.option("--region", default="", help="Two digits; with --date.")
@click.option("--date", default="", help="Like 2026-06-01.")
@click.option("-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path))
@on_installation
def collect(centre: str, month: str, region: str, date: str, output: Path) -> None:
    """Save the packages of a centre's month or a region's exam day in a folder; the same command again goes on."""
    scope = exports.Scope(centre, month, region, date)
    made = export_worker.collect(OPERATOR, scope, output, current_app.extensions["clock"])
    for name, sha256, size in made.packages:
        click.echo(f"{name}.zip\t{size}\tSHA-256 {sha256}")
    for name, reason in made.missing:
        click.echo(f"{name}\t{reason}", err=True)
    if made.missing:
        raise click.exceptions.Exit(1)


@package.command("run", hidden=True)
@click.argument("export_id", metavar="ID")
@click.pass_context
def run(context: click.Context, export_id: str) -> None:
    """The process behind an export that was asked for in the browser; nobody types it."""
    context.exit(0 if _run(export_id) else 1)


@on_installation
def _run(export_id: str) -> bool:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return export_worker.run(export_id, app.extensions["clock"], app.app_context)


@source.command()
@click.argument("vkey")
@click.argument("root", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", default="", help="What people here call it.")
@on_installation
def add(vkey: str, root: Path, title: str) -> None:
    """Take in what another installation published: its log key (the text) and root certificate (PEM)."""
    made = sources.add(OPERATOR, vkey, root.read_bytes(), title, now_or(None))
    click.echo(f"{made.name}\nSHA-256 of the log key:          {made.key_sha256}")
    click.echo(f"SHA-256 of the root certificate: {made.root_sha256}\nCompare both with the printed sheet.")


@source.command("list")
@on_installation
def list_() -> None:
    """One source a line: name, title, days taken in, SHA-256 of its log key and root certificate."""
    for found in sources.listed(OPERATOR):
        click.echo("\t".join((found.name, found.title, str(found.days), found.key_sha256, found.root_sha256)))
