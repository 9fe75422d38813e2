"""The manifest of the Slack app: what it asks for, what Slack takes, and how it is handed over."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from adapters.slack import manifest as slack
from adapters.slack.platform import SlackSetup
from bot.commands import COMMAND_ROOTS, COMMANDS, COMMANDS_BY_NAME, Command

MANIFEST_BOT_URL = "https://bot.example.org"
MANIFEST_EVENTS_URL = f"{MANIFEST_BOT_URL}/slack/events"
MANIFEST_GOLDEN_FOLDER = Path(__file__).parent / "golden"
SLACK_HOSTING_DOC = Path(__file__).parents[3] / "docs" / "hosting.md"
# Characters, from docs.slack.dev/reference/app-manifest. Two are not written there, only met: Slack refuses a
# shortcut's name of more than 24, and an app's description of 140 that its own page allows.
MANIFEST_LIMITS = {
    "display_information.name": 35,
    "display_information.description": 139,
    "features.bot_user.display_name": 80,
    "features.shortcuts.name": 24,
    "features.shortcuts.callback_id": 255,
    "features.shortcuts.description": 150,
    "features.slash_commands.command": 32,
    "features.slash_commands.description": 2000,
    "features.slash_commands.usage_hint": 1000,
}


def manifest_golden_text(name: str, text: str) -> str:
    path = MANIFEST_GOLDEN_FOLDER / name
    if os.environ.get("STALEMATE_TEST_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return path.read_text(encoding="utf-8")


def manifest_texts(of: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text with the path of its keys."""
    if isinstance(of, dict):
        for key, held in of.items():
            yield from manifest_texts(held, f"{path}.{key}" if path else key)
    elif isinstance(of, list):
        for held in of:
            yield from manifest_texts(held, path)
    elif isinstance(of, str):
        yield path, of


def manifest_urls(of: Any) -> list[str]:
    return [text for path, text in manifest_texts(of) if path.endswith(("request_url", ".url"))]


@pytest.mark.parametrize(("name", "url"), [("socket", ""), ("http", MANIFEST_BOT_URL)])
def test_the_manifest_is_the_one_that_was_looked_at(name: str, url: str) -> None:
    said = slack.manifest_to_json(slack.build_slack_manifest(url)) + "\n"
    assert said == manifest_golden_text(f"manifest-{name}.json", said)


@pytest.mark.parametrize("path", MANIFEST_LIMITS)
def test_no_text_is_longer_than_slack_takes(path: str) -> None:
    lengths = [len(text) for at, text in manifest_texts(slack.build_slack_manifest(MANIFEST_BOT_URL)) if at == path]
    assert lengths
    assert max(lengths) <= MANIFEST_LIMITS[path]


def test_the_bot_is_named_with_letters_that_slack_takes() -> None:
    assert re.fullmatch(r"[a-z0-9._-]+", slack.build_slack_manifest()["features"]["bot_user"]["display_name"])


def test_every_scope_is_needed_and_none_is_missing() -> None:
    assert slack.build_slack_manifest()["oauth_config"] == {
        "scopes": {"bot": ["chat:write", "commands", "im:history", "im:write", "users:read"]}
    }


@pytest.mark.parametrize("scope", [*slack.bot_token_scopes(), *slack.APP_TOKEN_SCOPES])
def test_the_host_can_read_what_a_scope_is_for(scope: str) -> None:
    assert SLACK_HOSTING_DOC.read_text(encoding="utf-8").count(f"\n| `{scope}` |") == 1


def test_each_method_is_one_of_slacks() -> None:
    spec = Path(__file__).parents[4] / "shared" / "api-specs" / "slack-web-api.json"
    if not spec.exists():
        pytest.skip("Slack's list of methods is not here")
    assert set(slack.METHOD_SCOPES) <= set(json.loads(spec.read_text(encoding="utf-8")))


