"""What Discord's payloads mean."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord.inbound import (
    CalledDiscordCommand,
    build_discord_actor,
    parse_called_discord_command,
    parse_discord_text,
)
from bot.domain.model import Actor, Address
from tests.adapters.discord.command_harness import autocomplete_data, slash_command_data

INBOUND_TIMESTAMP = "2026-12-03T14:00:00Z"
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["name", "options", "value", "type", "x"]), inner),
    max_leaves=8,
)
payload_options = st.lists(
    st.fixed_dictionaries(
        {"name": json_values, "type": st.integers(0, 12)},
        optional={"value": json_values, "focused": json_values, "options": json_values},
    ),
    max_size=4,
)


def option_values_of(options: object) -> dict[str, str]:
    return parse_called_discord_command({"options": options}).option_values


def test_a_book_belongs_to_the_person_whatever_the_server() -> None:
    assert build_discord_actor(77, discord.Locale.german) == Actor(Address("discord", "77"), zone="", language="de")
    assert build_discord_actor("77", None) == Actor(Address("discord", "77"))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("<t:1796306400>", INBOUND_TIMESTAMP),
        ("<t:1796306400:F>", INBOUND_TIMESTAMP),
        ("at <t:1796306400:R>, or <t:0946684800:d>", f"at {INBOUND_TIMESTAMP}, or 2000-01-01T00:00:00Z"),
        ("</outreach add:123456789012345678> Dana", "/outreach add Dana"),
        ("</outreach:1> board", "/outreach board"),
        ("Dana <@1> <@!1> <@&1> <#2> <:wave:3> <a:wave:3> @everyone", None),
        ("a < b > c </x> <t:> <t:1:FF> <t:1,5>", None),
        ("", None),
    ],
)
def test_discords_own_marks_are_words(said: str, meant: str | None) -> None:
    assert parse_discord_text(said) == (said if meant is None else meant)


@pytest.mark.parametrize("seconds", [-1, 0, 946684799, 253402300800, 10**30, "٣" * 10])
def test_a_moment_that_makes_no_sense_stays_as_it_was_typed(seconds: object) -> None:
    assert parse_discord_text(f"<t:{seconds}:F>") == f"<t:{seconds}:F>"


def test_options_are_texts_by_their_names() -> None:
    data = slash_command_data("outreach edit", contact="Dana", page=3, matters=True, note="at <t:1796306400>")
    told = {"contact": "Dana", "page": "3", "matters": "yes", "note": f"at {INBOUND_TIMESTAMP}"}
    assert parse_called_discord_command(data) == CalledDiscordCommand(("outreach", "edit"), told)
    assert option_values_of(data["options"]) == told
    assert option_values_of(data["options"][0]["options"]) == told


def test_what_is_no_text_is_left_out() -> None:
    assert (
        option_values_of(
            [{"name": "a", "value": 1.5}, {"name": "b"}, {"value": "c"}, {"name": "d", "value": 10**20}, "e"]
        )
        == {}
    )


def test_the_option_at_work_is_told() -> None:
    assert (
        parse_called_discord_command(
            autocomplete_data("outreach log", "contact", contact="da", note="x")
        ).focused_option
        == "contact"
    )
    assert parse_called_discord_command(slash_command_data("outreach log", contact="da")).focused_option == ""


@settings(deadline=None)
@given(st.text() | json_values)
def test_nothing_that_is_typed_raises(said: Any) -> None:
    assert isinstance(parse_discord_text(said), str)


@settings(deadline=None)
@given(st.integers(-(10**40), 10**40), st.sampled_from(["", ":F", ":R", ":q", ":10"]))
def test_no_moment_raises(seconds: int, style: str) -> None:
    said = parse_discord_text(f"<t:{seconds}{style}>")
    assert said.startswith("<t:") or said.endswith("Z")


@settings(deadline=None)
@given(payload_options | json_values)
def test_no_options_raise(given: Any) -> None:
    assert all(isinstance(text, str) for pair in option_values_of(given).items() for text in pair)


@settings(deadline=None)
@given(json_values, json_values)
def test_no_payload_and_no_locale_raises(data: Any, locale: Any) -> None:
    assert isinstance(parse_called_discord_command(data).words, tuple)
    assert build_discord_actor(1, locale).address == Address("discord", "1")
