"""The commands as Discord gets them, and what Discord takes of them."""

from __future__ import annotations

import copy
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import jsonschema
import pytest
from discord import app_commands
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import option as option_module
from adapters.discord import tree as module
from adapters.discord.tree import (
    COMMAND_GROUP_DESCRIPTIONS,
    MESSAGE_MENU_NAME,
    build_discord_commands_payload,
    ordered_option_arguments,
    to_discord_choices,
)
from bot.commands import COMMAND_ROOTS, COMMANDS, Argument, ArgumentKind, Command
from bot.domain.messages import Choice
from bot.handlers import member
from bot.text.i18n import set_language
from tests.adapters.discord.command_harness import FakeReception

Json = dict[str, Any]
TREE_GOLDEN_FILE = Path(__file__).parent / "golden" / "tree.json"
DISCORD_COMMANDS_SPEC = Path(__file__).parents[4] / "shared" / "api-specs" / "discord-openapi.json"
TREE_COMMANDS = [row for row in COMMANDS if not row.is_hidden]
WALL_COMMAND = Command(
    "wall",
    "See the wall of your club",
    member.show_board,
    (Argument("page", "Which page?", ArgumentKind.NUMBER),),
    root="club",
)

# Discord docs, Application Commands: "Application Command Naming", and the limits of the structures.
COMMAND_NAME_PATTERN = re.compile(r"[-_'\w]{1,32}")
MAX_TREE_CHARS = 8000


async def commands_payload(commands: tuple[Command, ...] = COMMANDS) -> list[Json]:
    client = discord.Client(intents=discord.Intents.none())
    return await build_discord_commands_payload(module.build_discord_command_tree(client, FakeReception(), commands))


def iterate_command_nodes(node: Json) -> Iterator[Json]:
    yield node
    for inner in node.get("options", []):
        yield from iterate_command_nodes(inner)


def command_node_chars(node: Json) -> int:
    """The characters that Discord counts: of each text the longest of its languages."""
    own = sum(
        max(len(str(node.get(key, ""))), *map(len, (node.get(f"{key}_localizations") or {"": ""}).values()), 0)
        for key in ("name", "description")
    )
    choices = sum(command_node_chars(one) + len(str(one["value"])) for one in node.get("choices", []))
    return own + choices + sum(map(command_node_chars, node.get("options", [])))


def find_tree_option(tree: list[Json], command: str, name: str) -> Json:
    [root] = [one for one in tree if one["name"] == "outreach"]
    [row] = [one for one in root["options"] if one["name"] == command]
    return next(one for one in row["options"] if one["name"] == name)


async def test_the_tree_is_the_one_that_was_looked_at() -> None:
    said = json.dumps(await commands_payload(), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get("STALEMATE_TEST_GOLDEN") == "write":
        TREE_GOLDEN_FILE.write_text(said, encoding="utf-8")
    assert said == TREE_GOLDEN_FILE.read_text(encoding="utf-8")


async def test_each_visible_row_is_a_command_and_no_hidden_one_is() -> None:
    found = {(one["name"], inner["name"]) for one in await commands_payload() for inner in one.get("options", [])}
    assert found == {(row.root, row.name) for row in TREE_COMMANDS}


async def test_a_root_appears_by_itself_when_it_has_rows() -> None:
    assert [one["name"] for one in await commands_payload()] == ["outreach", "club", MESSAGE_MENU_NAME]
    without = [row for row in COMMANDS if row.root != "club"]
    assert [one["name"] for one in await commands_payload(without)] == ["outreach", MESSAGE_MENU_NAME]
    assert set(COMMAND_GROUP_DESCRIPTIONS) == set(COMMAND_ROOTS)


async def test_what_buttons_carry_cannot_be_typed() -> None:
    names = {node["name"] for one in await commands_payload() for node in iterate_command_nodes(one)}
    assert not names & {"mark", "anyway", "sure", "twin", "section", "draft", "slot", "shown"}


async def test_no_text_is_longer_and_no_list_longer_than_discord_takes() -> None:
    commands = await commands_payload()
    for node in (node for command in commands if command["type"] == 1 for node in iterate_command_nodes(command)):
        assert COMMAND_NAME_PATTERN.fullmatch(node["name"]), node["name"]
        assert node["name"] == node["name"].lower()
        assert 1 <= len(node["description"]) <= 100
        assert len(node.get("options", [])) <= 25
        assert len(node.get("choices", [])) <= 25
        assert all(1 <= len(one["name"]) <= 100 and 1 <= len(one["value"]) <= 100 for one in node.get("choices", []))
        assert 1 <= node.get("max_length", 1) <= 6000
    assert [command_node_chars(command) <= MAX_TREE_CHARS for command in commands] == [True, True, True]
    assert all(1 <= len(command["name"]) <= 32 for command in commands)


def test_the_longest_language_counts() -> None:
    node = {"name": "a", "description": "bb", "description_localizations": {"de": "cccc", "fr": "c"}}
    assert command_node_chars({**node, "options": [node], "choices": [{"name": "d", "value": "ee"}]}) == 5 + 5 + 3


async def test_what_is_needed_comes_first() -> None:
    for node in (node for one in await commands_payload() for node in iterate_command_nodes(one)):
        needed = [one["required"] for one in node.get("options", []) if "required" in one]
        assert needed == sorted(needed, reverse=True)


def test_no_argument_has_a_name_that_is_taken() -> None:
    assert not [arg.name for row in TREE_COMMANDS for arg in ordered_option_arguments(row) if arg.name == "interaction"]


async def test_options_take_what_the_parser_wants() -> None:
    tree = await commands_payload()
    assert find_tree_option(tree, "board", "page")["type"] == 4
    matters = find_tree_option(tree, "edit", "matters")
    assert [matter["value"] for matter in matters["choices"]] == ["yes", "no"]
    channel = find_tree_option(tree, "log", "channel")
    assert {"name": "e-mail", "value": "email"} in channel["choices"]
    assert "max_length" not in channel
    assert find_tree_option(tree, "add", "contact")["max_length"] == 80
    assert find_tree_option(tree, "add", "note")["max_length"] == 3000


async def test_a_description_is_the_question_with_its_hint_when_both_fit() -> None:
    long = replace(WALL_COMMAND, arguments=(Argument("page", "Which page?", hint="h" * 90), Argument("day", "W" * 120)))
    [club] = [one for one in await commands_payload((long,)) if one["name"] == "club"]
    page, day = club["options"][0]["options"]
    assert page["description"] == "Which page?"
    assert day["description"] == "W" * 99 + "…"
    assert (
        find_tree_option(await commands_payload(), "snooze", "until")["description"]
        == "Until when? — friday, in 2 weeks, 3 Jan"
    )


async def test_discord_asks_for_suggestions_where_something_is_to_be_picked() -> None:
    asking = {
        (row["name"], option["name"])
        for root in await commands_payload()
        for row in root.get("options", [])
        for option in row["options"]
        if option.get("autocomplete")
    }
    assert {("log", "contact"), ("log", "when"), ("plan", "when"), ("edit", "busy"), ("settings", "zone")} <= asking
    assert not asking & {("add", "contact"), ("add", "company"), ("settings", "hour")}


async def test_the_commands_are_there_in_servers_in_direct_messages_and_everywhere_else() -> None:
    for command in await commands_payload():
        wanted = ([0, 1], [0]) if command["name"] == "club" else ([0, 1, 2], [0, 1])
        assert (command["contexts"], command["integration_types"]) == wanted


async def test_a_task_in_another_language_makes_the_same_tree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        option_module, "choice_label", lambda value: "falsch" if current_tree_language() == "de" else value
    )
    set_language("de")
    try:
        tree = await commands_payload()
        assert current_tree_language() == "de"
    finally:
        set_language("en")
    assert find_tree_option(tree, "log", "channel")["choices"][0]["name"] != "falsch"


