"""``flask pdf``: check a signed PDF."""

from pathlib import Path
from zoneinfo import ZoneInfo

import click
from flask.cli import AppGroup

from app.cli.errors import on_installation
from app.services import check as service

pdf = AppGroup("pdf", help="Signed PDFs: check one.")


@pdf.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_context
def check(context: click.Context, file: Path) -> None:
    """Check FILE against the journal: exit 0 good, 1 not good (says how), 2 could not check."""
    verdict = _verdict(file)
    click.echo(f"{file.name}\t{verdict.word}")
    if verdict.day:
        click.echo(f"  {verdict.form}, {verdict.day}, revision {verdict.revision}, {verdict.size} entries")
    zone = ZoneInfo(verdict.zone)
    for s in verdict.signatures:
        when = f"{s.received.astimezone(zone):%Y-%m-%d %H:%M:%S %z}" if s.received else "-"
        click.echo(f"  {s.meaning:<10} {s.state:<8} {when}  {s.name}  {s.reason or ''}".rstrip())
    for detail in verdict.details:
        click.echo(f"  {detail}")
    context.exit(verdict.exit)


@on_installation
def _verdict(file: Path) -> service.Verdict:
    return service.check(file.read_bytes())
