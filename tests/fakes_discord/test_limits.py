"""What Discord refuses is refused here, with the same words, and written down."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord.http import Route

from tests.fakes_discord import APPLICATION_ID, GENERAL_CHANNEL_ID, FakeDiscord
from tests.fakes_discord.checks import discord_message_problems, discord_modal_problems
from tests.fakes_discord.commands import discord_command_problems
from tests.fakes_discord.schema import body_schema_problems, openapi_document
from tests.fakes_discord.tiny import TinyDiscordBot

Json = dict[str, Any]
NO_ALLOWED_MENTIONS = {"allowed_mentions": {"parse": []}}


def button_component(custom_id: str = "a", label: str = "A", **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": label, "custom_id": custom_id, **more}


def row_component(*inner: Json, **more: Any) -> Json:
    return {"type": 1, "components": list(inner), **more}


def five_buttons_row(number: int) -> Json:
    return row_component(*(button_component(f"{number}{place}") for place in range(5)))


def label_component(component: Json | None = None, text: str = "Who?", **more: Any) -> Json:
    return {"type": 18, "label": text, "component": component or text_input_component(), **more}


def text_input_component(custom_id: str = "a", **more: Any) -> Json:
    return {"type": 4, "style": 1, "custom_id": custom_id, **more}


def select_component(count: int = 1, **more: Any) -> Json:
    options = [{"label": str(number), "value": str(number)} for number in range(count)]
    return {"type": 3, "custom_id": "a", "options": options, **more}


def command_option(name: str = "who", **more: Any) -> Json:
    return {"type": 3, "name": name, "description": "d", **more}


def command_json(*options: Json, name: str = "outreach", description: str = "d") -> Json:
    return {"name": name, "description": description, "options": list(options)}


REFUSED_MESSAGES = [
    ({"content": "x" * 2001}, "content"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
    ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    ({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}, "embeds.0.fields.0.name"),
    ({"components": [five_buttons_row(number) for number in range(6)]}, "components"),
    (
        {"components": [row_component(*(button_component(str(number)) for number in range(6)))]},
        "components.0.components",
    ),
    ({"components": [row_component(button_component(label="x" * 81))]}, "components.0.components.0.label"),
    ({"components": [row_component(button_component("x" * 101))]}, "components.0.components.0.custom_id"),
    ({"components": [row_component(button_component(""))]}, "components.0.components.0.custom_id"),
    ({"components": [row_component(button_component("a"), button_component("a"))]}, "components"),
    ({"components": [row_component(button_component("a", id=7), button_component("b", id=7))]}, "components"),
    ({"components": [row_component(button_component("a", id=2**31))]}, "components.0.components.0.id"),
    ({"components": [row_component(select_component(26))]}, "components.0.components.0.options"),
    ({"components": [row_component(select_component(), button_component("b"))]}, "components.0.components"),
    ({"components": [button_component()]}, "components.0.type"),
    ({"content": "x", "nonce": "x" * 26}, "nonce"),
    ({"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "x"}]}, "content"),
]
REFUSED_MODALS = [
    ({"title": "x" * 46}, "title"),
    ({"title": ""}, "title"),
    ({"custom_id": "x" * 101}, "custom_id"),
    ({"components": [label_component(text_input_component(str(number))) for number in range(6)]}, "components"),
    ({"components": [label_component(text="x" * 46)]}, "components.0.label"),
    ({"components": [label_component(description="x" * 101)]}, "components.0.description"),
    ({"components": [label_component(text_input_component(value="x" * 4001))]}, "components.0.component.value"),
    (
        {"components": [label_component(text_input_component(value="xyz", max_length=2))]},
        "components.0.component.value",
    ),
    (
        {"components": [label_component(text_input_component(placeholder="x" * 101))]},
        "components.0.component.placeholder",
    ),
    ({"components": [label_component(select_component(26))]}, "components.0.component.options"),
    ({"components": [label_component(), label_component()]}, "components"),
    ({"components": [row_component(button_component())]}, "components.0.type"),
]
REFUSED_COMMANDS = [
    (command_json(name="Out Reach"), "0.name"),
    (command_json(name="x" * 33), "0.name"),
    (command_json(description=""), "0.description"),
    (command_json(description="x" * 101), "0.description"),
    (command_json(*(command_option(f"o{number}") for number in range(26))), "0.options"),
    (command_json(command_option("a"), command_option("b", required=True)), "0.options"),
    (command_json(command_option(), command_option()), "0.options"),
    (command_json({"type": 1, "name": "add", "description": "d"}, command_option()), "0.options"),
    (
        command_json(command_option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])),
        "0.options.0.choices",
    ),
    (command_json(command_option(choices=[{"name": "x" * 101, "value": "x"}])), "0.options.0.choices.0.name"),
    (
        command_json(
            *(command_option(f"o{n}", choices=[{"name": "n" * 90, "value": "v" * 90}] * 4) for n in range(12))
        ),
        "0",
    ),
]


@pytest.mark.parametrize(("sent", "where"), REFUSED_MESSAGES)
def test_a_message_is_refused_where_it_is_wrong(sent: Json, where: str) -> None:
    assert [".".join(map(str, problem.path)) for problem in discord_message_problems(sent)] == [where]


@pytest.mark.parametrize(("changed", "where"), REFUSED_MODALS)
def test_a_form_is_refused_where_it_is_wrong(changed: Json, where: str) -> None:
    body = {"title": "Add", "custom_id": "form", "components": [label_component()], **changed}
    assert [".".join(map(str, problem.path)) for problem in discord_modal_problems(body)] == [where]


@pytest.mark.parametrize(("sent", "where"), REFUSED_COMMANDS)
def test_a_command_is_refused_where_it_is_wrong(sent: Json, where: str) -> None:
    assert [".".join(map(str, problem.path)) for problem in discord_command_problems([sent])] == [where]


def test_what_just_fits_is_taken() -> None:
    message = {
        "content": "x" * 2000,
        "components": [five_buttons_row(number) for number in range(5)],
        "nonce": "x" * 25,
    }
    modal = {
        "title": "x" * 45,
        "custom_id": "x" * 100,
        "components": [label_component(text_input_component(str(n))) for n in range(5)],
    }
    assert [
        *discord_message_problems(message),
        *discord_modal_problems(modal),
        *discord_command_problems([command_json(command_option())]),
    ] == []


async def send_raw_message(bot: TinyDiscordBot, body: Json) -> Any:
    return await bot.http.request(
        Route("POST", f"/channels/{GENERAL_CHANNEL_ID}/messages"), json={**NO_ALLOWED_MENTIONS, **body}
    )


async def test_the_library_hears_of_each_place(fake: FakeDiscord, bot: TinyDiscordBot) -> None:
    with pytest.raises(discord.HTTPException, match=r"50035.*\n.*content: Must be 2000 or fewer in length"):
        await send_raw_message(bot, {"content": "x" * 2001})
    assert "message: content: Must be 2000 or fewer in length." in fake.violations


async def test_commands_that_are_wrong_are_not_synced(fake: FakeDiscord, bot: TinyDiscordBot) -> None:
    before = fake.world.commands[0]
    with pytest.raises(discord.HTTPException, match="50035"):
        await bot.http.request(
            Route("PUT", f"/applications/{APPLICATION_ID}/commands"), json=[command_json(name="X Y")]
        )
    assert fake.world.commands[0] is before


async def test_a_command_keeps_its_id_when_it_is_synced_again(fake: FakeDiscord, bot: TinyDiscordBot) -> None:
    before = {one["name"]: one["id"] for one in fake.world.commands[0]}
    await bot.tree.sync()
    assert {one["name"]: one["id"] for one in fake.world.commands[0]} == before


@pytest.mark.skipif(not openapi_document(), reason="the published interface is not beside the checkout")
def test_a_body_is_held_against_the_published_interface() -> None:
    route = "/channels/{channel}/messages"
    assert (
        body_schema_problems("POST", route, {"content": "x", "components": [row_component(button_component())]}) == []
    )
    assert body_schema_problems("POST", route, {"content": 5}) != []
    assert body_schema_problems("POST", "/interactions/{interaction}/{token}/callback", {"type": 4, "data": 5}) != []
    assert body_schema_problems("PUT", "/applications/{application}/commands", [{"description": "d"}]) != []
    assert body_schema_problems("GET", "/gateway", {}) == []