def current_tree_language() -> str:
    from bot.text.i18n import _current_language

    return _current_language.get()


async def test_discords_own_schema_takes_the_tree() -> None:
    assert list(command_schema_complaints(await commands_payload())) == []


@pytest.mark.parametrize(
    ("broken", "value"),
    [("name", "x" * 33), ("description", "x" * 101), ("type", 99), ("options", [{"type": 3}] * 26), ("name", "")],
)
async def test_discords_own_schema_refuses_a_broken_tree(broken: str, value: object) -> None:
    tree = copy.deepcopy(await commands_payload())
    tree[0]["options"][1][broken] = value
    assert list(command_schema_complaints(tree))


def command_schema_complaints(commands: list[Json]) -> Iterator[str]:
    if not DISCORD_COMMANDS_SPEC.exists():
        pytest.skip("Discord's own description is not here")
    spec = json.loads(DISCORD_COMMANDS_SPEC.read_text(encoding="utf-8"))
    body = spec["paths"]["/applications/{application_id}/commands"]["put"]["requestBody"]
    schema = {**body["content"]["application/json"]["schema"], "components": spec["components"]}
    for error in jsonschema.Draft202012Validator(schema).iter_errors(commands):
        yield error.message[:200]


choice_texts = (
    st.text() | st.text(alphabet="👩‍👧🇩🇪é\u0301 \n\u202e\ud800", max_size=150) | st.text(min_size=95, max_size=210)
)


@settings(deadline=None)
@given(st.lists(st.builds(Choice, choice_texts, choice_texts), max_size=60))
def test_whatever_is_suggested_discord_takes_it(found: list[Choice]) -> None:
    made = to_discord_choices(found)
    values = [one.value for one in made]
    assert len(made) <= 25
    assert len(set(values)) == len(values)
    for text in [*values, *(one.name for one in made)]:
        assert 1 <= len(text) <= 100
        assert text.strip()
        assert text.encode()  # no half of a character


def test_a_suggestion_is_cut_after_a_whole_grapheme() -> None:
    [made] = to_discord_choices([Choice("x" + "🇩🇪" * 80, "🇩🇪" * 80)])
    assert made.value == "x" + "🇩🇪" * 49
    assert made.name == "🇩🇪" * 49 + "…"


def test_a_suggestion_without_a_face_shows_its_value_and_one_without_a_value_is_left_out() -> None:
    assert to_discord_choices([Choice("friday", " "), Choice("", "nothing"), Choice("friday", "again")]) == [
        app_commands.Choice(name="friday", value="friday")
    ]


def test_the_first_twenty_five_are_offered() -> None:
    made = to_discord_choices([Choice(str(number), str(number)) for number in range(30)])
    assert [one.value for one in made] == [str(number) for number in range(25)]
