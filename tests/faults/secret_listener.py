"""A plugin of pytest, `-p tests.faults.secret_listener`: all that is logged holds no secret and no member's word.

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

from tests.adapters.discord.loopback_client import LOOPBACK_BOT_TOKEN as LIVING
from tests.adapters.discord.portal import PORTAL_CLIENT_SECRET as PORTAL
from tests.adapters.slack.test_http import SAMPLE_SIGNING_SECRET as SIGNING
from tests.fakes_discord.server import FAKE_DISCORD_TOKEN as DISCORD
from tests.fakes_slack import FakeSlack
from tests.faults.figures import report_figure
from tests.faults.random_members import WORKSPACE_WORD_PREFIXES
from tests.story.driver import LISTEN_TO_LOGS_VARIABLE

TESTS_FOLDER = str(Path(__file__).parents[1])
SECRETS_SLACK = FakeSlack()
SOUGHT_SECRETS = (
    *(SECRETS_SLACK.bot_token, SECRETS_SLACK.app_token, SECRETS_SLACK.signing_secret, DISCORD, LIVING, PORTAL, SIGNING),
    *("xoxb-", "xapp-", "v0="),  # any token of Slack's, and any signature
    "aW50ZXJhY3Rpb246",  # with which each token of an interaction begins
    *("/response/r", "/link/ticket"),  # addresses that answer to whoever knows them
)
SOUGHT_WORDS = (*WORKSPACE_WORD_PREFIXES, "Zaqcanary", "Wexcanary", "CANARY", "Dana", "Priya", "Acme")


class SecretListener:
    """What was said is looked through at once and not kept. `found`: who said it, and in which test."""

    said = 0
    tests = 0
    test = ""
    findings: ClassVar[set[tuple[str, str]]] = set()

    @classmethod
    def search_text(cls, who: str, text: str, wanted: tuple[str, ...] = SOUGHT_SECRETS + SOUGHT_WORDS) -> None:
        cls.said += 1
        if any(secret in text for secret in wanted):
            cls.findings.add((who, cls.test))


def is_checked_record(logger: logging.Logger, record: logging.LogRecord) -> bool:
    """Whether it is the bot's or a library's, and nothing that the bot keeps silent at every setting."""
    silent = logger.getEffectiveLevel() > logging.CRITICAL
    return not silent and not record.pathname.startswith(TESTS_FOLDER)


def hear_logging(patch: pytest.MonkeyPatch) -> None:
    enabled, call = logging.Logger.isEnabledFor, logging.Logger.callHandlers
    plain = logging.Formatter()

    def pass_on(self: logging.Logger, record: logging.LogRecord) -> None:
        if is_checked_record(self, record):
            SecretListener.search_text(record.name, plain.format(record))
        if enabled(self, record.levelno):
            call(self, record)

    patch.setattr(logging.Logger, "isEnabledFor", lambda _self, _level: True)
    patch.setattr(logging.Logger, "callHandlers", pass_on)


def hear_structlog(patch: pytest.MonkeyPatch) -> None:
    base: Any = structlog.BoundLoggerBase
    go_on = base._proxy_to_logger

    def pass_on(self: Any, method: str, /, *args: Any, **more: Any) -> Any:
        caller = calling_frame(sys._getframe(1))
        if not caller.f_code.co_filename.startswith(TESTS_FOLDER):
            text = f"{self._context} {args} {more} {traceback_text(more.get('exc_info'))}"
            SecretListener.search_text(str(caller.f_globals["__name__"]), text)
        return go_on(self, method, *args, **more)

    patch.setattr(base, "_proxy_to_logger", pass_on)


def traceback_text(problem: object) -> str:
    """The traceback, as `exc_info` asks for it."""
    if isinstance(problem, BaseException):
        return "".join(traceback.format_exception(problem))
    return traceback.format_exc() if problem else ""


def calling_frame(frame: FrameType) -> FrameType:
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
        search_process_output(out, SOUGHT_SECRETS)
        search_process_output(err, SOUGHT_SECRETS + SOUGHT_WORDS)
        return out, err

    def received(self: Any, stream: int, data: bytes) -> None:
        search_process_output(data, SOUGHT_SECRETS if stream == 1 else SOUGHT_SECRETS + SOUGHT_WORDS)
        receive(self, stream, data)

    patch.setattr(subprocess.Popen, "communicate", communicate)
    patch.setattr(protocol, "pipe_data_received", received)


def search_process_output(said: bytes | str | None, wanted: tuple[str, ...]) -> None:
    text = said.decode(errors="replace") if isinstance(said, bytes) else said or ""
    for line in text.splitlines():
        SecretListener.search_text("a process", line, wanted)


def logs_of_children(item: pytest.Item) -> Iterator[str]:
    """What was written into files: see `tests.story.process`."""
    folder: Path | None = getattr(item, "funcargs", {}).get("tmp_path")
    for path in folder.rglob("log-*") if folder else ():
        if path.is_file():
            yield path.read_text(encoding="utf-8", errors="replace")


def pytest_configure(config: pytest.Config) -> None:
    patch = pytest.MonkeyPatch()
    patch.setenv(LISTEN_TO_LOGS_VARIABLE, "1")
    listen: tuple[Callable[[pytest.MonkeyPatch], None], ...] = (hear_logging, hear_structlog, hear_children)
    for each in listen:
        each(patch)
    config.add_cleanup(patch.undo)


def pytest_runtest_setup(item: pytest.Item) -> None:
    SecretListener.test = item.nodeid
    SecretListener.tests += 1


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    for text in logs_of_children(item):
        search_process_output(text, SOUGHT_SECRETS + SOUGHT_WORDS)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if SecretListener.findings:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
    sought = {"secrets and words sought": len(SOUGHT_SECRETS + SOUGHT_WORDS), "found": len(SecretListener.findings)}
    report_figure("secrets", tests=SecretListener.tests, **{"lines heard": SecretListener.said}, **sought)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for who, test in sorted(SecretListener.findings):
        terminalreporter.write_line(f"a secret was told by {who} in {test}")
