"""Who speaks, as the core is told: by what name, in which club, and whether they may set it up."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.messages import Button, Card
from bot.domain.model import ClubKey
from tests.adapters.discord.workspace import OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord import GUILD_ID, payloads
from tests.fakes_discord.state import CHANNEL_TYPE_THREAD, OTHER_GUILD_ID
from tests.platforms.stub_service import StubService, serve_stub

OUR_CLUB_KEY = ClubKey("discord", str(GUILD_ID))
HELLO_POST_CARD = Card((("Hello.",),), buttons=(Button("Join", "show"),))


@pytest.fixture
def stub(club: DiscordWorkspace) -> StubService:
    return serve_stub(club)


@pytest.mark.parametrize("may", [1 << 5, 1 << 3, 1 << 3 | 1 << 5])
async def test_who_may_manage_the_server_leads(
    club: DiscordWorkspace, stub: StubService, may: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payloads, "MEMBER_PERMISSIONS", str(may | 1 << 10))
    await club.slash("board")
    assert stub.actor.may_set_up_club is True


@pytest.mark.parametrize("may", [0, 1 << 4, 1 << 13, (1 << 53) - 1 & ~(1 << 3 | 1 << 5)])
async def test_who_may_do_anything_else_does_not(
    club: DiscordWorkspace, stub: StubService, may: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(payloads, "MEMBER_PERMISSIONS", str(may))
    await club.slash("board")
    assert stub.actor.may_set_up_club is False


async def test_what_the_bot_itself_may_do_makes_nobody_lead(
    club: DiscordWorkspace, stub: StubService, monkeypatch: Any
) -> None:
    monkeypatch.setattr(payloads, "bot_permissions", lambda _: str((1 << 53) - 1))
    await club.slash("board")
    assert stub.actor.may_set_up_club is False


@pytest.mark.parametrize("place", ["dm", "private"])
async def test_in_private_there_is_no_club(club: DiscordWorkspace, stub: StubService, place: str) -> None:
    club.ada.user.leads = True
    await club.ada.at(place).slash(OUTREACH_ROOT, "board")
    assert (stub.actor.club, stub.actor.club_channel_id, stub.actor.may_set_up_club, stub.actor.display_name) == (
        None,
        "",
        False,
        "Ada",
    )


async def test_a_server_that_a_member_brought_us_into_is_no_club(club: DiscordWorkspace, stub: StubService) -> None:
    """And to lead it is to lead nothing of ours."""
    club.ada.user.leads = True
    await club.ada.at(club.discord.world.room("there", guild=OTHER_GUILD_ID)).slash(OUTREACH_ROOT, "board")
    assert (stub.actor.club, stub.actor.club_channel_id, stub.actor.may_set_up_club) == (None, "", False)


async def test_each_server_that_we_were_added_to_is_a_club_of_its_own(
    club: DiscordWorkspace, stub: StubService
) -> None:
    club.discord.world.guilds.add(OTHER_GUILD_ID)
    await club.ada.at(club.discord.world.room("there", guild=OTHER_GUILD_ID)).slash(OUTREACH_ROOT, "board")
    assert stub.actor.club == ClubKey("discord", str(OTHER_GUILD_ID))


async def test_where_discord_does_not_tell_who_added_us_the_connection_does(
    club: DiscordWorkspace, stub: StubService
) -> None:
    club.discord.world.plain = True
    await club.slash("board")
    assert stub.actor.club == OUR_CLUB_KEY
    await club.ada.at(club.discord.world.room("there", guild=OTHER_GUILD_ID)).slash(OUTREACH_ROOT, "board")
    assert stub.actor.club is None


async def test_a_server_that_we_were_taken_out_of_is_no_club_any_more(
    club: DiscordWorkspace, stub: StubService
) -> None:
    club.discord.world.guilds.clear()
    await club.discord.gateway.dispatch("GUILD_DELETE", {"id": str(GUILD_ID)})
    await club.idle()
    await club.slash("board")
    assert stub.actor.club is None


async def test_a_thread_is_told_as_the_channel_that_it_is(club: DiscordWorkspace, stub: StubService) -> None:
    thread = club.discord.world.room("side", CHANNEL_TYPE_THREAD)
    await club.ada.at(thread).slash(OUTREACH_ROOT, "board")
    assert (stub.actor.club, stub.actor.club_channel_id) == (OUR_CLUB_KEY, str(thread.id))
