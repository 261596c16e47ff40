"""``flask cameras probe``: look once at cameras by hand. No address and no password is ever printed."""

import time

import click
from flask.cli import AppGroup

from app.cli.errors import on_installation
from app.services import watching
from app.services.watching import Pool, Target

cameras = AppGroup("cameras", help="Cameras of the centres: look at them once.")


@cameras.command()
@click.option("--day", "day_id", help="every device of this day's centre")
@click.option("--centre", help="every device of this centre")
@click.argument("url", required=False)
@on_installation
def probe(day_id: str | None, centre: str | None, url: str | None) -> None:
    """Look once at a stream (URL), or at every device of a day or a centre; exit 1 when one shows no living picture."""
    given = [value for value in (day_id, centre, url) if value]
    if len(given) != 1:
        raise click.UsageError("Give one of --day, --centre or a URL.")
    targets = watching.one(url) if url else watching.by_hand(centre or watching.centre_of(day_id or ""))
    if not targets:
        raise click.ClickException("No device of this centre has an address.")
    bad = 0
    for target, answer in _asked(targets):
        line, good = watching.in_words(target.key, answer)
        click.echo(line)
        bad += not good
    if bad:
        raise click.exceptions.Exit(1)


def _asked(targets: list[Target]) -> list[tuple[Target, dict[str, object]]]:
    """What each of them answers, in the order of the targets; eight at a time."""
    pool, waiting = Pool(), list(targets)
    found: dict[object, dict[str, object]] = {}
    try:
        while waiting or pool.busy:
            while waiting and pool.busy < 8:
                target = waiting.pop(0)
                pool.ask(target.key, dict(target.task))
            found.update(pool.collect())
            time.sleep(0.05)
    finally:
        pool.close()
    return [(target, found[target.key]) for target in targets]
