"""``flask people``: accounts from the command line, as the system."""

import click
from flask.cli import AppGroup

from app.cli.errors import on_installation
from app.cli.moments import now_or
from app.domain.people import Actor
from app.domain.plan import Role
from app.services import people as service

OPERATOR = Actor("operator", "operator", frozenset({Role.ADMINISTRATOR}))
people = AppGroup("people", help="Accounts: list, add, reset a password, close, open.")


@people.command("list")
@on_installation
def list_() -> None:
    """One account a line: sign-in name, tab, name, roles, centres."""
    page = 1
    while True:
        found = service.list_people(OPERATOR, page=page)
        for p in found.items:
            state = "" if p.active else "\tclosed"
            click.echo(f"{p.login}\t{p.name}\t{', '.join(p.roles)}\t{', '.join(p.centres)}{state}")
        if page >= found.pages:
            return
        page += 1


@people.command()
@click.argument("login")
@click.argument("name")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([r.value for r in Role]))
@click.option("--centre", "centres", multiple=True, help="Code like 07-1234; none: an office above the centres.")
@click.option("--email", default="")
@on_installation
def add(login: str, name: str, roles: tuple[str, ...], centres: tuple[str, ...], email: str) -> None:
    """Add an account; prints its one-time password."""
    _, password = service.add(OPERATOR, login, name, roles, centres, email, now_or(None))
    click.echo(f"{login}\tone-time password: {password}")


@people.command("reset-password")
@click.argument("login")
@on_installation
def reset_password(login: str) -> None:
    """A new one-time password; the signing key and its code stay as they are."""
    click.echo(f"{login}\tone-time password: {service.reset_password(OPERATOR, _id(login), now_or(None))}")


@people.command()
@click.argument("login")
@click.option("--reason", default="closed from the command line", help="Why; it stands in the record of changes.")
@on_installation
def close(login: str, reason: str) -> None:
    """Close an account: it cannot sign in; what it did stays."""
    service.lock(OPERATOR, _id(login), reason, now_or(None))
    click.echo(f"{login}\tclosed")


@people.command("open")
@click.argument("login")
@on_installation
def open_(login: str) -> None:
    """Open a closed account again, and forget its wrong passwords."""
    service.unlock(OPERATOR, _id(login), now_or(None))
    click.echo(f"{login}\topen")


def _id(login: str) -> str:
    for p in service.list_people(OPERATOR, query=login, size=10_000).items:
        if p.login == login:
            return p.id
    raise click.ClickException(f"There is no account {login}.")
