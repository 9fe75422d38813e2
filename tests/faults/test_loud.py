"""That the ear which listens to all other tests hears what it should, and a few tests in its hearing.

Each takes seconds: it is a run of tests in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.faults.__main__ import ROOT
from tests.faults.secret_listener import SOUGHT_SECRETS, SOUGHT_WORDS
from tests.story.driver import LISTEN_TO_LOGS_VARIABLE, inherited_environment

LISTENED_TESTS = (
    "tests/adapters/slack/test_duplicates.py",
    "tests/adapters/discord/test_connection.py::test_what_a_resume_brings_a_second_time_is_not_done_again",
    "tests/adapters/discord/test_api.py",
)
PLANTED_TEST = f"""
import asyncio, logging, subprocess, sys
import structlog

TOLD = {SOUGHT_SECRETS[0]!r}
TELL = "import sys; print(%r, file=sys.stderr)" % TOLD

def test_a_library_tells():
    logging.getLogger("slack_sdk.web").debug("asked with %s", TOLD)

def test_a_traceback_tells():
    try:
        raise ValueError(TOLD)
    except ValueError:
        logging.getLogger("asyncio").error("oh", exc_info=True)

def test_a_library_tells_although_it_was_told_not_to():
    logging.getLogger("aiohttp").setLevel(logging.WARNING)
    logging.getLogger("aiohttp.client").debug("asked with %s", TOLD)

def test_our_log_tells():
    structlog.get_logger().debug("asked", contact={SOUGHT_WORDS[0]!r})

def test_our_log_tells_while_a_test_reads_it():
    with structlog.testing.capture_logs():
        structlog.get_logger().info("asked", contact={SOUGHT_WORDS[0]!r})

def test_our_traceback_tells():
    try:
        raise ValueError(TOLD)
    except ValueError:
        structlog.get_logger().exception("oh")

def test_our_traceback_of_an_error_from_elsewhere_tells():
    structlog.get_logger().error("oh", exc_info=ValueError(TOLD))

def test_a_process_tells():
    subprocess.run([sys.executable, "-c", TELL], capture_output=True)

def test_a_process_behind_a_pipe_tells():
    async def run():
        piped = await asyncio.create_subprocess_exec(sys.executable, "-c", TELL, stderr=subprocess.PIPE)
        await piped.communicate()
    asyncio.run(run())

def test_a_file_tells(tmp_path):
    (tmp_path / "log-1").write_text(TOLD)

def test_nobody_tells():
    logging.getLogger("adapters.slack.sdk").critical(TOLD)
    logging.getLogger("discord.gateway").debug(TOLD)
    logging.getLogger("aiohttp").debug("asked")
    structlog.get_logger().info("asked")
"""


def run_with_secret_listener(*files: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "pytest", "-q", "-p", "tests.faults.secret_listener", *files)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    file = tmp_path_factory.mktemp("planted") / "test_planted.py"
    file.write_text(f"import adapters.slack.api\n{PLANTED_TEST}", encoding="utf-8")
    return run_with_secret_listener(str(file))


def test_who_tells_a_secret_is_found(planted: subprocess.CompletedProcess[str]) -> None:
    told = [line.split("::")[1] for line in planted.stdout.splitlines() if line.startswith("a secret was told by")]
    there = [line.split("(")[0].removeprefix("def ") for line in PLANTED_TEST.splitlines() if line.startswith("def ")]
    assert sorted(told) == sorted(name for name in there if name != "test_nobody_tells")
    assert planted.returncode == 1


def test_the_place_is_told_and_not_the_secret(planted: subprocess.CompletedProcess[str]) -> None:
    assert "a secret was told by slack_sdk.web in " in planted.stdout
    assert "11 tests" in planted.stdout
    assert not [secret for secret in (*SOUGHT_SECRETS, *SOUGHT_WORDS) if secret in planted.stdout + planted.stderr]


def test_in_its_hearing_tests_pass_and_tell_nothing() -> None:
    """Some of them look at the log themselves."""
    heard = run_with_secret_listener(*LISTENED_TESTS)
    assert heard.returncode == 0, heard.stdout
    assert ", 0 found" in heard.stdout
    assert " 0 lines heard" not in heard.stdout


def test_a_bot_in_a_process_of_its_own_logs_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STALEMATE_LOG", "info")
    assert "STALEMATE_LOG" not in inherited_environment()
    monkeypatch.setenv(LISTEN_TO_LOGS_VARIABLE, "1")
    assert inherited_environment()["STALEMATE_LOG"] == "debug"
