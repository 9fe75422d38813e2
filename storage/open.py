"""Open a store by its address."""

from __future__ import annotations

from pathlib import Path

from bot.domain.errors import StoreUnavailable
from bot.domain.ports import Store
from storage.memory import MemoryStore
from storage.tiny import TinyStore


def open_store(url: str) -> Store:
    """Open `tinydb:FOLDER` or `memory:`. Blocks while it reads; called once, at the start.

    Raises ValueError for any other address, `StoreInUse` when another process uses the folder, `StoreTooNew` when a
    newer version wrote it, and `StoreUnavailable`, with a sentence, when the folder cannot be used.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "memory" and not rest:
        return MemoryStore()
    if scheme == "tinydb" and rest:
        return _open_tiny_store(Path(rest).expanduser())
    # Only the scheme is quoted: the rest of an address may contain a password.
    raise ValueError(f"a store is tinydb:FOLDER or memory:, not {scheme}:…")


def _open_tiny_store(folder: Path) -> TinyStore:
    try:
        return TinyStore.open(folder)
    except StoreUnavailable as problem:
        raise StoreUnavailable(
            f"The store in {folder.absolute()} cannot be used: {problem}. "
            "Set STALEMATE_STORE to a folder that this user may write to, such as tinydb:data."
        ) from problem
