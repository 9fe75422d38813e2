"""What a platform has to remember over a restart, on disk: one small file. Blocking."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import orjson
import structlog

from storage.codec import to_json
from storage.files import PREVIOUS, Files, beside, keep, seal, unseal

log = structlog.get_logger()
NAME = "memos.json"


def read(files: Files, folder: Path) -> dict[str, str]:
    """All of them; of a damaged file the generation before. Raises OSError."""
    path = folder / NAME
    for one in (path, beside(path, PREVIOUS)):
        raw = files.read(one)
        if raw is None:
            continue
        with suppress(ValueError):
            return understood(raw)
        log.error("what a platform remembered cannot be read")
    return {}


def write(files: Files, folder: Path, memos: dict[str, str]) -> None:
    """Durably. Raises OSError."""
    keep(files, folder / NAME, sealed(memos))


def sealed(memos: dict[str, str]) -> bytes:
    """The content of the file."""
    return seal(to_json({"memos": memos}))[0]


def understood(raw: bytes) -> dict[str, str]:
    """Raises ValueError when this is not the content of such a file."""
    match orjson.loads(unseal(raw)):
        case {"memos": dict(memos)} if all(isinstance(value, str) for value in memos.values()):
            return memos
    raise ValueError("not what a platform remembered")