def test_members_can_write_to_the_bot_and_open_its_home() -> None:
    assert slack.build_slack_manifest()["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_every_root_is_a_slash_command_with_the_commands_to_know() -> None:
    found = {
        command["command"]: command.get("usage_hint")
        for command in slack.build_slack_manifest()["features"]["slash_commands"]
    }
    assert found.keys() == {f"/{root}" for root in COMMAND_ROOTS}
    assert found["/outreach"] == "board | add | log | reply | plan | pause"


def sample_club_commands(*names: str, core: bool = False, hidden: bool = False) -> tuple[Command, ...]:
    return tuple(
        replace(COMMANDS_BY_NAME["board"], name=name, root="club", is_essential=core, is_hidden=hidden)
        for name in names
    )


def club_slash_command(monkeypatch: pytest.MonkeyPatch, *rows: Command) -> dict[str, Any]:
    outreach = [row for row in COMMANDS if row.root == "outreach"]
    monkeypatch.setattr(slack, "COMMANDS", (*outreach, *rows))
    return next(one for one in slack.build_slack_manifest()["features"]["slash_commands"] if one["command"] == "/club")


def test_a_root_says_that_it_has_no_commands_as_long_as_it_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for rows in ((), sample_club_commands("confirm", hidden=True)):
        made = club_slash_command(monkeypatch, *rows)
        assert "still to come" in made["description"]
        assert "usage_hint" not in made


def test_a_root_with_commands_hints_at_those_to_know_or_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = sample_club_commands("confirm", hidden=True)
    made = club_slash_command(monkeypatch, *sample_club_commands("setup", "join"), *hidden)
    assert made["usage_hint"] == "setup | join"
    assert made["description"] == slack.SLASH_COMMAND_SUMMARIES["club"]
    assert (
        club_slash_command(
            monkeypatch, *sample_club_commands("setup"), *sample_club_commands("join", core=True), *hidden
        )["usage_hint"]
        == "join"
    )


def test_only_the_club_is_told_people_and_channels_by_their_ids() -> None:
    found = {one["command"]: one["should_escape"] for one in slack.build_slack_manifest()["features"]["slash_commands"]}
    assert found == {"/outreach": False, "/club": True}


def test_in_socket_mode_no_address_is_named() -> None:
    made = slack.build_slack_manifest()
    assert made["settings"]["socket_mode_enabled"]
    assert manifest_urls(made) == []


def test_in_http_mode_slack_calls_one_address_for_everything() -> None:
    made = slack.build_slack_manifest(MANIFEST_BOT_URL)
    assert not made["settings"]["socket_mode_enabled"]
    assert manifest_urls(made) == [MANIFEST_EVENTS_URL] * 4  # two commands, events, interactivity


@pytest.mark.parametrize(
    "given",
    [
        MANIFEST_BOT_URL,
        f"{MANIFEST_BOT_URL}/",
        MANIFEST_EVENTS_URL,
        f"{MANIFEST_EVENTS_URL}/",
        f" {MANIFEST_BOT_URL} ",
        "HTTPS://bot.example.org",
    ],
)
def test_the_address_may_be_given_with_or_without_its_path(given: str) -> None:
    assert slack.build_request_url(given) == MANIFEST_EVENTS_URL


def test_a_bot_behind_a_folder_and_a_port_keeps_both() -> None:
    assert slack.build_request_url(f"{MANIFEST_BOT_URL}:8443/bot") == f"{MANIFEST_BOT_URL}:8443/bot/slack/events"


@pytest.mark.parametrize("given", ["http://bot.example.org", "http://localhost:3000", "bot.example.org", "ftp://x"])
def test_an_address_without_tls_is_refused_with_the_mend(given: str) -> None:
    with pytest.raises(ValueError, match="Slack calls only https://; give"):
        slack.build_request_url(given)


@pytest.mark.parametrize("rest", ["?a=b", "#x", ":port", "@other", "/slack events"])
def test_an_address_with_more_behind_it_is_refused(rest: str) -> None:
    with pytest.raises(ValueError, match="such as https://bot"):
        slack.build_request_url(MANIFEST_BOT_URL + rest)


@pytest.mark.parametrize("given", ["https://", "https://[::1", "https://me:secret@bot.example.org", "https://my bot"])
def test_what_is_no_public_name_is_refused_without_repeating_it(given: str) -> None:
    with pytest.raises(ValueError, match="such as https://bot") as caught:
        slack.build_request_url(given)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("url", ["", MANIFEST_BOT_URL])
def test_the_link_carries_the_whole_manifest(url: str) -> None:
    made = slack.create_app_link(slack.build_slack_manifest(url))
    asked = parse_qs(urlsplit(made).query, strict_parsing=True)
    # A link is copied out of a terminal: nothing in it may end it early.
    assert re.fullmatch(r"https://api\.slack\.com/apps\?new_app=1&manifest_json=[A-Za-z0-9%._~-]+", made)
    assert asked["new_app"] == ["1"]
    assert json.loads(asked["manifest_json"][0]) == slack.build_slack_manifest(url)
    assert len(made) < 4000  # what browsers and servers take without doubt


@pytest.mark.parametrize(("name", "url"), [("socket", ""), ("http", MANIFEST_BOT_URL)])
def test_the_yaml_is_the_one_that_was_looked_at(name: str, url: str) -> None:
    said = slack.manifest_to_yaml(slack.build_slack_manifest(url)) + "\n"
    assert said == manifest_golden_text(f"manifest-{name}.yaml", said)


def test_a_yaml_reader_reads_the_same_manifest() -> None:
    assert yaml.safe_load(
        slack.manifest_to_yaml(slack.build_slack_manifest(MANIFEST_BOT_URL))
    ) == slack.build_slack_manifest(MANIFEST_BOT_URL)


def test_no_secret_is_shown_where_the_setup_is_printed() -> None:
    shown = repr(SlackSetup(bot_token="xoxb-1", app_token="xapp-1", signing_secret="s3cret"))  # noqa: S106
    assert not [word for word in ("xoxb", "xapp", "s3cret") if word in shown]
