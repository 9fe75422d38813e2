"""Stores the screen in a small file, so that buttons still work after the console was killed and restarted."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from adapters.console.screen import SCREEN_VERSION, ConsoleScreen, SavedScreen

if TYPE_CHECKING:
    from pydantic import TypeAdapter

MAX_SAVED_ENTRIES = 30  # direct messages of each member, and as many other entries

# What version 0.1, whose files have no `version`, called these fields of a card, of a form and of a channel.
FIELDS_OF_VERSION_1 = {
    "unfinished": "is_unfinished",
    "notice": "notification",
    "aside": "beside_pressed_card",
    "channel": "channel_id",
}

log = structlog.get_logger(__name__)


def load_console_screen(file: Path | None) -> ConsoleScreen:
    """The stored screen; an empty one when there is no file, or it cannot be read."""
    if file is None:
        return ConsoleScreen()
    with suppress(OSError):  # the store reports a folder that cannot be used
        file.with_name(f"{file.name}.new").unlink(missing_ok=True)
    if not file.exists():
        return ConsoleScreen()
    try:
        return ConsoleScreen(_saved_screen_codec().validate_python(_upgrade_screen(json.loads(file.read_bytes()))))
    except (OSError, ValueError, AttributeError, KeyError, TypeError) as problem:
        log.warning("the console's screen cannot be read; it starts empty", problem=type(problem).__name__)
        return ConsoleScreen()


def _upgrade_screen(plain: dict[str, Any]) -> dict[str, Any]:
    """The plain data of a screen with the names of the present version."""
    if "version" in plain:
        return plain
    return {**plain, "version": SCREEN_VERSION, "said": [_upgrade_entry(entry) for entry in plain["said"]]}


def _upgrade_entry(entry: dict[str, Any]) -> dict[str, Any]:
    renamed = {
        field: {FIELDS_OF_VERSION_1.get(name, name): value for name, value in entry[field].items()}
        for field in ("to", "what")
    }
    return {**entry, **renamed}


def save_console_screen(screen: ConsoleScreen, file: Path | None) -> None:
    """Store the screen atomically, readable only by the file's owner. Write errors are logged, not raised."""
    if file is None:
        return
    try:
        _replace_screen_file(file, _saved_screen_codec().dump_json(screen.to_saved(MAX_SAVED_ENTRIES)))
    except OSError as problem:
        log.warning("the console's screen cannot be kept", problem=type(problem).__name__)


def _replace_screen_file(file: Path, content: bytes) -> None:
    draft = file.with_name(f"{file.name}.new")  # one name: the store's lock keeps a second process out
    draft.unlink(missing_ok=True)  # left by a process that was killed
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
            stream.write(content)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


@cache
def _saved_screen_codec() -> TypeAdapter[SavedScreen]:
    from pydantic import TypeAdapter  # takes 50 ms: only for a screen that is stored

    return TypeAdapter(SavedScreen)
