"""The channel of the console: every member sees what is posted there, and what a press of it says is private."""

from __future__ import annotations

import pytest

from adapters.console.messenger import ConsoleMessenger
from adapters.console.render import render_plain_entry, shown_entry_to_json
from adapters.console.saved_screen import load_console_screen
from adapters.console.screen import MAX_SCREEN_ENTRIES, ConsoleScreen, ScreenEntry, ScreenEntryKind
from bot.domain.errors import ChannelRefused
from bot.domain.messages import Card, Form, Input, Mention
from bot.domain.model import Address, ClubChannel, ClubKey
from bot.domain.ports import Destination
from tests.adapters.console.console_bench import DAY, ConsoleBench, entry_texts
from tests.adapters.console.fakes import CONSOLE_CLUB_CHANNEL
from tests.adapters.console.samples import sample_entry
from tests.cards import NOON

POSTING_MEMBER = Address("console", "me")


async def test_a_post_is_said_in_the_channel_and_every_member_sees_it_again():
    said = await ConsoleBench().json_without_ready("post Hello", ":as Lee", ":channel")
    assert [(one["kind"], one["to"]) for one in said[:2]] == [("channel", "#club"), ("reply", "me")]
    assert said[-1] == said[0]


async def test_what_a_press_on_a_post_says_is_private_and_the_post_stays():
    bench = ConsoleBench()
    said = await bench.json_without_ready(
        "post Hello", ":as Lee", ":press join", ":press undo", ":as Kim", ":press 1", ":channel"
    )
    answers = [one for one in said if one["kind"] == "reply" and "Pressed" in str(one["text"])]
    assert [(answer["to"], answer["replaces"]) for answer in answers] == [
        ("Lee", None),
        ("Lee", answers[0]["id"]),  # on their own card all is as ever
        ("Kim", None),
    ]
    assert said[-1] == said[0]
    assert [actor.address.user for actor in bench.cores[-1].actors[1:]] == ["Lee", "Lee", "Kim"]


async def test_what_is_said_to_one_member_is_still_pressed_by_nobody_else():
    said = await ConsoleBench().json_without_ready("post Hello", "board", ":as Lee", ":press more")
    assert said[-1]["kind"] == "error"


async def test_the_newest_thing_is_pressed_first_wherever_it_was_said():
    bench = ConsoleBench()
    await bench.json_without_ready(
        "post Hi", "add Dana", ":press 1", "post Again", ":press 2", *["quiet"] * 3, "board", ":press 1"
    )
    assert [line for kind, line in bench.core_calls if kind == "press"] == ["Add", "Not now", "Add"]


async def test_a_person_presses_a_post_with_a_bare_number():
    bench = ConsoleBench()
    said = await bench.terminal_text("post Hello", ":as Lee", "1")
    assert "stalemate · in the channel · Tue 1 Dec 2026, 12:00\n  Hello" in said
    assert "(to" not in said
    assert bench.core_calls[-1] == ("press", "Join")


async def test_a_post_is_found_by_its_key_where_it_was_said_and_survives_a_kill(tmp_path):
    bench = ConsoleBench(screen_file=tmp_path / "screen.json")
    await bench.json_without_ready("post Hello")
    messenger = ConsoleMessenger(_fail_broken_pipe_post, load_console_screen(tmp_path / "screen.json"))
    assert await messenger.was_sent(CONSOLE_CLUB_CHANNEL, "Hello", NOON)
    assert not await messenger.was_sent(CONSOLE_CLUB_CHANNEL, "Hello", NOON + DAY)
    assert not await messenger.was_sent(CONSOLE_CLUB_CHANNEL, "Bye", NOON)
    assert not await messenger.was_sent(POSTING_MEMBER, "Hello", NOON)
    assert entry_texts(await bench.json_without_ready(":as Lee", ":press join"))[-1] == "Pressed Join."


async def test_posts_stay_when_a_member_is_forgotten(tmp_path):
    bench = ConsoleBench(screen_file=tmp_path / "screen.json")
    said = await bench.json_without_ready("add Dana", "post Hello", "forget", ":channel")
    assert said[-1]["text"] == "Hello"
    assert "Dana" not in (tmp_path / "screen.json").read_text()


def test_posts_and_answers_push_one_another_out_in_no_way():
    screen = ConsoleScreen()
    card = Card((("Hello",),))
    screen.add(ScreenEntry(screen.next_id(), ScreenEntryKind.CHANNEL, CONSOLE_CLUB_CHANNEL, NOON, card))
    for _ in range(MAX_SCREEN_ENTRIES + 1):
        screen.add(ScreenEntry(screen.next_id(), ScreenEntryKind.REPLY, POSTING_MEMBER, NOON, card))
    assert [said.id for said in screen.channel_posts()] == ["m1"]
    assert len(screen.entries_to(POSTING_MEMBER)) == MAX_SCREEN_ENTRIES


async def test_there_is_one_channel_alone():
    other = ClubChannel(ClubKey("console"), "other")
    messenger = ConsoleMessenger(_fail_broken_pipe_post, ConsoleScreen())
    assert await messenger.wait_for_turn(CONSOLE_CLUB_CHANNEL) == "club"
    assert await messenger.wait_for_turn(POSTING_MEMBER) == ""
    with pytest.raises(ChannelRefused, match="gone"):
        await messenger.send(other, Card(()), "k")


async def test_who_sits_down_first_leads_and_all_are_in_the_one_club():
    bench = ConsoleBench()
    await bench.json_without_ready("post Hello", ":as Lee", ":press join", "add", ":fill contact=Dana")
    first, *others = bench.cores[-1].actors
    assert (first.display_name, first.may_set_up_club, first.club, first.club_channel_id) == (
        "me",
        True,
        ClubKey("console"),
        "club",
    )
    assert len(others) == 3
    assert {(other.display_name, other.may_set_up_club, other.club, other.club_channel_id) for other in others} == {
        ("Lee", False, ClubKey("console"), "club")
    }


def test_people_and_channels_are_named_for_a_program_as_well():
    lee, club = Mention("person", "lee", "Lee"), Mention("channel", "club", "club")
    assert shown_entry_to_json(sample_entry(Card(((lee, " in ", club),))))["text"] == "@Lee in #club"
    assert (
        shown_entry_to_json(sample_entry(Form("Join", "join", (), intro=((lee, " asks"),))))["text"]
        == "Join\n@Lee asks"
    )


@pytest.mark.parametrize(
    ("typed", "who"), [("lee", "<@lee>"), ("@lee", "<@lee>"), ("<@lee>", "<@lee>"), ("  ", ""), ("@", "")]
)
async def test_a_person_is_answered_by_name(typed, who):
    bench = ConsoleBench()
    await bench.json_without_ready("invite", f":fill who={typed}")
    assert bench.core_calls[-1] == ("fill", {"who": who})


async def test_a_channel_is_answered_by_name_and_a_person_who_is_named_already_stays():
    bench = ConsoleBench()
    await bench.json_without_ready("invite", ":fill where=club", ":fill where=#club")
    assert [values for kind, values in bench.core_calls if kind == "fill"] == [
        {"who": "<@kim>", "where": "<#club>"}
    ] * 2


def test_who_is_named_already_is_shown_as_it_is_typed():
    form = Form("Invite", "invite", (Input("who", "Whom?", "person", required=True, value="<@kim>"),))
    assert "  who: Whom? (now: @kim)" in render_plain_entry(sample_entry(form, ScreenEntryKind.FORM))


async def _fail_broken_pipe_post(to: Destination, card: Card, kind: ScreenEntryKind, key: str) -> None:
    raise BrokenPipeError
