"""What the core is told of who speaks: their name, their club, whether they lead it, and the channel they speak in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.slack.profiles import ADMIN_PROFILE_AGE_SECONDS, OTHER_PROFILE_AGE_SECONDS, parse_slack_profile
from bot.domain.messages import Button, Card, Form, Input
from bot.domain.model import ClubKey
from tests.adapters.slack.workspace import SLACK_TEAM_ID, SlackWorkspace, last_message
from tests.fakes_slack import faults
from tests.platforms.stub_service import PRIVATE_CARD, StubService, serve_stub

ACTOR_CLUB_CHANNEL_ID = "C0CLUB"
ACTOR_POST_CARD = Card((("We meet on Tuesday.",),), buttons=(Button("Press", "board"),))
ACTOR_FORM = Form("Who?", "add", (Input("contact", "Who?", required=True),))


@pytest.fixture
async def here(club: SlackWorkspace) -> SlackWorkspace:
    club.rooms = {ACTOR_CLUB_CHANNEL_ID}
    club.slack.room(ACTOR_CLUB_CHANNEL_ID, "jobclub", "U0ADA", "U0LEE")
    return club


async def send_club_command(
    club: SlackWorkspace, text: str = "", root: str = "/club", channel: str = ACTOR_CLUB_CHANNEL_ID
) -> None:
    await club.ada.command(root, text, channel)
    await club.idle()


def count_profile_requests(club: SlackWorkspace) -> int:
    return len([call for call in club.slack.called("users.info") if call.arguments["user"] == "U0ADA"])


async def test_a_command_in_direct_messages_is_said_in_private(here: SlackWorkspace) -> None:
    stub = serve_stub(here)
    await send_club_command(here, channel=here.ada.dm)
    assert (stub.actor.club, stub.actor.club_channel_id) == (ClubKey("slack", SLACK_TEAM_ID), "")


async def test_a_form_tells_the_channel_in_which_it_was_asked_for(here: SlackWorkspace) -> None:
    stub = serve_stub(here, ACTOR_FORM, PRIVATE_CARD, ACTOR_FORM)
    for channel, room in ((ACTOR_CLUB_CHANNEL_ID, ACTOR_CLUB_CHANNEL_ID), (here.ada.dm, "")):
        await send_club_command(here, channel=channel)
        await here.ada.submit(contact="Dana")
        await here.idle()
        assert (stub.actor.club_channel_id, stub.values["contact"]) == (room, "Dana")


async def test_what_is_written_pressed_or_opened_in_private_has_a_club_and_no_channel(here: SlackWorkspace) -> None:
    stub = serve_stub(here, ACTOR_POST_CARD)
    await here.ada.write("board")
    await here.idle()
    await here.ada.press(here.ada.received[0], "Press")
    await here.ada.shortcut("log")
    await here.ada.message_shortcut("log_message", "hello", channel=ACTOR_CLUB_CHANNEL_ID)
    await here.ada.open_home()
    await here.slack.change_user("U0ADA", tz="Asia/Tokyo")
    await here.slack.change_user("U0ADA", deleted=True)
    await here.idle()
    assert len(stub.received_inputs) == 7
    assert {(actor.club, actor.club_channel_id) for actor, *_ in stub.received_inputs} == {
        (ClubKey("slack", SLACK_TEAM_ID), "")
    }
    assert stub.command == "left"


@pytest.mark.parametrize("role", ["is_admin", "is_owner", "is_primary_owner"])
async def test_an_admin_or_owner_leads(here: SlackWorkspace, role: str) -> None:
    setattr(here.slack.world.users["U0ADA"], role, True)
    stub = serve_stub(here)
    await send_club_command(here)
    assert stub.actor.may_set_up_club
    await here.lee.command("/club", "", ACTOR_CLUB_CHANNEL_ID)
    assert not stub.actor.may_set_up_club


@pytest.mark.parametrize(
    "told", [{"is_admin": True, "deleted": True}, {"is_owner": True, "is_restricted": True}, {"is_admin": "yes"}, {}]
)
def test_nobody_else_leads(told: dict[str, Any]) -> None:
    profile = parse_slack_profile(told)
    assert profile is not None
    assert not profile.is_admin


async def test_who_cannot_be_asked_about_leads_nothing_and_has_no_name(here: SlackWorkspace) -> None:
    here.slack.world.users["U0ADA"].is_admin = True
    here.slack.fail("users.info", with_=faults.error("fatal_error"), times=None)
    stub = serve_stub(here)
    await send_club_command(here)
    assert (stub.actor.may_set_up_club, stub.actor.display_name, stub.actor.club) == (
        False,
        "",
        ClubKey("slack", SLACK_TEAM_ID),
    )


async def sender_leads_club(club: SlackWorkspace, stub: StubService, root: str = "/club", text: str = "") -> bool:
    await send_club_command(club, text, root)
    return stub.actor.may_set_up_club


@pytest.fixture
async def moving(monkeypatch: pytest.MonkeyPatch, here: SlackWorkspace) -> Any:
    """Moves the clock that profiles grow old by."""
    profiles = here.bot._profiles
    moved = [0.0]
    real = profiles._now
    monkeypatch.setattr(profiles, "_now", lambda: real() + moved[0])
    monkeypatch.setattr(profiles._pacer, "_now", lambda: real() + moved[0])

    def move(seconds: float) -> None:
        moved[0] += seconds

    return move


async def test_who_was_made_an_admin_unheard_leads_at_their_next_try(here: SlackWorkspace, moving: Any) -> None:
    stub = serve_stub(here)
    assert not await sender_leads_club(here, stub)
    here.slack.world.users["U0ADA"].is_admin = True
    moving(OTHER_PROFILE_AGE_SECONDS)
    assert await sender_leads_club(here, stub)


async def test_who_is_no_admin_any_more_leads_for_minutes_at_most(here: SlackWorkspace, moving: Any) -> None:
    here.slack.world.users["U0ADA"].is_admin = True
    stub = serve_stub(here)
    assert await sender_leads_club(here, stub)
    here.slack.world.users["U0ADA"].is_admin = False
    moving(ADMIN_PROFILE_AGE_SECONDS - 60)
    assert await sender_leads_club(here, stub)
    assert count_profile_requests(here) == 1
    moving(60)
    assert not await sender_leads_club(here, stub)


async def test_a_change_of_roles_that_slack_tells_holds_at_once(here: SlackWorkspace) -> None:
    stub = serve_stub(here)
    assert not await sender_leads_club(here, stub)
    await here.slack.change_user("U0ADA", is_admin=True)
    assert await sender_leads_club(here, stub)
    await here.slack.change_user("U0ADA", is_admin=False)
    assert not await sender_leads_club(here, stub)
    assert count_profile_requests(here) == 1


async def test_roles_are_asked_for_anew_only_by_what_is_the_clubs(here: SlackWorkspace, moving: Any) -> None:
    stub = serve_stub(here)
    await sender_leads_club(here, stub)
    for _ in range(3):
        moving(ADMIN_PROFILE_AGE_SECONDS)
        await sender_leads_club(here, stub, "/outreach", "board")
        await here.ada.write("board")
    assert count_profile_requests(here) == 1


async def test_in_a_chain_of_commands_the_role_is_asked_for_once(here: SlackWorkspace, moving: Any) -> None:
    stub = serve_stub(here)
    for _ in range(5):
        await sender_leads_club(here, stub)
    assert count_profile_requests(here) == 1


async def test_a_role_is_not_asked_for_when_slack_was_asked_much_already(here: SlackWorkspace, moving: Any) -> None:
    stub = serve_stub(here)
    await sender_leads_club(here, stub)
    moving(OTHER_PROFILE_AGE_SECONDS)
    assert here.bot._profiles._pacer.try_take_turn()
    assert not await sender_leads_club(here, stub)
    assert count_profile_requests(here) == 1


async def test_what_is_known_stays_when_slack_does_not_tell(here: SlackWorkspace, moving: Any) -> None:
    here.slack.world.users["U0ADA"].is_admin = True
    stub = serve_stub(here)
    await sender_leads_club(here, stub)
    moving(ADMIN_PROFILE_AGE_SECONDS)
    here.slack.fail("users.info", with_=faults.error("fatal_error"))
    assert await sender_leads_club(here, stub)


@pytest.mark.parametrize(("command", "asks_anew"), [("setup", True), ("board", False)])
async def test_a_button_or_a_form_of_the_clubs_asks_anew_too(
    here: SlackWorkspace, moving: Any, command: str, asks_anew: bool
) -> None:
    card = Card((("Hello.",),), buttons=(Button("Press", f"{command} when: now"),))
    stub = serve_stub(here, card, replace(ACTOR_FORM, command=command))
    await send_club_command(here)
    for act in (lambda: here.ada.press(last_message(here.ada), "Press"), lambda: here.ada.submit(contact="Dana")):
        before = count_profile_requests(here)
        moving(OTHER_PROFILE_AGE_SECONDS)
        await act()
        await here.idle()
        assert count_profile_requests(here) - before == asks_anew
    assert stub.command == command


@pytest.mark.parametrize(
    ("told", "name"),
    [
        ({"profile": {"display_name": "Ada", "real_name": "Ada Lovelace"}}, "Ada"),
        ({"profile": {"display_name": "", "real_name": "Ada Lovelace"}}, "Ada Lovelace"),
        ({"profile": {"display_name": " \u200b ", "real_name": "Ada Lovelace"}}, "Ada Lovelace"),
        ({"profile": {"display_name": "\u2800"}, "real_name": "Ada Lovelace"}, "Ada Lovelace"),
        ({"profile": {}, "real_name": "Ada", "name": "ada.l"}, "Ada"),
        ({"profile": {"display_name": "A\u202eda\x00\nLee\ttwo"}}, "Ada Lee two"),
        ({"profile": {"display_name": "Ada &amp; Lee"}}, "Ada & Lee"),
        ({"profile": {"display_name": "x" * 200}}, "x" * 79 + "…"),
        ({"profile": {"display_name": "🇩🇪" * 60}}, "🇩🇪" * 39 + "…"),
        ({"profile": {"display_name": 7, "real_name": ["x"]}, "real_name": None}, ""),
        ({"profile": "Ada"}, ""),
        ({}, ""),
    ],
)
def test_the_name_is_the_one_that_they_chose_and_fits_on_a_line(told: dict[str, Any], name: str) -> None:
    profile = parse_slack_profile(told)
    assert profile is not None
    assert profile.name == name
