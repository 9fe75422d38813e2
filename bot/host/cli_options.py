"""The options of the commands that open the console, and the check of `--clock`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer


def _validate_clock_option(text: str | None) -> str | None:
    """The text unchanged, if it is a local time such as 2026-12-01T10:00."""
    if text is None:
        return None
    try:
        start = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("give a local time such as 2026-12-01T10:00") from None
    if not 1971 <= start.year <= 9000:
        raise typer.BadParameter("give a year from 1971 to 9000")
    if start.tzinfo:
        raise typer.BadParameter("give a local time without an offset; its zone is STALEMATE_ZONE")
    return text


JsonOption = Annotated[bool, typer.Option("--json", help="One JSON line for each thing said, for programs.")]
ClockOption = Annotated[
    str | None,
    typer.Option(
        "--clock",
        metavar="TIME",
        callback=_validate_clock_option,
        help="Start a clock to move, at this local time (2026-12-01T10:00).",
    ),
]

EchoOption = Annotated[bool, typer.Option("--echo", help="Repeat the lines that are read, for a transcript.")]
