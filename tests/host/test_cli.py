"""The host's command line, with a stand-in for the composition root."""

from __future__ import annotations

import logging
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot import logs
from bot.cli import app
from bot.domain.errors import HostRequestRefused, StoreInUse, StoreTooNew
from bot.host import config
from tests.host.conftest import HostCli

ROOT = Path(__file__).parents[2]
HIDDEN_SECRET = "hunter2"  # noqa: S105 - of this test


@dataclass
class ConsoleStandIn:
    """Stands in for `bot.main.run_console` and remembers how it was called."""

    calls: list[tuple[bool, str | None, bool]] = field(default_factory=list)
    config: config.Config | None = None
    code: int = 0
    failing: Exception | None = None

    def __call__(self, given: config.Config, *, json: bool, clock: str | None, demo: bool, echo: bool) -> int:
        self.config = given
        self.calls.append((json, clock, demo))
        if self.failing:
            raise self.failing
        return self.code


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch, own_folder: Path) -> ConsoleStandIn:
    root = ModuleType("bot.main")
    root.run_console = stand_in = ConsoleStandIn()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "bot.main", root)
    monkeypatch.setattr(logs, "configure_logging", lambda _: None)
    return stand_in


def invoke_cli(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def test_run_without_tokens_is_the_console_and_says_so_on_standard_error(console: ConsoleStandIn) -> None:
    result = invoke_cli("run", "--json")
    assert (result.exit_code, console.calls) == (0, [(True, None, False)])
    assert "No tokens are set" in result.stderr
    assert result.stdout == ""


def test_console_and_demo_pass_on_what_was_asked(console: ConsoleStandIn) -> None:
    invoke_cli("console", "--json", "--clock", "2026-12-01T10:00")
    invoke_cli("demo")
    assert console.calls == [(True, "2026-12-01T10:00", False), (False, None, True)]


def test_the_exit_code_is_the_consoles(console: ConsoleStandIn) -> None:
    console.code = 3
    assert invoke_cli("console").exit_code == 3


@pytest.mark.parametrize("clock", ["soon", "2026-13-01", "2026-12-01T10:00Z"])
def test_an_unclear_clock_is_refused(console: ConsoleStandIn, clock: str) -> None:
    result = invoke_cli("console", "--clock", clock)
    assert (result.exit_code, console.calls) == (2, [])


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (
            StoreInUse("process 7 on vm"),
            "Another program uses this store: process 7 on vm. Stop that one first, or give this one a folder of its "
            "own in STALEMATE_STORE.",
        ),
        (StoreTooNew("schema 9"), "A newer version of this program wrote the store (schema 9): use that one."),
        (HostRequestRefused("Nothing was changed."), "Nothing was changed."),
    ],
)
def test_what_the_host_can_mend_is_told_in_a_sentence(console: ConsoleStandIn, problem: Exception, said: str) -> None:
    console.failing = problem
    result = invoke_cli("console")
    assert (result.exit_code, result.stderr) == (2, f"{said}\n")


@pytest.mark.parametrize("command", ["run", "console"])
def test_a_store_in_a_place_that_cannot_be_is_named_with_its_setting(
    own_folder: Path, host_cli: HostCli, command: str
) -> None:
    (own_folder / "file").touch()
    code, out, err = host_cli(command, store="tinydb:file/x")
    assert (code, out) == (2, "")
    assert err.endswith(
        f"The store in {own_folder}/file/x cannot be used: Not a directory. "
        "Set STALEMATE_STORE to a folder that this user may write to, such as tinydb:data.\n"
    )


def test_wrong_settings_are_told_before_anything_starts(
    console: ConsoleStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STALEMATE_LOG", "loud")
    result = invoke_cli("demo")
    assert (result.exit_code, console.calls) == (2, [])
    assert "STALEMATE_LOG" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_fault_of_ours_is_not_hidden(console: ConsoleStandIn) -> None:
    console.failing = RuntimeError("ours")
    assert isinstance(invoke_cli("console").exception, RuntimeError)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("deliveries", ("due: ", "waiting: ", "sending: ", "uncertain: ", "given up: ", "beside a running bot")),
        ("backup", ("not .env and tokens", "beside a running bot", "Exit code 1")),
        ("restore", ("Start the bot afterwards.", "--replace")),
    ],
)
def test_help_says_what_a_host_has_to_know(command: str, words: tuple[str, ...]) -> None:
    said = " ".join(invoke_cli(command, "--help").stdout.split())
    assert [word for word in words if word not in said] == []


def test_help_loads_nothing_heavy() -> None:
    heavy = "{'pydantic', 'structlog', 'holidays', 'dateparser', 'tinydb', 'discord', 'slack_bolt'}"
    code = f"import sys, bot.cli; sys.exit(str({heavy} & set(sys.modules)) if {heavy} & set(sys.modules) else 0)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("version", 0, "stalemate "),
        ("console", 0, ": help: what the bot can do"),
        ("slack manifest", 0, "{\n"),
        ("discord invite", 2, "DISCORD_TOKEN is not set."),
        ("deliveries", 2, "There is no store in "),
        ("backup b.tar.gz", 2, "There is no store in "),
        ("restore b.tar.gz", 2, "FOLDER/b.tar.gz cannot be read: No such file or directory."),
    ],
)
def test_a_process_of_its_own_does_the_same(own_folder: Path, words: str, code: int, told: str) -> None:
    """One start of each command, half a second each: that the program finds all it needs, and ends as it says."""
    said = subprocess.run(
        [sys.executable, "-m", "bot", *words.split()],
        cwd=own_folder,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "STALEMATE_ZONE": "Europe/Berlin", "STALEMATE_STORE": "tinydb:none"},
        capture_output=True,
        text=True,
        input="",
        check=False,
    )
    assert said.returncode == code
    assert (said.stderr if code else said.stdout).startswith(told.replace("FOLDER", str(own_folder)))
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("json", [True, False])
@pytest.mark.usefixtures("logging_restored")
def test_the_log_goes_to_standard_error_without_secrets(capsys: pytest.CaptureFixture[str], json: bool) -> None:
    logs.configure_logging("info", json=json)
    structlog.get_logger("ours").info("started", note=f"xoxb-1-{HIDDEN_SECRET}", slack_bot_token=HIDDEN_SECRET)
    logging.getLogger("discord.gateway").info("chatter")
    logging.getLogger("slack_sdk").warning(f"refused xapp-1-{HIDDEN_SECRET}")
    said = capsys.readouterr()
    assert said.out == ""
    assert "started" in said.err
    assert "refused" in said.err
    assert HIDDEN_SECRET not in said.err
    assert "chatter" not in said.err
