"""``flask jobs``: run the jobs, do one tick, tell what ran. ``flask backup``: make, list and check copies."""

import signal
import threading
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from app.cli.errors import on_installation
from app.cli.moments import now_or
from app.domain.jobs import Outcome, Standing
from app.jobs import Jobs, perform
from app.services import backup as service
from app.services import jobs as runs

backup = AppGroup("backup", help="Copies of the database: make, list, check.")
WORDS = {
    Standing.FINE: "fine", Standing.FAILED: "FAILED", Standing.SILENT: "HAS NOT RUN", Standing.NEW: "not yet run",
    Standing.OFF: "off",
}  # fmt: skip


@click.group(cls=AppGroup, invoke_without_command=True)
@click.pass_context
def jobs(context: click.Context) -> None:
    """What the server does by itself: run it (also without a word more), do it once, list what ran."""
    if context.invoked_subcommand is None:
        context.invoke(run)


@jobs.command()
@on_installation
def run() -> None:
    """Run the jobs until a signal ends it; waits while another process runs them."""
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    made = Jobs(_app())
    made.start()
    click.echo("This process runs the jobs." if made.leader.held() else "Another process runs the jobs; waiting.")
    over.wait()
    made.stop()


@jobs.command()
@on_installation
def once() -> None:
    """One tick: tell what is due and overdue; exit 1 when something failed or could not be sent yet."""
    _tell(perform(_app(), "tick"))


def _app() -> Flask:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app


def _tell(outcome: Outcome) -> None:
    """What a job did; exit 1 when it failed or left something undone."""
    for message in outcome.messages:
        click.echo(message)
    if outcome.failed or outcome.waiting:
        raise click.exceptions.Exit(1)


@jobs.command("list")
@on_installation
def list_() -> None:
    """One job a line: name, how it stands, last run, how long, what it did; exit 1 when one is an alarm."""
    alarm = False
    for view in runs.overview(now_or(None)):
        last, alarm = view.last.finished, alarm or view.alarm
        when = f"{last.began:%Y-%m-%dT%H:%M:%SZ}" if last else "-"
        long = f"{(last.ended - last.began).total_seconds():.1f} s" if last and last.ended else "-"
        told = "; ".join(map(str, last.told)) if last else ""
        click.echo("\t".join((view.job.name, WORDS[view.standing], when, long, told or "-")))
    if alarm:
        raise click.exceptions.Exit(1)


@backup.command()
@on_installation
def make() -> None:
    """A proved copy of the database into the instance folder; written down like the nightly one."""
    _tell(perform(_app(), "backup"))


@backup.command("list")
@on_installation
def list_backups() -> None:
    """One copy a line, newest first: name, bytes, when it was made."""
    for copy in service.listed():
        click.echo(f"{copy.path.name}\t{copy.size}\t{copy.made:%Y-%m-%dT%H:%M:%SZ}")


@backup.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def check(context: click.Context, file: Path) -> None:
    """Prove a copy: exit 0 whole, 1 broken, 2 could not check. A name alone is looked for among the copies."""
    found = _checked(file)
    click.echo(f"{file.name}\t{found.message}")
    context.exit(found.exit)


@on_installation
def _checked(file: Path) -> service.Checked:
    return service.check(file if file.exists() else service.place(file.name))
