"""`stalemate slack manifest`: the real program, without a stand-in."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.slack.manifest import build_slack_manifest, create_app_link, manifest_to_yaml
from bot.cli import app

ROOT = Path(__file__).parents[2]
CLI_BOT_URL = "https://bot.example.org"


def invoke_manifest_cli(*words: str) -> Result:
    return CliRunner().invoke(app, ["slack", "manifest", *words])


def test_the_program_prints_json_that_slack_can_be_given(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SLACK_MODE=nonsense\n", encoding="utf-8")  # it needs no settings
    said = subprocess.run(
        [sys.executable, "-m", "bot", "slack", "manifest", "--url", CLI_BOT_URL],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        check=True,
        capture_output=True,
    )
    assert json.loads(said.stdout) == build_slack_manifest(CLI_BOT_URL)
    assert said.stderr == b""


def test_the_manifest_can_be_had_as_yaml_and_as_a_link() -> None:
    assert invoke_manifest_cli("--yaml").stdout == manifest_to_yaml(build_slack_manifest()) + "\n"
    assert (
        invoke_manifest_cli("--link", "--url", CLI_BOT_URL).stdout
        == create_app_link(build_slack_manifest(CLI_BOT_URL)) + "\n"
    )


@pytest.mark.parametrize("words", [("--url", "http://bot.example.org"), ("--yaml", "--link")])
def test_what_cannot_be_done_is_told_without_a_traceback(words: tuple[str, ...]) -> None:
    result = invoke_manifest_cli(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Invalid value" in result.stderr
