"""Who is not of our workspace, who has left it, and what was not said to us at all."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from adapters.slack.inbound import parse_event_caller, parse_slack_caller
from tests.adapters.slack.workspace import ADD_EMAILED_DANA, SlackWorkspace, last_message
from tests.fakes_slack import payloads

STRANGER_REFUSAL = "I belong to another workspace, and keep nothing here."


def is_core_untouched(club: SlackWorkspace) -> bool:
    """Whether the core was not even asked."""
    return club.store.looks == club.store.saves == 0


async def test_a_guest_of_another_workspace_is_refused_politely_by_command(either: SlackWorkspace) -> None:
    for root in ("/outreach", "/club"):
        ack = await either.far.command(root, ADD_EMAILED_DANA)
        assert ack.text.startswith(STRANGER_REFUSAL)
        assert ack.payload["response_type"] == "ephemeral"
    await either.idle()
    assert is_core_untouched(either)


async def test_a_guest_of_another_workspace_is_refused_politely_by_press(club: SlackWorkspace) -> None:
    answer = await club.says(ADD_EMAILED_DANA)
    before = club.store.looks, club.store.saves
    club.slack.world.shown["U0FAR"].append(answer)
    await club.far.press(answer, "Undo")
    await club.idle()
    assert last_message(club.far).said.startswith(STRANGER_REFUSAL)
    assert last_message(club.far).only_for == "U0FAR"
    assert (club.store.looks, club.store.saves) == before
    assert answer.versions == []


@pytest.mark.parametrize("shortcut", ["global", "message"])
async def test_a_guest_of_another_workspace_is_refused_politely_by_shortcut(
    club: SlackWorkspace, shortcut: str
) -> None:
    if shortcut == "global":
        await club.far.shortcut("log")
    else:
        await club.far.message_shortcut("log_message", "something")
    await club.idle()
    assert STRANGER_REFUSAL in club.far.sees
    assert is_core_untouched(club)


async def test_a_guest_of_another_workspace_is_refused_politely_by_message(either: SlackWorkspace) -> None:
    await either.far.write("Dana")
    await either.slack.repeat()
    await either.idle()
    [answer] = either.far.received
    assert answer.said.startswith(STRANGER_REFUSAL)
    assert is_core_untouched(either)


async def test_a_guest_of_another_workspace_who_opens_the_home_or_changes_keeps_no_book(club: SlackWorkspace) -> None:
    await club.far.open_home()
    await club.slack.change_user("U0FAR", tz="Asia/Tokyo")
    await club.idle()
    assert await club.book("U0FAR") is None
    assert club.store.saves == 0


@pytest.mark.parametrize("what", ["message", "home", "command", "press", "submit"])
async def test_what_comes_from_a_second_workspace_reaches_nobody(club: SlackWorkspace, what: str) -> None:
    world, ada = club.slack.world, club.ada
    if what == "message":
        message = world.post(ada.dm, {"text": "Dana"}, author="U0ADA")
        payload = payloads.event_payload(world, payloads.direct_message_event(world, ada.user, message))
    elif what == "home":
        payload = payloads.event_payload(
            world, {"type": "app_home_opened", "user": "U0ADA", "channel": ada.dm, "tab": "home"}
        )
    elif what == "command":
        payload = payloads.command_payload(world, ada.user, "/outreach", ADD_EMAILED_DANA, "C0GENERAL")
    else:
        await ada.command("/outreach", "add" if what == "submit" else "")
        await club.idle()
        club.store.looks = club.store.saves = 0
    if what == "press":
        answer = last_message(ada)
        block = deepcopy(answer.blocks[-1])
        payload = payloads.message_press_payload(world, ada.user, answer, block, block["elements"][0])
    elif what == "submit":
        assert ada.view is not None
        ada.view.typed |= {"contact": "Dana"}
        payload = payloads.view_submission_payload(world, ada.user, ada.view)
    payload = from_other_workspace(payload)
    kind = {"message": "events_api", "home": "events_api", "command": "slash_commands"}.get(what, "interactive")
    before = len(ada.received)
    await club.slack.deliver(kind, payload)
    await club.idle()
    assert is_core_untouched(club)
    assert len(ada.received) == before


def from_other_workspace(payload: dict[str, object]) -> dict[str, object]:
    """The same from another workspace."""
    told = deepcopy(payload)
    for name in ("team_id", "context_team_id"):
        if name in told:
            told[name] = "T0SECOND"
    if isinstance(told.get("team"), dict):
        told["team"] = {"id": "T0SECOND", "domain": "second"}
    return told


async def test_what_the_bot_says_itself_and_what_is_edited_is_not_heard(either: SlackWorkspace) -> None:
    await either.ada.write("Dana")
    await either.idle()
    [answer] = either.ada.received
    looks = either.store.looks
    await either.slack.echo(answer)
    await either.slack.echo(answer, changed=True)
    [written] = [message for message in either.ada.messages if message is not answer]
    await either.ada.rewrite(written, "Lee")
    await either.idle()
    assert either.store.looks == looks
    assert either.ada.received == [answer]


@pytest.mark.parametrize(
    "told",
    [
        {"channel_type": "channel", "channel": "C0GENERAL"},
        {"channel_type": "mpim"},
        {"bot_id": "B0OTHER"},
        {"subtype": "bot_message"},
        {"subtype": "channel_join"},
        {"text": ""},
        {"text": None},
        {"user": None},
        {"user": {"id": "U0ADA"}},
    ],
    ids=str,
)
async def test_a_message_that_was_not_written_to_us_is_not_heard(club: SlackWorkspace, told: dict[str, object]) -> None:
    message = club.slack.world.post(club.ada.dm, {"text": "Dana"}, author="U0ADA")
    said = payloads.direct_message_event(club.slack.world, club.ada.user, message) | told
    await club.ada.event(said)
    await club.idle()
    assert club.ada.received == []
    assert club.store.looks == 0


async def test_somebody_who_left_gets_no_reminder_and_loses_nothing(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.says("settings basket: never patience: no")
    await club.slack.change_user("U0ADA", deleted=True)
    await club.wait(days=15)
    assert club.ada.received == []
    book = await club.book()
    assert book is not None
    assert book.profile.account_closed_at is not None
    assert (book.unreachable_reason, book.envelopes) == ("", ()), "nothing was tried"
    assert await club.names() == ["Dana"]


async def test_somebody_who_left_unheard_gets_no_reminder_either(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.says("settings basket: never patience: no")
    club.slack.world.users["U0ADA"].deleted = True
    await club.restart()
    await club.wait(days=15)
    assert club.ada.received == []
    book = await club.book()
    assert book is not None
    assert book.profile.account_closed_at is not None


async def test_somebody_who_comes_back_goes_on_with_their_book(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.says("settings basket: never patience: no")
    await club.slack.change_user("U0ADA", deleted=True)
    await club.wait(days=5)
    await club.slack.change_user("U0ADA", deleted=False)
    await club.says("board")
    await club.wait(days=10)
    assert len(club.ada.received) == 1


async def test_another_zone_is_heard_of_and_kept(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.slack.change_user("U0ADA", tz="Asia/Tokyo", locale="de-DE")
    await club.idle()
    book = await club.book()
    assert book is not None
    assert (book.profile.zone, book.profile.language) == ("Asia/Tokyo", "de")


async def test_what_becomes_of_a_second_workspace_is_none_of_ours(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    told = club.slack.world.users["U0ADA"].profile(with_locale=True, team="T0SECOND") | {"tz": "Asia/Tokyo"}
    for event in ({"type": "user_change", "user": told}, {"type": "app_uninstalled"}):
        await club.slack.deliver(
            "events_api", from_other_workspace(payloads.event_payload(club.slack.world, event | {"event_ts": "1"}))
        )
    await club.idle()
    assert club.bot.healthy
    await club.says("board")
    book = await club.book()
    assert book is not None
    assert book.profile.zone == "America/New_York"


OUR_TEAM_ID = "T0CLUB"


@pytest.mark.parametrize(
    ("body", "belongs"),
    [
        ({"team_id": OUR_TEAM_ID, "event": {"user": "U1"}}, True),
        ({"team_id": OUR_TEAM_ID, "context_team_id": OUR_TEAM_ID, "event": {"user": "U1", "team": OUR_TEAM_ID}}, True),
        ({"team_id": OUR_TEAM_ID, "is_ext_shared_channel": True, "event": {"user": "U1"}}, False),
        ({"team_id": OUR_TEAM_ID, "context_team_id": "T0FAR", "event": {"user": "U1"}}, False),
        ({"team_id": OUR_TEAM_ID, "event": {"user": {"id": "U1", "team_id": "T0FAR"}}}, False),
        ({"team_id": OUR_TEAM_ID, "event": {"user": {"id": "U1", "team_id": OUR_TEAM_ID}}}, True),
        ({"team_id": OUR_TEAM_ID, "event": {}}, False),
    ],
)
def test_only_who_is_surely_of_our_workspace_is_heard(body: dict[str, Any], belongs: bool) -> None:
    assert parse_event_caller(body).is_member_of(OUR_TEAM_ID) is belongs


def test_a_command_of_nobody_is_not_ours() -> None:
    assert not parse_slack_caller({"team_id": OUR_TEAM_ID, "user_id": ""}).is_member_of(OUR_TEAM_ID)


async def test_whoever_came_back_unheard_is_not_taken_for_gone(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.slack.change_user("U0ADA", deleted=True)
    await club.idle()
    club.slack.world.users["U0ADA"].deleted = False  # and Slack tells nobody
    await club.says("board")
    assert await club.reminded()


async def test_a_visitor_is_told_once_in_an_hour(club: SlackWorkspace) -> None:
    for _ in range(5):
        await club.far.write("hello")
        await club.idle()
    assert len(club.far.received) == 1
