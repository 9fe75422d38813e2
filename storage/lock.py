"""The lock that lets only one process use the folder of a store."""

from __future__ import annotations

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
from filelock import FileLock, Timeout

from bot.domain.errors import StoreInUse
from storage.codec import to_json


@dataclass(frozen=True)
class FolderLock:
    """An acquired lock. It ends with `release` or with the process, whatever ends that: the system frees it."""

    lock: FileLock
    holder_file: Path

    @classmethod
    def acquire(cls, folder: Path) -> FolderLock:
        """Raises OSError, and `StoreInUse` at once if another process has the lock; nothing is changed then."""
        holder = folder / "holder.json"
        lock = FileLock(folder / "lock", timeout=0, mode=0o600, thread_local=False)
        try:
            lock.acquire()
        except Timeout:
            raise StoreInUse(_lock_holder_phrase(holder)) from None
        try:
            holder.write_bytes(to_json({"pid": os.getpid(), "host": socket.gethostname()}))
            holder.chmod(0o600)
        except OSError:
            lock.release()
            raise
        return cls(lock, holder)

    def release(self) -> None:
        if self.lock.is_locked:
            self.holder_file.unlink(missing_ok=True)
            self.lock.release()


def _lock_holder_phrase(holder_file: Path) -> str:
    with suppress(OSError, ValueError, KeyError, TypeError):
        holder = orjson.loads(holder_file.read_bytes())
        # The holder writes its file once, when it starts.
        since = datetime.fromtimestamp(holder_file.stat().st_mtime, UTC)
        return f"process {holder['pid']} on {holder['host']}, since {since:%Y-%m-%d %H:%M:%S} UTC"
    return "another process, which has not told its name"
