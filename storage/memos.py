"""What a platform has to remember over a restart, on disk: one small file. Blocking."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import orjson
import structlog

from storage.codec import to_json
from storage.files import PREVIOUS, Files, beside, keep, seal, unseal

log = structlog.get_logger()
_NAME = "memos.json"


def read(files: Files, folder: Path) -> dict[str, str]:
    """All of them; of a damaged file the generation before. Raises OSError."""
    path = folder / _NAME
    for one in (path, beside(path, PREVIOUS)):
        raw = files.read(one)
        if raw is None:
            continue
        with suppress(ValueError, KeyError):
            return dict(orjson.loads(unseal(raw))["memos"])
        log.error("what a platform remembered cannot be read")
    return {}


def write(files: Files, folder: Path, memos: dict[str, str]) -> None:
    """Durably. Raises OSError."""
    sealed, _ = seal(to_json({"memos": memos}))
    keep(files, folder / _NAME, sealed)
