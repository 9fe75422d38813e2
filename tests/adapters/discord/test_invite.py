"""The links that install the bot on Discord: what they ask for, and for which application they are."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from adapters.discord import invite as installing
from adapters.discord.invite import (
    SERVER_SCOPES,
    DiscordInvite,
    build_discord_install_url,
    build_discord_invite,
    parse_bot_id_from_token,
)
from bot.domain.errors import HostRequestRefused
from tests.adapters.discord.portal import (
    PORTAL_ACCOUNT_ID,
    PORTAL_APPLICATION_ID,
    PORTAL_BOT_TOKEN,
    PORTAL_CLIENT_SECRET,
    FakeDiscordPortal,
    open_fake_portal,
)

DISCORD_HOSTING_DOC = Path(__file__).parents[3] / "docs" / "hosting.md"
UNREACHABLE_API_URL = "http://127.0.0.1:9/api/v10"  # nobody listens there


@pytest.fixture
async def discords() -> AsyncIterator[FakeDiscordPortal]:
    async with open_fake_portal() as made:
        yield made


def invite_parameters(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query, strict_parsing=True)


def test_a_server_is_asked_for_the_three_permissions_that_posts_need_and_for_no_other() -> None:
    view_channel, send_messages, read_message_history = 1 << 10, 1 << 11, 1 << 16  # Discord docs, Permissions
    assert invite_parameters(build_discord_install_url(PORTAL_APPLICATION_ID))["permissions"] == [
        str(view_channel | send_messages | read_message_history)
    ]


def test_the_link_for_a_server_is_the_one_that_was_looked_at() -> None:
    assert build_discord_install_url("1") == (
        "https://discord.com/oauth2/authorize?client_id=1&scope=bot+applications.commands"
        "&permissions=68608&integration_type=0"
    )


def test_who_installs_it_for_themselves_gives_commands_alone() -> None:
    assert invite_parameters(build_discord_install_url(PORTAL_APPLICATION_ID, for_me=True)) == {
        "client_id": [PORTAL_APPLICATION_ID],
        "scope": ["applications.commands"],
        "integration_type": ["1"],
    }


@pytest.mark.parametrize(
    "asked",
    [*(f"`{scope}`" for scope in SERVER_SCOPES), "*View Channels*", "*Send Messages*", "*Read Message History*"],
)
def test_the_host_can_read_what_is_asked_for_and_why(asked: str) -> None:
    assert DISCORD_HOSTING_DOC.read_text(encoding="utf-8").count(f"\n| {asked} |") == 1


async def test_the_id_is_the_one_that_discord_tells(discords: FakeDiscordPortal) -> None:
    assert await build_discord_invite(PORTAL_BOT_TOKEN, discords.url) == DiscordInvite(
        build_discord_install_url(PORTAL_APPLICATION_ID)
    )
    assert await build_discord_invite(PORTAL_BOT_TOKEN, discords.url + "/", for_me=True) == DiscordInvite(
        build_discord_install_url(PORTAL_APPLICATION_ID, for_me=True)
    )
    assert [one["Authorization"] for one in discords.received_headers] == [f"Bot {PORTAL_BOT_TOKEN}"] * 2


async def test_we_introduce_ourselves_in_the_shape_that_discord_wants(discords: FakeDiscordPortal) -> None:
    await build_discord_invite(PORTAL_BOT_TOKEN, discords.url)
    assert re.fullmatch(r"DiscordBot \(https://\S+, [0-9.]+\)", discords.received_headers[0]["User-Agent"])


async def test_an_id_read_from_the_token_is_told_to_be_no_more_than_that() -> None:
    made = await build_discord_invite(PORTAL_BOT_TOKEN, UNREACHABLE_API_URL)
    assert made.url == build_discord_install_url(PORTAL_ACCOUNT_ID)
    assert [("it cannot be reached" in hint, "old application" in hint) for hint in made.hints] == [(True, True)]


async def test_a_discord_that_keeps_silent_is_waited_for_no_longer_than_said(
    discords: FakeDiscordPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installing, "INVITE_TIMEOUT_SECONDS", 0.1)
    discords.pause = 5
    async with asyncio.timeout(3):
        made = await build_discord_invite(PORTAL_BOT_TOKEN, discords.url)
    assert made.url == build_discord_install_url(PORTAL_ACCOUNT_ID)
    assert "did not answer within" in made.hints[0]


@pytest.mark.parametrize("status", [302, 403, 404, 429, 500, 503])
async def test_another_answer_is_named_and_does_not_stop_us(discords: FakeDiscordPortal, status: int) -> None:
    discords.status = status
    made = await build_discord_invite(PORTAL_BOT_TOKEN, discords.url)
    assert (made.url, len(made.hints)) == (build_discord_install_url(PORTAL_ACCOUNT_ID), 1)
    assert f"it answered {status}" in made.hints[0]


@pytest.mark.parametrize("body", ["", "<html>", "[]", "{}", '{"id": "../1"}', '{"id": null}', "[" * 200_000])
async def test_an_answer_that_cannot_be_read_does_not_stop_us(discords: FakeDiscordPortal, body: str) -> None:
    discords.body = body
    made = await build_discord_invite(PORTAL_BOT_TOKEN, discords.url)
    assert made.url == build_discord_install_url(PORTAL_ACCOUNT_ID)
    assert "its answer cannot be read" in made.hints[0]


async def test_a_page_of_something_in_between_is_not_taken_for_an_answer(discords: FakeDiscordPortal) -> None:
    discords.content_type = "text/html"
    assert "its answer cannot be read" in (await build_discord_invite(PORTAL_BOT_TOKEN, discords.url)).hints[0]


async def test_a_refused_token_is_told_with_the_mend_and_without_the_token(discords: FakeDiscordPortal) -> None:
    discords.status, discords.body = 401, f'{{"message": "{PORTAL_BOT_TOKEN}"}}'
    with pytest.raises(HostRequestRefused, match="Copy the token anew") as caught:
        await build_discord_invite(PORTAL_BOT_TOKEN, discords.url)
    assert PORTAL_CLIENT_SECRET not in str(caught.value)


async def test_without_discord_and_without_an_id_in_the_token_there_is_no_link() -> None:
    with pytest.raises(HostRequestRefused, match="it cannot be reached, and DISCORD_TOKEN holds none"):
        await build_discord_invite(f"abc.def.{PORTAL_CLIENT_SECRET}", UNREACHABLE_API_URL)


@pytest.mark.parametrize("first", ["", "abc", "a", "MTIz", "w6TDpMOkw6TDpMOkw6TDpMOkw6TDpMOk", "🐢", "ODU2 NDgzMjY0"])
def test_what_holds_no_id_gives_none(first: str) -> None:
    assert parse_bot_id_from_token(f"{first}.b.c") == ""


@pytest.mark.parametrize("known", ["80351110224678912", PORTAL_ACCOUNT_ID, "12345678901234567890"])
def test_an_id_is_read_whatever_its_length(known: str) -> None:
    first = base64.urlsafe_b64encode(known.encode()).decode().rstrip("=")
    assert parse_bot_id_from_token(f"{first}.b.c") == known


@pytest.mark.parametrize(
    ("known", "for_me", "mend"),
    [
        ({"integration_types_config": {"0": {}}}, False, "switch on User Install"),
        ({"integration_types_config": {"0": {}}}, True, "switch on User Install"),
        ({"integration_types_config": {"1": {}}}, False, "switch on Guild Install"),
        ({"bot_public": False}, False, "switch on Public Bot"),
        ({"bot_require_code_grant": True}, False, "switch off Requires OAuth2 Code Grant"),
        ({"interactions_endpoint_url": "https://example.org"}, True, "empty Interactions Endpoint URL"),
    ],
)
async def test_what_stands_in_the_way_is_told_with_its_mend(
    discords: FakeDiscordPortal, known: dict[str, Any], for_me: bool, mend: str
) -> None:
    discords.set_application(**known)
    (hint,) = (await build_discord_invite(PORTAL_BOT_TOKEN, discords.url, for_me=for_me)).hints
    assert mend in hint
    assert "Developer Portal" in hint


@pytest.mark.parametrize(
    "known",
    [
        {"integration_types_config": None},
        {"integration_types_config": {}},
        {"integration_types_config": {"1": {}}},
        {"bot_require_code_grant": True},
        {"bot_public": None},
    ],
)
async def test_what_is_unknown_or_does_not_matter_is_not_told(
    discords: FakeDiscordPortal, known: dict[str, Any]
) -> None:
    discords.set_application(**known)
    assert (await build_discord_invite(PORTAL_BOT_TOKEN, discords.url, for_me=True)).hints == ()
