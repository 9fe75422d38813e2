"""What Discord refuses is refused here, with the same words, and written down."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from discord.http import Route

from tests.fakes_discord import APP, GENERAL, FakeDiscord, Person
from tests.fakes_discord.checks import message_problems, modal_problems
from tests.fakes_discord.commands import command_problems
from tests.fakes_discord.schema import document, schema_problems
from tests.fakes_discord.tiny import TinyBot

Json = dict[str, Any]
SILENT = {"allowed_mentions": {"parse": []}}


def button(custom_id: str = "a", label: str = "A", **more: Any) -> Json:
    return {"type": 2, "style": 2, "label": label, "custom_id": custom_id, **more}


def row(*inner: Json, **more: Any) -> Json:
    return {"type": 1, "components": list(inner), **more}


def five(number: int) -> Json:
    return row(*(button(f"{number}{place}") for place in range(5)))


def label(component: Json | None = None, text: str = "Who?", **more: Any) -> Json:
    return {"type": 18, "label": text, "component": component or typing(), **more}


def typing(custom_id: str = "a", **more: Any) -> Json:
    return {"type": 4, "style": 1, "custom_id": custom_id, **more}


def select(count: int = 1, **more: Any) -> Json:
    options = [{"label": str(number), "value": str(number)} for number in range(count)]
    return {"type": 3, "custom_id": "a", "options": options, **more}


def option(name: str = "who", **more: Any) -> Json:
    return {"type": 3, "name": name, "description": "d", **more}


def command(*options: Json, name: str = "outreach", description: str = "d") -> Json:
    return {"name": name, "description": description, "options": list(options)}


MESSAGES = [
    ({"content": "x" * 2001}, "content"),
    ({"embeds": [{"description": "x" * 4097}]}, "embeds.0.description"),
    ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds"),
    ({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}, "embeds.0.fields.0.name"),
    ({"components": [five(number) for number in range(6)]}, "components"),
    ({"components": [row(*(button(str(number)) for number in range(6)))]}, "components.0.components"),
    ({"components": [row(button(label="x" * 81))]}, "components.0.components.0.label"),
    ({"components": [row(button("x" * 101))]}, "components.0.components.0.custom_id"),
    ({"components": [row(button(""))]}, "components.0.components.0.custom_id"),
    ({"components": [row(button("a"), button("a"))]}, "components"),
    ({"components": [row(button("a", id=7), button("b", id=7))]}, "components"),
    ({"components": [row(button("a", id=2**31))]}, "components.0.components.0.id"),
    ({"components": [row(select(26))]}, "components.0.components.0.options"),
    ({"components": [row(select(), button("b"))]}, "components.0.components"),
    ({"components": [button()]}, "components.0.type"),
    ({"content": "x", "nonce": "x" * 26}, "nonce"),
    ({"content": "x", "flags": 1 << 15, "components": [{"type": 10, "content": "x"}]}, "content"),
]
MODALS = [
    ({"title": "x" * 46}, "title"),
    ({"title": ""}, "title"),
    ({"custom_id": "x" * 101}, "custom_id"),
    ({"components": [label(typing(str(number))) for number in range(6)]}, "components"),
    ({"components": [label(text="x" * 46)]}, "components.0.label"),
    ({"components": [label(description="x" * 101)]}, "components.0.description"),
    ({"components": [label(typing(value="x" * 4001))]}, "components.0.component.value"),
    ({"components": [label(typing(value="xyz", max_length=2))]}, "components.0.component.value"),
    ({"components": [label(typing(placeholder="x" * 101))]}, "components.0.component.placeholder"),
    ({"components": [label(select(26))]}, "components.0.component.options"),
    ({"components": [label(), label()]}, "components"),
    ({"components": [row(button())]}, "components.0.type"),
]
COMMANDS = [
    (command(name="Out Reach"), "0.name"),
    (command(name="x" * 33), "0.name"),
    (command(description=""), "0.description"),
    (command(description="x" * 101), "0.description"),
    (command(*(option(f"o{number}") for number in range(26))), "0.options"),
    (command(option("a"), option("b", required=True)), "0.options"),
    (command(option(), option()), "0.options"),
    (command({"type": 1, "name": "add", "description": "d"}, option()), "0.options"),
    (command(option(choices=[{"name": str(n), "value": str(n)} for n in range(26)])), "0.options.0.choices"),
    (command(option(choices=[{"name": "x" * 101, "value": "x"}])), "0.options.0.choices.0.name"),
    (command(*(option(f"o{n}", choices=[{"name": "n" * 90, "value": "v" * 90}] * 4) for n in range(12))), "0"),
]


@pytest.mark.parametrize(("sent", "where"), MESSAGES)
def test_a_message_is_refused_where_it_is_wrong(sent: Json, where: str) -> None:
    assert [".".join(map(str, problem.path)) for problem in message_problems(sent)] == [where]


@pytest.mark.parametrize(("changed", "where"), MODALS)
def test_a_form_is_refused_where_it_is_wrong(changed: Json, where: str) -> None:
    body = {"title": "Add", "custom_id": "form", "components": [label()], **changed}
    assert [".".join(map(str, problem.path)) for problem in modal_problems(body)] == [where]


@pytest.mark.parametrize(("sent", "where"), COMMANDS)
def test_a_command_is_refused_where_it_is_wrong(sent: Json, where: str) -> None:
    assert [".".join(map(str, problem.path)) for problem in command_problems([sent])] == [where]


def test_what_just_fits_is_taken() -> None:
    message = {"content": "x" * 2000, "components": [five(number) for number in range(5)], "nonce": "x" * 25}
    modal = {"title": "x" * 45, "custom_id": "x" * 100, "components": [label(typing(str(n))) for n in range(5)]}
    assert [*message_problems(message), *modal_problems(modal), *command_problems([command(option())])] == []


async def send(bot: TinyBot, body: Json) -> Any:
    return await bot.http.request(Route("POST", f"/channels/{GENERAL}/messages"), json={**SILENT, **body})


async def test_the_library_hears_of_each_place(fake: FakeDiscord, bot: TinyBot) -> None:
    with pytest.raises(discord.HTTPException, match=r"50035.*\n.*content: Must be 2000 or fewer in length"):
        await send(bot, {"content": "x" * 2001})
    assert "message: content: Must be 2000 or fewer in length." in fake.violations


async def test_an_empty_message_is_refused(fake: FakeDiscord, bot: TinyBot, ada: Person) -> None:
    with pytest.raises(discord.HTTPException, match="50006"):
        await send(bot, {"content": ""})
    assert fake.violations == ["message: an empty message"]


async def test_commands_that_are_wrong_are_not_synced(fake: FakeDiscord, bot: TinyBot) -> None:
    before = fake.world.commands[0]
    with pytest.raises(discord.HTTPException, match="50035"):
        await bot.http.request(Route("PUT", f"/applications/{APP}/commands"), json=[command(name="X Y")])
    assert fake.world.commands[0] is before


async def test_a_command_keeps_its_id_when_it_is_synced_again(fake: FakeDiscord, bot: TinyBot) -> None:
    before = {one["name"]: one["id"] for one in fake.world.commands[0]}
    await bot.tree.sync()
    assert {one["name"]: one["id"] for one in fake.world.commands[0]} == before


@pytest.mark.skipif(not document(), reason="the published interface is not beside the checkout")
def test_a_body_is_held_against_the_published_interface() -> None:
    route = "/channels/{channel}/messages"
    assert schema_problems("POST", route, {"content": "x", "components": [row(button())]}) == []
    assert schema_problems("POST", route, {"content": 5}) != []
    assert schema_problems("POST", "/interactions/{interaction}/{token}/callback", {"type": 4, "data": 5}) != []
    assert schema_problems("PUT", "/applications/{application}/commands", [{"description": "d"}]) != []
    assert schema_problems("GET", "/gateway", {}) == []


@pytest.mark.skipif(not document(), reason="the published interface is not beside the checkout")
async def test_a_mismatch_with_the_published_interface_is_noted(fake: FakeDiscord, bot: TinyBot) -> None:
    await send(bot, {"content": "x", "tts": "loud"})
    assert fake.violations[0].startswith("POST /channels/{channel}/messages: $.tts")
