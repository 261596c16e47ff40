"""``flask footage check`` and ``flask footage bag``: read a copy again from its medium; pack it."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import uuid4

import click
from flask import current_app
from flask.cli import with_appcontext

from app.cli.errors import plainly
from app.cli.moments import now_or
from app.services import checking, setup
from app.services.checking import Report, shown

COULD_NOT = 2
HOW = {"letters": " (the same letters, composed otherwise)", "case": " (capital and small letters)", "name": ""}


@click.command("check")
@click.argument("dest", metavar="DEST", type=click.Path(path_type=Path))
@click.option("--day", default="", help="Note the result in this day, and compare with what it says of the copy.")
@click.option("--by", "login", default="", help="Sign-in name of who checks; needed with --day.")
@click.option("--json", "as_json", is_flag=True, help="The whole report for another program.")
@click.pass_context
@with_appcontext
def check(context: click.Context, dest: Path, day: str, login: str, as_json: bool) -> None:
    """Read the copy in DEST again: exit 0 whole, 1 differs (names the files), 2 could not check."""
    if day and not login:
        raise click.UsageError("--day needs --by: who checks.")
    try:
        report = _checked(dest, day, login)
    except click.ClickException as error:
        error.exit_code = COULD_NOT
        raise
    if as_json:
        click.echo(json.dumps(asdict(report) | {"counts": report.counts}, default=str, ensure_ascii=True, indent=1))
    else:
        _show(report)
    context.exit(0 if report.result == "whole" else 1)


@plainly
def _checked(dest: Path, day: str, login: str) -> Report:
    now = now_or(None)
    if not login:
        return checking.check(dest, "", now, _bar)
    setup.require_made(current_app.extensions["settings"].instance)
    actor = checking.somebody(login)
    if not day:
        return checking.check(dest, actor.name, now, _bar)
    return checking.check_of_day(actor, day, dest, lambda: now_or(None), _bar, lambda: "", str(uuid4()))


def _bar(done: int, total: int, path: str) -> None:
    """One line of a terminal, written over and over; elsewhere nothing."""
    if sys.stderr.isatty():
        text = f"{100 * done // max(total, 1):3d} %  {shown(path)}"
        click.echo("\r" + text[:79].ljust(79), nl=done >= total, err=True)


def _show(report: Report) -> None:
    """One difference a line: what it is, tab, the name, tab, the rest."""
    for changed in report.changed:
        click.echo(f"changed\t{shown(changed.path)}\t{changed.kind} {changed.found}, was {changed.expected}")
    for path in report.missing:
        click.echo(f"missing\t{shown(path)}")
    for path in report.added:
        click.echo(f"added\t{shown(path)}")
    for pair in report.renamed:
        click.echo(f"renamed\t{shown(pair.old)}\tnow {shown(pair.new)}{HOW[pair.how]}")
    for unreadable in report.unreadable:
        click.echo(f"unreadable\t{shown(unreadable.path)}\t{unreadable.error}")
    for problem in report.problems:
        click.echo(f"history\t{problem}")
    for path in report.unfinished:
        click.echo(f"unfinished\t{shown(path)}\tleft by a copy that is not finished")
    click.echo(f"{report.result}: {count_of(report.files)}, {report.size} bytes as they were copied")
    if generation := report.generation:
        click.echo(f"manifest: generation {generation.number}, SHA-256 {generation.sha256}")
    else:
        click.echo(f"manifest: none was added. {report.unwritten}")


@click.command("bag")
@click.argument("dest", metavar="DEST", type=click.Path(path_type=Path))
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@with_appcontext
def bag(dest: Path, folder: Path) -> None:
    """Pack the copy in DEST as a BagIt bag, the new FOLDER; every file is read and compared before."""
    hashes: dict[str, Any] = plainly(checking.bag)(dest, folder, now_or(None))
    click.echo(f"{folder}\t{count_of(len(hashes))}")


def register(group: click.Group) -> None:
    """Add both to ``flask footage``."""
    group.add_command(check)
    group.add_command(bag)


def count_of(count: int) -> str:
    """``1 file``, ``2 files``."""
    return f"{count} file{'' if count == 1 else 's'}"
