"""`stalemate discord invite` beside a small server that answers as Discord does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.discord.invite import build_discord_install_url
from tests.adapters.discord.portal import (
    PORTAL_ACCOUNT_ID,
    PORTAL_APPLICATION_ID,
    PORTAL_BOT_TOKEN,
    PORTAL_CLIENT_SECRET,
    FakeDiscordPortal,
    open_fake_portal,
)
from tests.host.conftest import CliResult, HostCli


@pytest.fixture
async def discords() -> AsyncIterator[FakeDiscordPortal]:
    async with open_fake_portal() as made:
        yield made


async def invite_cli(host_cli: HostCli, *words: str) -> CliResult:
    """In a thread, because the small server answers in this one."""
    return await asyncio.to_thread(host_cli, "discord", "invite", *words)


def write_discord_settings(folder: Path, url: str, token: str = PORTAL_BOT_TOKEN) -> None:
    (folder / ".env").write_text(f"DISCORD_TOKEN={token}\nDISCORD_API_URL={url}\n", encoding="utf-8")


@pytest.mark.parametrize("words", [(), ("--for-me",)])
async def test_the_program_prints_the_link_and_nothing_else(
    discords: FakeDiscordPortal, tmp_path: Path, host_cli: HostCli, words: tuple[str, ...]
) -> None:
    write_discord_settings(tmp_path, discords.url)
    assert await invite_cli(host_cli, *words) == CliResult(
        0, build_discord_install_url(PORTAL_APPLICATION_ID, for_me=bool(words)) + "\n", ""
    )


async def test_what_stands_in_the_way_is_told_beside_the_link(
    discords: FakeDiscordPortal, tmp_path: Path, host_cli: HostCli
) -> None:
    write_discord_settings(tmp_path, discords.url)
    discords.set_application(integration_types_config={"0": {}}, bot_public=False)
    said = await invite_cli(host_cli)
    assert (said.code, said.out) == (0, build_discord_install_url(PORTAL_APPLICATION_ID) + "\n")
    assert [line.partition(":")[0] for line in said.err.splitlines()] == [
        "Nobody but the application's owner can install it",
        "Members cannot install it for themselves",
    ]


async def test_without_discord_the_link_is_made_from_the_token_and_told_to_be(
    tmp_path: Path, host_cli: HostCli
) -> None:
    write_discord_settings(tmp_path, "http://127.0.0.1:9/api/v10")
    said = await invite_cli(host_cli)
    assert (said.code, said.out) == (0, build_discord_install_url(PORTAL_ACCOUNT_ID) + "\n")
    assert said.err.startswith("The application's id was read from the token")
    assert len(said.err.splitlines()) == 1


async def test_a_refused_token_is_told_in_one_sentence_and_never_shown(
    discords: FakeDiscordPortal, tmp_path: Path, host_cli: HostCli
) -> None:
    write_discord_settings(tmp_path, discords.url)
    discords.status = 401
    said = await invite_cli(host_cli)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Discord refuses DISCORD_TOKEN (401).")
    assert len(said.err.splitlines()) == 1
    assert PORTAL_CLIENT_SECRET not in said.err


async def test_without_a_token_the_way_to_one_is_told(host_cli: HostCli) -> None:
    said = await invite_cli(host_cli)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("DISCORD_TOKEN is not set. To get one: at https://discord.com/developers/applications")


async def test_settings_that_need_mending_are_told_first(
    discords: FakeDiscordPortal, tmp_path: Path, host_cli: HostCli
) -> None:
    write_discord_settings(tmp_path, discords.url, token="hunter2 hunter2")  # noqa: S106 - of nobody
    said = await invite_cli(host_cli)
    assert (said.code, said.out, discords.received_headers) == (2, "", [])
    assert "DISCORD_TOKEN: this does not look like a Discord bot token" in said.err
    assert "hunter2" not in said.err
