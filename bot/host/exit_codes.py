"""What the host can mend, told in plain sentences. Nothing heavy is imported before it is needed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

MENDABLE = 2  # the exit code of what the host can mend, the same as for a wrong option


@contextmanager
def mendable() -> Iterator[None]:
    """Tell the host what to mend. A real fault of ours keeps its traceback."""
    from bot.domain.errors import Refused, StoreInUse, StoreTooNew, StoreUnavailable
    from bot.host.config import ConfigError

    try:
        yield
    except StoreInUse as problem:
        refuse(
            f"Another program uses this store: {problem}. "
            "Stop that one first, or give this one a folder of its own in STALEMATE_STORE."
        )
    except StoreTooNew as problem:
        refuse(f"A newer version of this program wrote the store ({problem}): use that one.")
    except (ConfigError, Refused, StoreUnavailable) as problem:
        refuse(str(problem))


def refuse(sentence: str) -> NoReturn:
    tell(sentence)
    raise typer.Exit(MENDABLE) from None


def tell(sentence: str) -> None:
    typer.echo(sentence, err=True)
