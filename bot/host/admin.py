"""The host's own commands on a store on this disk, with or without a running bot.

Besides `bot.main`, only this module imports stores.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app.service import Service
from bot.domain.errors import HostRequestRefused, StoreInUse, StoreTooNew
from bot.host.config import Config
from bot.host.control import BotNotRunning, handle_control_request, send_control_request
from storage import backup, restore
from storage.open import open_store

AFTER_RESTORE_NOTICE = (
    "What members told the bot after that moment is gone: please tell them. Whoever asked to be forgotten since then "
    "is back, and has to ask once more (“forget me”). The bot can be started now."
)


def parse_store_folder(url: str) -> Path | None:
    """The folder of a store on this disk; None for a store that is not on disk."""
    kind, _colon, folder = url.partition(":")
    return Path(folder).expanduser() if kind == "tinydb" else None


def request_bot_or_store(config: Config, request: Mapping[str, str], now: datetime) -> Mapping[str, Any]:
    """The answer to a host's command (see `bot.host.control`), from the running bot or else from its store.

    Raises `HostRequestRefused` with a sentence. It does not create a store where there is none.
    """
    folder = parse_store_folder(config.store)
    if folder is None:
        raise HostRequestRefused(
            "STALEMATE_STORE is memory:, which keeps nothing on disk: only the running bot knows its reminders. "
            "With tinydb:FOLDER this would tell of them."
        )
    _require_store(folder)
    try:
        return send_control_request(folder, request)
    except BotNotRunning:
        return asyncio.run(_request_store(config, request, now))


async def _request_store(config: Config, request: Mapping[str, str], now: datetime) -> Mapping[str, Any]:
    try:
        store = open_store(config.store)
    except StoreInUse as problem:
        raise HostRequestRefused(
            f"The program that uses this store ({problem}) does not answer this. A console does not: end it with :quit "
            "first. If it is a bot, try once more, or stop it first."
        ) from None
    try:
        return await handle_control_request(Service(store, {}, config.host_defaults), request, now)
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class BackupResult:
    """The outcome of a backup, for the host."""

    #: In sentences.
    message: str
    #: False: a damaged record is missing from the backup.
    is_complete: bool = True


def back_up_store(config: Config, target: Path, program_version: str, now: datetime, *, force: bool) -> BackupResult:
    """Back up the store to `target`. Raises `HostRequestRefused` with a sentence when nothing was written."""
    try:
        _require_store(folder := _require_store_folder(config))
        counts = backup.write_backup(folder, target.absolute(), now, program_version, force=force)
    except StoreTooNew as problem:
        raise HostRequestRefused(
            f"A newer version of this program wrote the store ({problem}): use that one."
        ) from None
    except OSError as problem:
        raise HostRequestRefused(
            f"{target.absolute()} cannot be written: {problem.strerror}. There is no new backup."
        ) from None
    message = (
        f"Backed up {restore.record_counts_phrase(counts.books, counts.clubs)} to {target.absolute()}. "
        f"{_damaged_files_notice(counts)}"
        "It holds members' private notes: keep it as you keep the store. "
        "Whoever asks to be forgotten later still stands in it."
    )
    return BackupResult(message, is_complete=not counts.damaged_books and not counts.damaged_clubs)


def restore_store(config: Config, source: Path, now: datetime, *, replace: bool) -> str:
    """Restore `source`; returns sentences that say so. Raises `HostRequestRefused` with one when nothing was done."""
    try:
        result = restore.restore_backup_file(_require_store_folder(config), source.absolute(), now, replace=replace)
    except StoreInUse as problem:
        raise HostRequestRefused(
            f"The store is in use ({problem}): stop that first, then restore. Nothing was changed."
        ) from None
    except OSError as problem:
        raise HostRequestRefused(
            f"The store in {_require_store_folder(config)} cannot be written: {problem.strerror}. "
            "STALEMATE_STORE says where it is. Nothing was changed."
        ) from None
    message = (
        f"Restored {restore.record_counts_phrase(result.manifest.books, result.manifest.clubs)} "
        f"from {source.absolute()}, as of {result.manifest.made_at:%Y-%m-%d %H:%M} UTC. {AFTER_RESTORE_NOTICE}"
    )
    return f"{message} {_set_aside_notice(result.aside_folders)}" if result.aside_folders else message


def _set_aside_notice(folders: Sequence[Path]) -> str:
    where, single = " and ".join(map(str, folders)), len(folders) == 1
    return (
        f"The books {'' if single else 'and clubs '}from before are in {where}. "
        "They hold members' private notes, and “forget” does not reach them: "
        f"delete {'that folder when you need it' if single else 'those folders when you need them'} no more."
    )


def _require_store(folder: Path) -> None:
    try:
        exists = restore.is_store(folder)
    except OSError as problem:
        raise HostRequestRefused(
            f"The store in {folder.absolute()} cannot be read: {problem.strerror}. "
            "Ask as the user that the bot runs as."
        ) from None
    if not exists:
        raise HostRequestRefused(
            f"There is no store in {folder.absolute()}. Is this the folder that the bot runs in? "
            "Go to that one, or set STALEMATE_STORE to where the store is."
        )


def _require_store_folder(config: Config) -> Path:
    """The absolute path, for use in sentences: the host may be in another folder than they think."""
    folder = parse_store_folder(config.store)
    if folder is None:
        raise HostRequestRefused("STALEMATE_STORE is memory:, which keeps nothing. Set it to tinydb:FOLDER first.")
    return folder.absolute()


def _damaged_files_notice(counts: backup.BackupCounts) -> str:
    books = _missing_from_backup_sentence(counts.damaged_books, "member's book", "members' books")
    return books + _missing_from_backup_sentence(counts.damaged_clubs, "club's file", "clubs' files")


def _missing_from_backup_sentence(count: int, singular: str, plural: str) -> str:
    if not count:
        return ""
    whose = f"1 {singular} is damaged and is" if count == 1 else f"{count} {plural} are damaged and are"
    return f"{whose} not in this backup. Keep your older backups: they may have {'it' if count == 1 else 'them'}. "
