"""A plugin of pytest, `-p tests.faults.loud`: everything is logged, and nothing of it may be secret or a member's.

Each logger is heard from DEBUG on whatever its level, those of the libraries too, with tracebacks; so is what child
processes write. What the tests themselves log is left out. Levels and handlers stay as they are: no test notices.
"""

from __future__ import annotations

import asyncio.subprocess
import logging
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar

import pytest
import structlog

from tests.adapters.discord.living import TOKEN as LIVING
from tests.adapters.discord.portal import SECRET as PORTAL
from tests.adapters.slack.test_http import SECRET as SIGNING
from tests.fakes_discord.server import TOKEN as DISCORD
from tests.fakes_slack import FakeSlack
from tests.faults.club import MARKS
from tests.faults.figures import figure
from tests.story.driver import LOUD

TESTS = str(Path(__file__).parents[1])
SLACK = FakeSlack()
SECRETS = (
    *(SLACK.bot_token, SLACK.app_token, SLACK.signing_secret, DISCORD, LIVING, PORTAL, SIGNING),
    *("xoxb-", "xapp-", "v0="),  # any token of Slack's, and any signature
    "aW50ZXJhY3Rpb246",  # with which each token of an interaction begins
    *("/response/r", "/link/ticket"),  # addresses that answer to whoever knows them
)
WORDS = (*MARKS, "Zaqcanary", "Wexcanary", "CANARY", "Dana", "Priya", "Acme")


class Ear:
    """What was said is looked through at once and not kept. `found`: who said it, and in which test."""

    said = 0
    tests = 0
    test = ""
    found: ClassVar[set[tuple[str, str]]] = set()

    @classmethod
    def hear(cls, who: str, text: str, wanted: tuple[str, ...] = SECRETS + WORDS) -> None:
        cls.said += 1
        if any(secret in text for secret in wanted):
            cls.found.add((who, cls.test))


def counts(logger: logging.Logger, record: logging.LogRecord) -> bool:
    """Whether it is the bot's or a library's, and nothing that the bot keeps silent at every setting."""
    silent = logger.getEffectiveLevel() > logging.CRITICAL
    return not silent and not record.pathname.startswith(TESTS)


def hear_logging(patch: pytest.MonkeyPatch) -> None:
    enabled, call = logging.Logger.isEnabledFor, logging.Logger.callHandlers
    plain = logging.Formatter()

    def pass_on(self: logging.Logger, record: logging.LogRecord) -> None:
        if counts(self, record):
            Ear.hear(record.name, plain.format(record))
        if enabled(self, record.levelno):
            call(self, record)

    patch.setattr(logging.Logger, "isEnabledFor", lambda _self, _level: True)
    patch.setattr(logging.Logger, "callHandlers", pass_on)


def hear_structlog(patch: pytest.MonkeyPatch) -> None:
    base: Any = structlog.BoundLoggerBase
    go_on = base._proxy_to_logger

    def pass_on(self: Any, method: str, /, *args: Any, **more: Any) -> Any:
        caller = who_called(sys._getframe(1))
        if not caller.f_code.co_filename.startswith(TESTS):
            text = f"{self._context} {args} {more} {behind(more.get('exc_info'))}"
            Ear.hear(str(caller.f_globals["__name__"]), text)
        return go_on(self, method, *args, **more)

    patch.setattr(base, "_proxy_to_logger", pass_on)


def behind(problem: object) -> str:
    """The traceback, as `exc_info` asks for it."""
    if isinstance(problem, BaseException):
        return "".join(traceback.format_exception(problem))
    return traceback.format_exc() if problem else ""


def who_called(frame: FrameType) -> FrameType:
    """The first caller that is not structlog's own."""
    while "structlog" in frame.f_code.co_filename and frame.f_back is not None:
        frame = frame.f_back
    return frame


def hear_children(patch: pytest.MonkeyPatch) -> None:
    """Errors are for the host. What stands on a console's standard output is its member's own."""
    protocol: Any = asyncio.subprocess.SubprocessStreamProtocol
    go_on, receive = subprocess.Popen.communicate, protocol.pipe_data_received

    def communicate(self: Any, *args: Any, **more: Any) -> Any:
        out, err = go_on(self, *args, **more)
        child(out, SECRETS)
        child(err, SECRETS + WORDS)
        return out, err

    def received(self: Any, stream: int, data: bytes) -> None:
        child(data, SECRETS if stream == 1 else SECRETS + WORDS)
        receive(self, stream, data)

    patch.setattr(subprocess.Popen, "communicate", communicate)
    patch.setattr(protocol, "pipe_data_received", received)


def child(said: bytes | str | None, wanted: tuple[str, ...]) -> None:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said or ""
    for line in text.splitlines():
        Ear.hear("a process", line, wanted)


def logs_of_children(item: pytest.Item) -> Iterator[str]:
    """What was written into files: see `tests.story.process`."""
    folder: Path | None = getattr(item, "funcargs", {}).get("tmp_path")
    for path in folder.rglob("log-*") if folder else ():
        if path.is_file():
            yield path.read_text(encoding="utf-8", errors="replace")


def pytest_configure(config: pytest.Config) -> None:
    patch = pytest.MonkeyPatch()
    patch.setenv(LOUD, "1")
    listen: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (hear_logging, hear_structlog, hear_children)
    for each in listen:
        each(patch)
    config.add_cleanup(patch.undo)


def pytest_runtest_setup(item: pytest.Item) -> None:
    Ear.test = item.nodeid
    Ear.tests += 1


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    for text in logs_of_children(item):
        child(text, SECRETS + WORDS)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if Ear.found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    sought = {"secrets and words sought": len(SECRETS + WORDS), "found": len(Ear.found)}
    figure("secrets", tests=Ear.tests, **{"lines heard": Ear.said}, **sought)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for who, test in sorted(Ear.found):
        terminalreporter.write_line(f"a secret was told by {who} in {test}")
