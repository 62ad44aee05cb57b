"""What every command does with an error of ours: one sentence, no traceback."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import click

from core.errors import HotlineError

_Args = ParamSpec("_Args")


def told_plainly(command: Callable[_Args, None]) -> Callable[_Args, None]:
    """Show an error of our own as one sentence, without a traceback."""

    @wraps(command)
    def told(*args: _Args.args, **kwargs: _Args.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except HotlineError as error:
            raise click.ClickException(str(error)) from error

    return told
