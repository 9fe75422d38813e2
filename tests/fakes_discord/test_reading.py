"""What stands on a screen is read as a person reads it, and what the client does not allow is not done."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from tests.fakes_discord import (
    ADA_USER_ID,
    GENERAL_CHANNEL_ID,
    GUILD_ID,
    LEE_USER_ID,
    DiscordClientRefusal,
    DiscordModal,
    DiscordUser,
    FakeDiscord,
    FakePlatformClock,
    may_ping_anybody,
    modal_inputs,
)
from tests.fakes_discord.forms import modal_submission
from tests.fakes_discord.options import (
    SLASH_COMMAND,
    autocomplete_options,
    find_offered_command,
    find_subcommand,
    typed_options,
)
from tests.fakes_discord.reading import visible_controls, visible_message_text
from tests.fakes_discord.state import (
    CHANNEL_TYPE_TEXT,
    CHANNEL_TYPE_VOICE,
    OTHER_GUILD_ID,
    DiscordChannel,
    SnowflakeIds,
)
from tests.fakes_discord.world import DiscordWorld

Json = dict[str, Any]
USER_PICKER = {"type": 5, "custom_id": "who"}
CHANNEL_PICKER = {"type": 8, "custom_id": "where", "channel_types": [CHANNEL_TYPE_TEXT]}
OTHER_CHANNELS = ((5, CHANNEL_TYPE_VOICE, GUILD_ID), (6, CHANNEL_TYPE_TEXT, OTHER_GUILD_ID))  # that cannot be picked
CONTACT_CHANNEL_OPTIONS = [{"label": "E-mail", "value": "email"}, {"label": "Call", "value": "call"}]


def modal_of(*components: Json) -> DiscordModal:
    return DiscordModal(1, 2, {"title": "Add", "custom_id": "form", "components": list(components)}, GENERAL_CHANNEL_ID)


def label_around(component: Json, label: str = "Who?") -> Json:
    return {"type": 18, "label": label, "component": component}


def who_text_input(**more: Any) -> Json:
    return {"type": 4, "style": 1, "custom_id": "who", **more}


def how_select(**more: Any) -> Json:
    return {"type": 3, "custom_id": "how", "options": CONTACT_CHANNEL_OPTIONS, **more}


def submission_of(modal: DiscordModal, given: Json) -> Json:
    world = DiscordWorld([DiscordUser(ADA_USER_ID, "ada"), DiscordUser(LEE_USER_ID, "lee")], FakePlatformClock())
    for number, form, guild in OTHER_CHANNELS:
        world.channels[number] = DiscordChannel(number, "guild", guild=guild, form=form)
    return modal_submission(world, world.channels[GENERAL_CHANNEL_ID], modal, given)


def submitted_values(modal: DiscordModal, given: Json) -> list[Any]:
    sent = [one.get("component") or one["components"][0] for one in submission_of(modal, given)["components"]]
    return [one.get("value", one.get("values")) for one in sent]


@pytest.mark.parametrize(
    ("sent", "pings"),
    [
        ({"content": "@everyone"}, True),
        ({"content": "@everyone", "allowed_mentions": {"parse": ["everyone"]}}, True),
        ({"content": "<@1>", "allowed_mentions": {"parse": [], "users": ["1"]}}, True),
        ({"content": "hi", "allowed_mentions": {"parse": [], "replied_user": True}}, True),
        ({"content": "@everyone", "allowed_mentions": {"parse": []}}, False),
        ({"components": [{"type": 10, "content": "@everyone"}]}, True),
        ({"components": [{"type": 17, "components": [{"type": 10, "content": "@everyone"}]}]}, True),
        ({"embeds": [{"description": "@everyone"}]}, False),
    ],
)
def test_a_text_pings_unless_discord_is_told_to_look_for_no_mentions(sent: Json, pings: bool) -> None:
    assert may_ping_anybody(sent) is pings


def test_all_of_an_embed_and_of_components_is_read() -> None:
    embed = {"title": "t", "description": "d", "fields": [{"name": "n", "value": "v"}], "footer": {"text": "f"}}
    section = {"type": 9, "components": [{"type": 10, "content": "s"}], "accessory": {"type": 2, "label": "b"}}
    container = {"type": 17, "components": [section]}
    assert visible_message_text("c", [embed], [container]) == "c\nt\nd\nn\nv\nf\ns"
    assert [face.label for face in visible_controls([container])] == ["b"]


def test_the_questions_of_a_form_are_found() -> None:
    row = {"type": 1, "components": [who_text_input(custom_id="old", label="Old?")]}
    found = modal_inputs([label_around(who_text_input()), row])
    assert {name: asked for name, (asked, _) in found.items()} == {"who": "Who?", "old": "Old?"}


def test_what_is_not_touched_is_sent_as_it_stands() -> None:
    chosen = how_select(options=[CONTACT_CHANNEL_OPTIONS[0], {**CONTACT_CHANNEL_OPTIONS[1], "default": True}])
    modal = modal_of(label_around(who_text_input(value="Dana")), label_around(chosen, "How?"))
    assert submitted_values(modal, {}) == ["Dana", ["call"]]
    assert submitted_values(modal, {"Who?": "Kim", "how": "E-mail"}) == ["Kim", ["email"]]


@pytest.mark.parametrize(
    ("component", "given"),
    [
        (who_text_input(), {}),
        (who_text_input(max_length=2), {"who": "Dana"}),
        (who_text_input(min_length=5), {"who": "Dana"}),
        (who_text_input(), {"what": "Dana"}),
        (how_select(), {}),
        (how_select(), {"how": "Pigeon"}),
        (how_select(), {"how": ["email", "call"]}),
        (USER_PICKER, {}),
        (USER_PICKER, {"who": 99}),
        (USER_PICKER, {"who": "Lee"}),
        (USER_PICKER, {"who": [ADA_USER_ID, LEE_USER_ID]}),
        *((CHANNEL_PICKER, {"where": number}) for number, *_ in OTHER_CHANNELS),
    ],
)
def test_a_form_that_the_client_would_hold_back_is_not_sent(component: Json, given: Json) -> None:
    with pytest.raises(DiscordClientRefusal):
        submission_of(modal_of(label_around(component)), given)


def test_who_and_what_is_there_is_picked() -> None:
    modal = modal_of(label_around(USER_PICKER), label_around(CHANNEL_PICKER))
    told = submission_of(modal, {"who": LEE_USER_ID, "where": GENERAL_CHANNEL_ID})["resolved"]
    assert {part: [*picked] for part, picked in told.items()} == {
        "users": [str(LEE_USER_ID)],
        "members": [str(LEE_USER_ID)],
        "channels": [str(GENERAL_CHANNEL_ID)],
    }


def test_what_need_not_be_answered_may_stay_empty() -> None:
    assert submitted_values(
        modal_of(label_around(who_text_input(required=False)), label_around(how_select(required=False))), {}
    ) == ["", []]


@pytest.mark.parametrize(
    ("offer", "places"),
    [
        ({}, ["guild", "dm"]),
        ({"contexts": [0]}, ["guild"]),
        ({"integration_types": [0, 1]}, ["guild", "dm", "private"]),
        ({"contexts": [0, 1, 2]}, ["guild", "dm"]),
        ({"contexts": [0, 1, 2], "integration_types": [0, 1]}, ["guild", "dm", "private"]),
    ],
)
def test_a_command_is_offered_where_it_says(offer: Json, places: list[str]) -> None:
    commands = {0: [{"type": 1, "name": "outreach", **offer}]}

    def offered(place: str) -> bool:
        try:
            return bool(find_offered_command(commands, {GUILD_ID}, DiscordChannel(1, place), SLASH_COMMAND, "outreach"))
        except DiscordClientRefusal:
            return False

    assert [place for place in ("guild", "dm", "private") if offered(place)] == places
    commands[0].clear()  # what was never synced is nowhere
    assert not offered("guild")


def test_options_are_checked_as_the_client_checks_them() -> None:
    who = {"type": 3, "name": "who", "description": "d", "required": True, "max_length": 4, "autocomplete": True}
    days = {"type": 4, "name": "days", "description": "d", "min_value": 1}
    via = {"type": 3, "name": "via", "description": "d", "choices": [{"name": "E-mail", "value": "email"}]}
    root = {"name": "club", "options": [{"type": 1, "name": "add", "options": [who, days, via]}]}
    command, around = find_subcommand(root, "add")
    assert [one["name"] for one in around] == ["add"]
    assert typed_options(command, {"who": "Dana", "days": 2})[1] == {"name": "days", "type": 4, "value": 2}
    assert typed_options(command, {"who": "Dana", "via": "E-mail"})[1]["value"] == "email"
    for wrong in (
        {"who": "Dana!"},
        {"days": 0},
        {"days": True},
        {"days": "3"},
        {"who": 5},
        {"via": "pigeon"},
        {"x": 1},
    ):
        with pytest.raises(DiscordClientRefusal):
            typed_options(command, {"who": "Dana", **wrong})
    with pytest.raises(DiscordClientRefusal, match="needs"):
        typed_options(command, {})
    for path in ("nothing", ""):
        with pytest.raises(DiscordClientRefusal, match=r"sub-command|no 'nothing'"):
            find_subcommand(root, path)
    assert autocomplete_options(command, {"days": 0}, "who", "D")[-1]["focused"] is True
    with pytest.raises(DiscordClientRefusal):
        autocomplete_options(command, {}, "days", "1")


async def test_a_select_on_a_message_is_chosen_from(fake: FakeDiscord) -> None:
    ada = fake.person(place="dm")
    message = fake.world.post(ada.dm, {"components": [{"type": 1, "components": [how_select()]}]})
    seen = await ada.choose(message, "how", "Call")
    assert seen.interaction.payload["data"]["values"] == ["call"]
    with pytest.raises(DiscordClientRefusal):
        await ada.choose(message, "how", "Pigeon")


async def test_a_button_that_is_grey_is_not_pressed(fake: FakeDiscord) -> None:
    ada = fake.person(place="dm")
    grey = {"type": 2, "style": 2, "label": "A", "custom_id": "a", "disabled": True}
    message = fake.world.post(ada.dm, {"components": [{"type": 1, "components": [grey]}]})
    with pytest.raises(DiscordClientRefusal):
        await ada.press(message, "A")


def test_an_id_carries_its_moment_by_the_clock_of_the_fake_and_is_later_than_the_last() -> None:
    new_id = SnowflakeIds(FakePlatformClock(base=lambda: 1_800_000_000.0))
    first, second = new_id(), new_id()
    assert (discord.utils.snowflake_time(first).timestamp(), second > first) == (1_800_000_000, True)
    assert discord.utils.snowflake_time(new_id(1_700_000_000)).timestamp() == 1_700_000_000
