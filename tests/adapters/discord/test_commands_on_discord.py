"""Commands, presses, forms and direct messages as members of a Discord server meet them."""

from __future__ import annotations

import pytest

from tests.adapters.discord.workspace import OUTREACH_ROOT, DiscordWorkspace
from tests.fakes_discord import DiscordClientRefusal


@pytest.mark.parametrize("place", ["guild", "dm", "private"])
async def test_it_works_in_a_server_in_direct_messages_and_where_one_installed_it_for_oneself(
    club: DiscordWorkspace, place: str
) -> None:
    seen = await club.ada.at(place).slash(OUTREACH_ROOT, "add", contact="Dana")
    assert seen.ephemeral
    assert await club.names() == ["Dana"]


async def test_a_book_is_the_members_own_in_every_server(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    assert "Dana" in (await club.ada.at("dm").slash(OUTREACH_ROOT, "board")).said
    assert "Dana" not in (await club.slash("board", club.lee)).said


async def test_contacts_are_offered_while_one_types_and_only_ones_own(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    await club.slash("add", club.lee, contact="Daniel")
    offered = await club.ada.autocomplete(OUTREACH_ROOT, "show", "contact", "dan")
    assert [one["name"] for one in offered] == ["Dana"]
    assert "Dana" in (await club.slash("show", contact=offered[0]["value"])).said


async def test_a_time_is_resolved_while_one_types(club: DiscordWorkspace) -> None:
    offered = await club.ada.autocomplete(OUTREACH_ROOT, "plan", "when", "friday 3pm")
    assert [one["name"] for one in offered] == ["Fri 27 Nov, 15:00 (friday 3pm)"]


async def test_discords_own_time_is_taken(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    seen = await club.slash("plan", contact="Dana", when="<t:1795788000:F>")
    assert "<t:1795788000:F>" in seen.said


async def test_times_are_shown_on_the_readers_own_clock(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana", channel="email")
    seen = await club.slash("plan", contact="Dana", when="friday 15:00")
    assert "<t:" in seen.said


async def test_the_first_answer_with_a_time_names_the_zone(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Dana")
    seen = await club.slash("plan", contact="Dana", when="friday 15:00")
    assert "I go by the time of Europe/Berlin" in seen.said
    assert "Change my zone" in [label for label, _ in seen.buttons]


async def test_an_unknown_command_is_not_there_to_be_used(club: DiscordWorkspace) -> None:
    with pytest.raises((DiscordClientRefusal, AssertionError)):
        await club.ada.slash(OUTREACH_ROOT, "news")


async def test_a_whole_line_in_the_first_option_is_understood(club: DiscordWorkspace) -> None:
    await club.slash("add", contact="Zoe Lind channel: email company: Acme")
    assert await club.names() == ["Zoe Lind"]
    assert await club.kinds("Zoe Lind") == ["attempt"]


async def test_the_wait_of_the_first_minute_names_the_zone_it_goes_by(club: DiscordWorkspace) -> None:
    seen = await club.slash("add", contact="Dana", channel="email")
    assert "I go by the time of Europe/Berlin, this bot's default." in seen.said
    assert "Change my zone" in [label for label, _ in seen.buttons]
