"""Domain errors as commands show them: every reason on a line, and the error's own exit code."""

import functools
from collections.abc import Callable
from typing import Any

import click

from app.domain import DomainError


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
