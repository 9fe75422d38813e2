"""The values that platforms store across restarts, in one small file. Blocking."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import orjson
import structlog

from storage.codec import to_json
from storage.files import PREVIOUS_SUFFIX, Files, replace_file, seal_json, unseal_json, with_file_suffix

log = structlog.get_logger()
MEMO_FILE_NAME = "memos.json"


def read_memos(files: Files, folder: Path) -> dict[str, str]:
    """All values; those of the previous generation if the file is damaged, none if both are. Raises OSError."""
    path = folder / MEMO_FILE_NAME
    for copy in (path, with_file_suffix(path, PREVIOUS_SUFFIX)):
        raw = files.read(copy)
        if raw is None:
            continue
        with suppress(ValueError):
            return decode_memos(raw)
        log.error("what a platform remembered cannot be read")
    return {}


def write_memos(files: Files, folder: Path, memos: dict[str, str]) -> None:
    """Replace all values durably. Raises OSError."""
    replace_file(files, folder / MEMO_FILE_NAME, encode_memos(memos))


def encode_memos(memos: dict[str, str]) -> bytes:
    """The content of the file with these values."""
    return seal_json(to_json({"memos": memos}))[0]


def decode_memos(raw: bytes) -> dict[str, str]:
    """The values in a file's content. Raises ValueError when it is not such a file's."""
    match orjson.loads(unseal_json(raw)):
        case {"memos": dict(memos)} if all(isinstance(value, str) for value in memos.values()):
            return memos
    raise ValueError("not what a platform remembered")
