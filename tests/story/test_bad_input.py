"""What cannot be taken is asked back or refused with a sentence; nothing is ever half saved; it hurts nobody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.domain.model import Address, Book
from tests.story.driver import ConsoleMessage, InProcessConsole

BAD_INPUT_ADA, BAD_INPUT_BEN = Address("console", "me"), Address("console", "ben")
ConsoleOpener = Callable[[], Awaitable[InProcessConsole]]


@pytest.fixture(params=["memory", "tinydb"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> ConsoleOpener:
    async def opened() -> InProcessConsole:
        store = "memory:" if request.param == "memory" else f"tinydb:{tmp_path / 'store'}"
        return await InProcessConsole.open(store, "Europe/Berlin", "2026-12-01T10:00")

    return opened


async def only_answer_to(console: InProcessConsole, line: str) -> ConsoleMessage:
    """The one thing that is said to a line."""
    [said] = await console.type(line)
    return said


async def console_book(console: InProcessConsole, owner: Address = BAD_INPUT_ADA) -> Book:
    found = await console.session.service.store.load(owner)  # type: ignore[attr-defined]
    assert found is not None
    return found


def noted_by_member(kept: Book) -> tuple[object, ...]:
    """What the member told: all but drafts and signs of life."""
    return kept.contacts, kept.settings, kept.paused_until, kept.landed_at, kept.undo


async def console_with_two_danas(opening: ConsoleOpener) -> InProcessConsole:
    console = await opening()
    await console.type("add Dana Smith channel: email")
    await console.type("add Dana Jones channel: none company: Acme")
    return console


async def test_an_unknown_command_gets_help_and_the_nearest_match(opening: ConsoleOpener) -> None:
    console = await opening()
    near = await only_answer_to(console, "ad Dana channel: email")
    assert near.text.startswith("I don't know “ad”. Did you mean “add”?")
    far = await only_answer_to(console, "frobnicate")
    assert far.text.startswith("I don't know “frobnicate”.")
    for said in (near, far):
        assert [word for word in ("board", "add", "log", "reply", "plan", "pause") if word not in said.text] == []
    await console.close()


UNCLEAR_INPUTS = ("2", "may", "on the 5th", "soon")
TIMED_COMMANDS = (
    "plan Dana Smith when: {}",
    "snooze Dana Smith until: {}",
    "pause until: {}",
    "add Kim channel: email when: {}",
)


@pytest.mark.parametrize(("line", "time"), [(line, time) for line in TIMED_COMMANDS for time in UNCLEAR_INPUTS])
async def test_an_unclear_time_is_asked_back_with_examples(opening: ConsoleOpener, line: str, time: str) -> None:
    console = await console_with_two_danas(opening)
    before = noted_by_member(await console_book(console))
    asked = await only_answer_to(console, line.format(time))
    assert asked.kind == "form"
    [error] = asked.errors
    assert time in error
    assert "Try “" in error or ": “" in error
    assert time in asked.values, "what was typed is kept"
    assert noted_by_member(await console_book(console)) == before
    await console.close()


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("plan Dana Smith when: yesterday 15:00", "“yesterday 15:00” is over already."),
        ("plan Dana Smith when: today 9:00", "“today 9:00” is over already."),
        ("plan Dana Smith when: friday", "Please add the hour to “friday”"),
        ("log Dana Smith channel: email when: tomorrow", "“tomorrow” is still ahead"),
        ("reply Dana Smith kind: answer when: in 3 days", "“in 3 days” is still ahead"),
        ("reply Dana Smith kind: away until: yesterday", "“yesterday” is over already."),
    ],
)
async def test_a_time_on_the_wrong_side_of_now_is_asked_back(opening: ConsoleOpener, line: str, sentence: str) -> None:
    console = await console_with_two_danas(opening)
    before = noted_by_member(await console_book(console))
    asked = await only_answer_to(console, line)
    assert asked.kind == "form"
    assert asked.errors[0].startswith(sentence)
    assert noted_by_member(await console_book(console)) == before
    await console.close()


async def test_a_time_that_was_asked_back_can_be_mended_in_the_form(opening: ConsoleOpener) -> None:
    console = await console_with_two_danas(opening)
    await console.type("log Dana Jones channel: phone when: soon note: about the post")
    logged = await only_answer_to(console, ':fill {"when": "today 9:30"}')
    assert logged.text.startswith("Noted: call to Dana Jones, Tue 1 Dec, 09:30.")
    assert "about the post" in (await only_answer_to(console, "show Jones")).text
    await console.close()


async def test_an_ambiguous_contact_is_offered_and_never_chosen(opening: ConsoleOpener) -> None:
    console = await console_with_two_danas(opening)
    before = noted_by_member(await console_book(console))
    asked = await only_answer_to(console, "log dana channel: text note: typed before")
    assert asked.buttons == ("Dana Smith", "Dana Jones (Acme)")
    assert noted_by_member(await console_book(console)) == before
    logged = await only_answer_to(console, ":press Dana Jones (Acme)")
    assert logged.text.startswith("Noted: text message to Dana Jones")
    assert "typed before" in (await only_answer_to(console, "show Jones")).text
    await console.close()


async def test_an_unknown_contact_is_offered_to_be_added_and_nothing_typed_is_lost(opening: ConsoleOpener) -> None:
    console = await console_with_two_danas(opening)
    before = noted_by_member(await console_book(console))
    asked = await only_answer_to(console, "log Zed channel: email note: typed before")
    assert asked.text.startswith("“Zed” is not on your board.")
    assert "Add Zed" in asked.buttons
    assert noted_by_member(await console_book(console)) == before
    logged = await only_answer_to(console, ":press Add Zed")
    assert logged.text.startswith("Noted: e-mail to Zed")
    assert "typed before" in (await only_answer_to(console, "show Zed")).text
    again = await only_answer_to(console, ":press Add Zed")
    assert again.text == "I can't find that any more. It may be done already, or gone."
    await console.close()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Da\x00na\x1b[31m Mü\x07ller", "Dana[31m Müller"),
        ("\u202eDana\u202c \u2066Lee\u2069", "Dana Lee"),
        ("Zoe\u0301", "Zoé"),
        ("👩‍👩‍👧‍👦 Family", "👩‍👩‍👧‍👦 Family"),
        ("{name} %s", "{name} %s"),
        ("@everyone", "@everyone"),
        ("<!channel>", "<!channel>"),
        ("O'Brien: the 2nd", "O'Brien: the 2nd"),
        ("李　明", "李 明"),
    ],
)
async def test_names_are_cleaned_and_every_store_gives_them_back_the_same(
    opening: ConsoleOpener, typed: str, name: str
) -> None:
    console = await opening()
    await console.type(f'add "{typed}" channel: email')
    await console.crash()
    [contact] = (await console_book(console)).contacts
    assert contact.name == name
    card = await only_answer_to(console, f'show "{typed}"')
    assert card.text.startswith(f"It's {name}'s turn")
    await console.close()


@pytest.mark.parametrize("name", ["x" * 10_000, "x" * 81, "\x00", "\u202e\u2069", " \u3164 "])
async def test_a_name_that_cannot_be_kept_is_asked_back(opening: ConsoleOpener, name: str) -> None:
    console = await opening()
    [asked] = await console.type(f'add "{name}" channel: email note: typed before')
    assert (asked.kind, asked.inputs[0]) == ("form", "contact")
    added = await only_answer_to(console, ':fill {"contact": "Dana"}')
    assert added.text.startswith("Dana is on your board.")
    await console.close()


HALF_VALID_COMMANDS = (
    "add Kim channel: email via: Robin email: nonsense",
    "add Kim channel: email via: Robin lead: bogus",
    "add Kim channel: pigeon via: Robin",
    "add Kim channel: email via: Dana",
    "add Kim channel: email when: tomorrow via: Robin",
    'add "Kim channel: email',
    "add Kim chanel: email",
    "add Kim channel: email channel: phone",
    "add Kim channel: email note: " + "x" * 3_001,
    "edit Dana Smith via: Robin busy: never ever",
    "edit Dana Smith company: Acme matters: perhaps",
    "edit Dana Smith name: Kim email: nonsense",
    "settings hour: noon zone: Mars",
    "settings basket: never written: 2",
    "log Dana Smith channel: pigeon",
    "reply Dana Smith kind: bogus",
    "close Dana Smith outcome: bogus",
    "plan Dana Smith when: friday 15:00 minutes: 0",
    "plan Dana Smith when: friday 15:00 minutes: ²",
)


@pytest.mark.parametrize("line", HALF_VALID_COMMANDS, ids=lambda line: line[:50])
async def test_nothing_is_half_saved(opening: ConsoleOpener, line: str) -> None:
    console = await console_with_two_danas(opening)
    before = noted_by_member(await console_book(console))
    await console.type(line)
    assert noted_by_member(await console_book(console)) == before
    await console.crash()
    assert noted_by_member(await console_book(console)) == before
    await console.close()


async def test_a_rule_that_raises_hurts_one_member_alone_and_the_host_is_told(opening: ConsoleOpener) -> None:
    console = await console_with_two_danas(opening)
    await console.type(":as ben")
    await console.type("add Lee channel: email via: Sam")
    store = console.session.service.store  # type: ignore[attr-defined]
    hers = await console_book(console)
    await store.save(replace(hers, settings=replace(hers.settings, zone="Nowhere/At_All")))  # no rule can read this
    with capture_logs() as logs:
        messages = await console.type(":to 2026-12-08 12:00")
        assert [message.to for message in messages if message.kind == "dm"] == ["ben", "ben"]
        assert (await only_answer_to(console, "show Lee")).text.startswith("It's okay to send Lee")
        await console.type(":as me")
        sorry = await only_answer_to(console, "board")
    assert sorry.text.startswith("I'm sorry, something went wrong on my side. Nothing was changed.")
    references = [log["reference"] for log in logs if log["event"] == "fault"]
    assert str(references[-1]) in sorry.text, "the host finds it in the log"
    assert len(references) < 8 * 24 + 2, "the host is told, not flooded"
    assert not [word for word in ("Dana", "Smith", "Acme") if word in str(logs)]
    await console.close()


async def test_a_damaged_book_hurts_one_member_alone_and_the_host_is_told(tmp_path: Path) -> None:
    console = await InProcessConsole.open(f"tinydb:{tmp_path / 'store'}", "Europe/Berlin", "2026-12-01T10:00")
    await console.type("add Dana channel: email via: Sam")
    hers = set((tmp_path / "store" / "members").glob("*.json*"))
    await console.type(":as ben")
    await console.type("add Lee channel: email via: Sam")
    await console.crash()
    assert console.setup.screen_file is not None
    members = console.setup.screen_file.parent / "members"
    await console.session.close()
    for path in hers:
        (members / path.name).write_bytes(b'{"book": half of it')
    with capture_logs() as logs:
        await console.session.open()
        await console.type(":as ben")
        messages = await console.type(":to 2026-12-08 12:00")
        assert {message.to for message in messages if message.kind == "dm"} == {"ben"}
        await console.type(":as me")
        sorry = await only_answer_to(console, "board")
        again = await only_answer_to(console, "add Dana channel: email")
        await console.type(":as ben")
        assert "Lee" in (await only_answer_to(console, "board")).text
    assert sorry.text.startswith("I'm sorry: your book can't be opened right now.\nNothing was thrown away.")
    assert again == sorry, "and no new book hides the old one"
    assert [log for log in logs if log["log_level"] == "error"]
    assert "Dana" not in str(logs)
    await console.close()
