"""The marks by which a reminder is found again, and the nonces that keep it from coming twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.element_ids import discord_message_nonce, discord_reminder_mark, find_discord_reminder_mark
from adapters.discord.render import render_discord_message
from tests import cards


@given(st.text(st.characters(codec="utf-8")))
def test_a_mark_is_an_id_that_discord_takes_and_would_not_give_itself(key):
    assert 2**16 <= discord_reminder_mark(key) <= 2**31 - 1
    assert discord_reminder_mark(key) == discord_reminder_mark(key)


def test_marks_and_nonces_are_the_same_after_an_update_of_the_bot():
    assert discord_reminder_mark("e1") == 527044356
    assert discord_message_nonce("e1", "80351110224678912") == "1d35aa9a30e04f4bb6428645"


def test_two_reminders_have_two_marks():
    assert len({discord_reminder_mark(str(key)) for key in range(1000)}) == 1000


def test_the_mark_of_a_message_is_found_in_its_components():
    assert find_discord_reminder_mark(
        render_discord_message(cards.CALL_CHECK_CARD, discord_reminder_mark("e1")).to_payload()["components"]
    ) == discord_reminder_mark("e1")


def test_a_message_without_a_mark_has_none():
    own = [{"type": 1, "id": 1, "components": [{"type": 2, "id": 2, "custom_id": "st:board"}]}]
    assert (
        find_discord_reminder_mark(own)
        == find_discord_reminder_mark(render_discord_message(cards.CALL_CHECK_CARD).to_payload()["components"])
        == find_discord_reminder_mark([])
        == 0
    )


@pytest.mark.parametrize(
    "components",
    [
        [None],
        ["x"],
        [{"components": None}, {"components": 7}],
        [{"components": [None, {"id": "70000", "custom_id": "st:x"}]}],
        [{"id": 70000, "custom_id": "other:x"}],
        [{"id": 70000}],
    ],
)
def test_the_parts_of_other_bots_are_no_marks_of_ours(components):
    assert find_discord_reminder_mark(components) == 0


def test_a_nonce_fits_and_tells_reminders_people_and_parts_apart():
    told = [
        discord_message_nonce("e1", "12"),
        discord_message_nonce("e1", "1"),
        discord_message_nonce("2e1", "1"),
        discord_message_nonce("e1", "12", 1),
        discord_message_nonce("1\0e1", "1"),
    ]
    assert len(set(told)) == len(told)
    assert {len(one) for one in told} == {24}
