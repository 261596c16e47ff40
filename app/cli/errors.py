"""Domain errors as commands show them: every reason on a line, and the error's own exit code."""

import functools
from collections.abc import Callable
from typing import Any

import click
from flask import current_app

from app.domain import DomainError
from app.services import setup


def plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a command's function."""

    @functools.wraps(command)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except DomainError as error:
            exception = click.ClickException("\n".join(str(m) for m in error.messages))
            exception.exit_code = error.exit
            raise exception from error

    return call


def on_installation(command: Callable[..., Any]) -> Callable[..., Any]:
    """``plainly`` for a command that works on an installation: without one it says so and exits with 2."""

    @functools.wraps(command)
    def call(*args: Any, **kwargs: Any) -> Any:
        setup.require_made(current_app.extensions["settings"].instance)
        return command(*args, **kwargs)

    return plainly(call)
