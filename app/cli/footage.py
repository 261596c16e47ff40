"""``flask footage``: copy footage onto a medium with proof; footage_check.py adds ``check`` and ``bag``."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from uuid import uuid4

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli import footage_check
from app.cli.errors import plainly
from app.cli.moments import now_or
from app.domain.footage import MEDIA
from app.services import copying, setup

LINES_EVERY = 10.0  # per cent between two lines where nobody watches
footage = AppGroup("footage", help="Footage on media: copy with proof, check a copy, pack it.")
footage_check.register(footage)


@footage.command("copy")
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.argument("dest", metavar="DEST", type=click.Path(path_type=Path))
@click.option("--day", default="", help="Record the copy in this day.")
@click.option("--by", "login", default="", help="Sign-in name of who copies; needed with --day.")
@click.option("--camera", "cameras", multiple=True, help="Whose footage it is (repeatable).")
@click.option("--room", "rooms", multiple=True, help="Of which room, when all its cameras are meant (repeatable).")
@click.option("--name", "name", type=click.Choice(["as-is", "rule"]), default="as-is", help="What copies are called.")
@click.option("--serial", default="", help="Serial number of the medium, where the system does not tell it.")
@click.option("--kind", type=click.Choice(MEDIA), help="What the medium is, where the system tells it wrong.")
@click.option("--seal", default="", help="Number of the seal on the package of the medium.")
@click.option("--viewed/--not-viewed", default=None, help="A sample of the copy is or was viewed.")
@click.option("--yes/--no", "sure", default=None, help="Answer to the question before the first byte.")
@click.pass_context
def copy_(context: click.Context, /, **given: object) -> None:
    """Copy files and folders to a folder of a medium and prove them there.

    Exit 0: copied and proved; 1: something differs; 2: it cannot be done, or was paused. The same command goes on.
    """
    try:
        _copy(**given)
    except click.ClickException as error:
        if isinstance(error.__cause__, copying.Differs):
            raise
        error.exit_code = 2
        raise


@plainly
def _copy(
    sources: tuple[Path, ...], dest: Path, day: str, login: str, cameras: tuple[str, ...], rooms: tuple[str, ...],
    name: str, serial: str, kind: str | None, seal: str, viewed: bool | None, sure: bool | None,
) -> None:  # fmt: skip
    if bool(day) != bool(login):
        raise click.UsageError("--day and --by belong together: the day, and who copies.")
    if day:
        setup.require_made(current_app.extensions["settings"].instance)
    actor = copying.somebody(login) if login else None
    order = copying.Order(
        sources, dest, day, cameras, rooms, name == "rule", serial, kind or "", seal, viewed
    )
    prepared = copying.prepare(actor, order)
    _show_plan(prepared)
    if not _agreed(sure):
        raise click.ClickException("Nothing was copied.")
    began, last = now_or(None), _Last()
    with _paused_by_signal() as wish:
        show = _bar if sys.stderr.isatty() else _Lines()
        files = copying.copy(prepared, lambda progress: show(last.keep(progress)), wish)
    _show_end(last.progress, copying.tell(actor, prepared, files, began, now_or(None), str(uuid4())))


class _Last:
    """The newest report."""

    progress: copying.Progress

    def keep(self, progress: copying.Progress) -> copying.Progress:
        self.progress = progress
        return progress


class _Lines:
    """A line now and then, for a file or another program."""

    def __init__(self) -> None:
        self._next = LINES_EVERY

    def __call__(self, progress: copying.Progress) -> None:
        if _percent(progress) >= self._next and not progress.ended:
            self._next = _percent(progress) // LINES_EVERY * LINES_EVERY + LINES_EVERY
            click.echo(_words(progress), err=True)


def _bar(progress: copying.Progress) -> None:
    """One line of a terminal, written over and over."""
    click.echo("\r" + _words(progress)[:79].ljust(79), nl=progress.ended, err=True)


def _words(progress: copying.Progress) -> str:
    left = "" if progress.left_s is None else f", {_span(progress.left_s)} left"
    return (
        f"{_percent(progress):3.0f} %  {_size(progress.done)} of {_size(progress.total)}, "
        f"{progress.rate / 1e6:.0f} MB/s{left}  {_plain(progress.file)}"
    )


def _percent(progress: copying.Progress) -> float:
    return 100 * progress.done / progress.total if progress.total else 100.0


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes}:{rest:02d} min"


def _size(size: int) -> str:
    if size >= 1e8:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.0f} kB"


def _plain(name: str) -> str:
    """A name as a terminal may be given it."""
    return "".join(c if c.isprintable() else "?" for c in name)


def _show_plan(prepared: copying.Prepared) -> None:
    plan, on = prepared.plan, prepared.medium
    about = [on.kind, on.label, on.file_system, f"serial {on.serial}" if on.serial else "serial not known"]
    click.echo(f"{footage_check.count_of(len(plan.items))}, {_size(plan.size)}, to {_plain(str(plan.root))}")
    click.echo(f"medium: {', '.join(filter(None, about))}; free {_size(plan.medium.free)}")
    if plan.proved:
        click.echo(f"{footage_check.count_of(len(plan.proved))} copied and proved before; the copy goes on.")
    for path in plan.unnamed:
        click.echo(f"keeps its name, its times are not known: {_plain(path)}")
    for path in plan.left_out:
        click.echo(f"left out: {_plain(path)}")


def _agreed(sure: bool | None) -> bool:
    """Where nobody can answer, the command itself is the answer."""
    return sure if sure is not None else not sys.stdin.isatty() or click.confirm("Copy?", default=True)


def _show_end(progress: copying.Progress, done: copying.Copied) -> None:
    new, there = set(progress.new), set(progress.there)
    for file in done.files:
        state = "new" if file.path in new else "already there" if file.path in there else ""
        was = f"\tfrom {_plain(file.original)}" if file.original else ""
        click.echo(f"{state}\t{_plain(file.path)}\t{file.size}\t{file.sha256}{was}")
    seconds = max(1e-3, (done.ended - done.began).total_seconds())
    click.echo(f"{footage_check.count_of(len(done.files))}, {_size(done.size)}, copied and proved in {_span(seconds)}")
    if done.generation:
        click.echo(f"manifest: generation {done.generation}, SHA-256 {done.manifest}")
    if done.entry:
        click.echo(f"recorded in {done.prepared.order.day} as entry {done.entry}")


@contextmanager
def _paused_by_signal() -> Iterator[Callable[[], str]]:
    """Ctrl+C asks for a pause; a second one ends the program at once, which harms nothing either."""
    wishes: list[str] = []

    def ask(number: int, frame: FrameType | None) -> None:
        wishes.append("pause")
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: wishes[0] if wishes else ""
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
