"""The host's command line, called in this process; a process of its own is for tests of starts, signals and ends."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest
import structlog
from typer.testing import CliRunner

from bot.cli import app
from bot.host import config


class CliResult(NamedTuple):
    """The exit code, and what stood on standard output and on standard error."""

    code: int
    out: str
    err: str


HostCli = Callable[..., CliResult]


@pytest.fixture
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder that the program is started in, with none of this machine's settings."""
    for key in [key for key in os.environ if key in config.ENV_KEYS or key.startswith(config.ENV_PREFIX)]:
        monkeypatch.delenv(key)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STALEMATE_ZONE", "Europe/Berlin")
    return tmp_path


@pytest.fixture
def logging_restored() -> Iterator[None]:
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def host_cli(own_folder: Path, monkeypatch: pytest.MonkeyPatch, logging_restored: None) -> HostCli:
    """Calls a command of `stalemate` in `own_folder`; `store`: the setting. A fault of ours is raised here."""

    def call(*words: str, store: str = "tinydb:data") -> CliResult:
        monkeypatch.setenv("STALEMATE_STORE", store)
        with ThreadPoolExecutor(1) as thread:  # of its own: a command runs an event loop, and so may the test
            result = thread.submit(CliRunner().invoke, app, words).result()
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return CliResult(result.exit_code, result.stdout, result.stderr)

    return call
