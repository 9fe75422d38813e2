"""What the host's own commands do with a store on this disk, beside a bot that runs or without one.

With `bot.main` the only place that sees stores.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.app.service import Core
from bot.domain.errors import Refused, StoreInUse, StoreTooNew
from bot.host.config import Config
from bot.host.control import NotThere, answer, ask
from storage import backup, restore
from storage.open import open_store

AFTER_A_RESTORE = (
    "What members told the bot after that moment is gone: please tell them. Whoever asked to be forgotten since then "
    "is back, and has to ask once more (“forget me”). The bot can be started now."
)


def store_folder(url: str) -> Path | None:
    """Where the store is on this disk; None for one that is not."""
    kind, _colon, folder = url.partition(":")
    return Path(folder).expanduser() if kind == "tinydb" else None


def host_asks(config: Config, asked: Mapping[str, str], now: datetime) -> Mapping[str, Any]:
    """The answer to a host's command (see `bot.host.control`), from the bot that runs or else from its store.

    Raises `Refused` with a sentence. Asking makes no store where there is none.
    """
    folder = store_folder(config.store)
    if folder is None:
        raise Refused(
            "STALEMATE_STORE is memory:, which keeps nothing on disk: only the running bot knows its reminders. "
            "With tinydb:FOLDER this would tell of them."
        )
    _is_store(folder)
    try:
        return ask(folder, asked)
    except NotThere:
        return asyncio.run(_answered(config, asked, now))


async def _answered(config: Config, asked: Mapping[str, str], now: datetime) -> Mapping[str, Any]:
    try:
        store = open_store(config.store)
    except StoreInUse as problem:
        raise Refused(
            f"The program that uses this store ({problem}) does not answer this. A console does not: end it with :quit "
            "first. If it is a bot, try once more, or stop it first."
        ) from None
    try:
        return await answer(Core(store, {}, config.home), asked, now)
    finally:
        await store.close()


@dataclass(frozen=True, slots=True)
class Done:
    """What was done, in sentences. `whole`: with nothing missing."""

    said: str
    whole: bool = True


def make_backup(config: Config, target: Path, program: str, now: datetime, *, force: bool) -> Done:
    """Raises `Refused` with a sentence when nothing was done."""
    try:
        _is_store(folder := _folder(config))
        made = backup.make(folder, target.absolute(), now, program, force=force)
    except StoreTooNew as problem:
        raise Refused(f"A newer version of this program wrote the store ({problem}): use that one.") from None
    except OSError as problem:
        raise Refused(f"{target.absolute()} cannot be written: {problem.strerror}. There is no new backup.") from None
    said = (
        f"Backed up {restore.counted(made.books, made.clubs)} to {target.absolute()}. {_damaged(made)}"
        "It holds members' private notes: keep it as you keep the store. "
        "Whoever asks to be forgotten later still stands in it."
    )
    return Done(said, whole=not made.damaged and not made.damaged_clubs)


def restore_backup(config: Config, source: Path, now: datetime, *, replace: bool) -> str:
    """What was done, in sentences. Raises `Refused` with one when nothing was."""
    try:
        done = restore.restore(_folder(config), source.absolute(), now, replace=replace)
    except StoreInUse as problem:
        raise Refused(f"The store is in use ({problem}): stop that first, then restore. Nothing was changed.") from None
    except OSError as problem:
        raise Refused(
            f"The store in {_folder(config)} cannot be written: {problem.strerror}. "
            "STALEMATE_STORE says where it is. Nothing was changed."
        ) from None
    said = (
        f"Restored {restore.counted(done.about.books, done.about.clubs)} from {source.absolute()}, "
        f"as of {done.about.made_at:%Y-%m-%d %H:%M} UTC. {AFTER_A_RESTORE}"
    )
    return f"{said} {_kept_aside(done.aside)}" if done.aside else said


def _kept_aside(folders: Sequence[Path]) -> str:
    where, one = " and ".join(map(str, folders)), len(folders) == 1
    return (
        f"The books {'' if one else 'and clubs '}from before are in {where}. "
        "They hold members' private notes, and “forget” does not reach them: "
        f"delete {'that folder when you need it' if one else 'those folders when you need them'} no more."
    )


def _is_store(folder: Path) -> None:
    try:
        found = restore.is_store(folder)
    except OSError as problem:
        raise Refused(
            f"The store in {folder.absolute()} cannot be read: {problem.strerror}. "
            "Ask as the user that the bot runs as."
        ) from None
    if not found:
        raise Refused(
            f"There is no store in {folder.absolute()}. Is this the folder that the bot runs in? "
            "Go to that one, or set STALEMATE_STORE to where the store is."
        )


def _folder(config: Config) -> Path:
    """In full, for sentences: a host may be in another folder than they think."""
    folder = store_folder(config.store)
    if folder is None:
        raise Refused("STALEMATE_STORE is memory:, which keeps nothing. Set it to tinydb:FOLDER first.")
    return folder.absolute()


def _damaged(made: backup.Made) -> str:
    books = _missing(made.damaged, "member's book", "members' books")
    return books + _missing(made.damaged_clubs, "club's file", "clubs' files")


def _missing(count: int, one: str, more: str) -> str:
    if not count:
        return ""
    whose = f"1 {one} is damaged and is" if count == 1 else f"{count} {more} are damaged and are"
    return f"{whose} not in this backup. Keep your older backups: they may have {'it' if count == 1 else 'them'}. "
