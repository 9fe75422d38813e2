"""`stalemate slack manifest`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.slack.manifest import build_slack_manifest, create_app_link, manifest_to_yaml
from tests.host.conftest import HostCli

CLI_BOT_URL = "https://bot.example.org"


def test_the_program_prints_json_that_slack_can_be_given(own_folder: Path, host_cli: HostCli) -> None:
    (own_folder / ".env").write_text("SLACK_MODE=nonsense\n", encoding="utf-8")  # it needs no settings
    code, out, err = host_cli("slack", "manifest", "--url", CLI_BOT_URL)
    assert (code, json.loads(out), err) == (0, build_slack_manifest(CLI_BOT_URL), "")


def test_the_manifest_can_be_had_as_yaml_and_as_a_link(host_cli: HostCli) -> None:
    assert host_cli("slack", "manifest", "--yaml").out == manifest_to_yaml(build_slack_manifest()) + "\n"
    link = create_app_link(build_slack_manifest(CLI_BOT_URL))
    assert host_cli("slack", "manifest", "--link", "--url", CLI_BOT_URL).out == link + "\n"


@pytest.mark.parametrize("words", [("--url", "http://bot.example.org"), ("--yaml", "--link")])
def test_what_cannot_be_done_is_told_without_a_traceback(host_cli: HostCli, words: tuple[str, ...]) -> None:
    code, out, err = host_cli("slack", "manifest", *words)
    assert (code, out) == (2, "")
    assert "Invalid value" in err
