"""Where the console keeps its store and its screen."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.host.admin import parse_store_folder
from bot.host.config import Config


@contextmanager
def console_store_url(config: Config, *, demo: bool) -> Iterator[str]:
    """The address of the console's store; a demo gets a temporary folder, which is removed afterwards."""
    if not demo:
        yield config.store
        return
    folder = tempfile.mkdtemp(prefix="stalemate-demo-")
    try:
        yield f"tinydb:{folder}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def console_screen_file(store_url: str) -> Path | None:
    """Where the console saves its screen, beside a store on disk, so that buttons work after a restart."""
    folder = parse_store_folder(store_url)
    return folder / "console.json" if folder else None
