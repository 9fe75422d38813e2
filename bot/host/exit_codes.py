"""Messages and exit codes for errors that the host can correct. Slow imports happen only when they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

HOST_ERROR_EXIT_CODE = 2  # an error that the host can correct; also typer's code for a wrong option


@contextmanager
def exit_on_host_error() -> Iterator[None]:
    """Tell the host how to correct an error and exit. An error in the program keeps its traceback."""
    from bot.domain.errors import HostRequestRefused, StoreInUse, StoreTooNew, StoreUnavailable
    from bot.host.config import ConfigError

    try:
        yield
    except StoreInUse as problem:
        exit_with_message(
            f"Another program uses this store: {problem}. "
            "Stop that one first, or give this one a folder of its own in STALEMATE_STORE."
        )
    except StoreTooNew as problem:
        exit_with_message(f"A newer version of this program wrote the store ({problem}): use that one.")
    except (ConfigError, HostRequestRefused, StoreUnavailable) as problem:
        exit_with_message(str(problem))


def exit_with_message(message: str) -> NoReturn:
    print_to_stderr(message)
    raise typer.Exit(HOST_ERROR_EXIT_CODE) from None


def print_to_stderr(message: str) -> None:
    typer.echo(message, err=True)
