from __future__ import annotations

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.console.messenger import ConsoleMessenger
from adapters.console.saved_screen import MAX_SAVED_ENTRIES, load_console_screen, save_console_screen
from adapters.console.screen import MAX_SCREEN_ENTRIES, ConsoleScreen, ScreenEntry, ScreenEntryKind
from bot.domain.errors import DeliveryUncertain
from bot.domain.messages import Button, Card, Instant
from bot.domain.model import Address
from tests.adapters.console.console_bench import ConsoleBench, entry_texts
from tests.cards import NOON

SCREEN_MEMBER = Address("console", "me")
SCREEN_OF_0_1 = Path(__file__).parents[2] / "stores" / "0.1" / "console.json"


def screen_entry(number: int, kind: ScreenEntryKind = ScreenEntryKind.REPLY) -> ScreenEntry:
    return ScreenEntry(
        f"m{number}", kind, SCREEN_MEMBER, NOON + timedelta(minutes=number), Card((("Hello",),)), key=f"k{number}"
    )


@pytest.fixture
def file(tmp_path):
    return tmp_path / "screen.json"


async def test_buttons_work_after_the_console_was_killed_and_started_again(file):
    bench = ConsoleBench(screen_file=file)
    first = await bench.json_without_ready("board", "add Dana", "add")
    second = await bench.json_without_ready(":press More…", ":fill contact=Lee")
    assert entry_texts(second) == ["Pressed More….", "Lee is on your board."]
    assert second[0]["replaces"] == first[0]["id"]
    assert not {one["id"] for one in first} & {one["id"] for one in second}


async def test_a_reminder_that_was_shown_is_not_shown_again_by_the_next_process(file):
    bench = ConsoleBench(screen_file=file)
    await bench.json_without_ready("add Dana", ":skip 2 days")
    owner, name, at = SCREEN_MEMBER, "Dana", NOON + timedelta(days=2)
    bench.shelf.due.append((at, owner, name))  # the crash came between sending and settling
    assert await bench.json_without_ready(":to 2026-12-04") == []


async def test_the_file_is_its_owners_alone_and_nothing_is_left_beside_it(file):
    await ConsoleBench(screen_file=file).json_without_ready("board")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize("damage", [b"", b"{", b"\xff\x00", b"[]", b'{"said": [{"id": 1}]}', b'{"number": "x"}'])
async def test_a_damaged_file_means_an_empty_screen(file, damage):
    file.write_bytes(damage)
    bench = ConsoleBench(screen_file=file)
    assert entry_texts(await bench.json_without_ready(":press 1", "board"))[1] == "On your board: nobody."
    assert load_console_screen(file).last_number == 2


async def test_a_file_that_cannot_be_written_stops_nobody(tmp_path):
    bench = ConsoleBench(screen_file=tmp_path / "no folder" / "screen.json")
    assert entry_texts(await bench.json_without_ready("board", ":press more"))[1] == "Pressed More…."


async def test_the_screen_forgets_what_the_bot_forgot(file):
    bench = ConsoleBench(screen_file=file)
    last = await bench.json_without_ready("add Dana", "board", ":as Lee", "add Kim", ":as me", "forget", ":press More…")
    assert last[-1]["kind"] == "error"
    kept = file.read_text()
    assert "Dana" not in kept
    assert "All forgotten." in kept
    assert "Kim" in kept


async def test_what_was_forgotten_before_a_kill_is_gone_at_the_next_start(file):
    bench = ConsoleBench(screen_file=file)
    await bench.json_without_ready("add Dana")
    bench.shelf.contacts.clear()
    await bench.json_without_ready()
    assert "Dana" not in file.read_text()


async def test_a_member_who_has_no_book_yet_keeps_their_buttons():
    assert entry_texts(await ConsoleBench().json_without_ready("board", "quiet", ":press more"))[-1] == "Pressed More…."


def test_a_screen_comes_back_as_it_was(file):
    screen = ConsoleScreen()
    card = Card((("On ", Instant(NOON, "Tuesday"), "[bold]"),), quote="Hi", buttons=(Button("Yes", "yes"),))
    screen.add(ScreenEntry(screen.next_id(), ScreenEntryKind.DIRECT_MESSAGE, SCREEN_MEMBER, NOON, card, None, "key"))
    screen.known_members.add(SCREEN_MEMBER)
    save_console_screen(screen, file)
    again = load_console_screen(file)
    assert again.entries_to(SCREEN_MEMBER) == screen.entries_to(SCREEN_MEMBER)
    assert (again.last_number, again.known_members) == (1, {SCREEN_MEMBER})


def test_many_answers_push_out_no_reminder_and_the_screen_is_bounded():
    screen = ConsoleScreen()
    screen.add(screen_entry(0, ScreenEntryKind.DIRECT_MESSAGE))
    for number in range(1, 2 * MAX_SCREEN_ENTRIES):
        screen.add(screen_entry(number))
    assert len(screen.entries_to(SCREEN_MEMBER)) == MAX_SCREEN_ENTRIES + 1
    assert screen.entries_to(SCREEN_MEMBER)[0].kind is ScreenEntryKind.DIRECT_MESSAGE
    assert len(screen.to_saved(MAX_SAVED_ENTRIES).said) == MAX_SAVED_ENTRIES + 1


async def test_an_envelope_is_found_by_its_key_from_a_moment_on():
    screen = ConsoleScreen()
    screen.add(screen_entry(5, ScreenEntryKind.DIRECT_MESSAGE))
    messenger = ConsoleMessenger(_fail_broken_pipe_save, screen)
    assert await messenger.was_sent(SCREEN_MEMBER, "k5", NOON)
    assert not await messenger.was_sent(SCREEN_MEMBER, "k5", NOON + timedelta(hours=1))
    assert not await messenger.was_sent(Address("console", "Lee"), "k5", NOON)


async def test_a_reader_that_went_away_leaves_it_uncertain():
    with pytest.raises(DeliveryUncertain):
        await ConsoleMessenger(_fail_broken_pipe_save, ConsoleScreen()).send(SCREEN_MEMBER, Card(()), "k")


async def _fail_broken_pipe_save(to: Address, card: Card, kind: ScreenEntryKind, key: str) -> None:
    raise BrokenPipeError


def test_a_screen_that_version_0_1_kept_is_read(file):
    """With direct messages, a form, an answer that waits for a choice, and a post in the channel."""
    file.write_bytes(SCREEN_OF_0_1.read_bytes())
    screen, plain = load_console_screen(file), json.loads(SCREEN_OF_0_1.read_bytes())
    shown = {entry.id: entry for entry in [*screen.entries_to(SCREEN_MEMBER), *screen.channel_posts()]}
    assert shown.keys() == {entry["id"] for entry in plain["said"]}
    for entry in plain["said"]:
        what = shown[entry["id"]].what
        assert shown[entry["id"]].key == entry["key"]
        assert what.notification == entry["what"]["notice"]
        if isinstance(what, Card):
            assert [button.line for button in what.buttons] == [one["line"] for one in entry["what"]["buttons"]]
            assert what.is_unfinished == entry["what"]["unfinished"]
    assert any(entry["what"].get("unfinished") for entry in plain["said"])
    assert any(entry["what"].get("notice") for entry in plain["said"])
    assert len(screen.channel_posts()) == sum("club" in entry["to"] for entry in plain["said"]) > 0
    save_console_screen(screen, file)
    assert load_console_screen(file).channel_posts() == screen.channel_posts()
