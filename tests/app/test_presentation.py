"""Whatever leaves the core is as its reader wants it: no name in a notification, and times by their own clock."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from adapters.discord.render import render_discord_message
from adapters.slack.render import render_slack_message
from bot.app.service import Service
from bot.domain.errors import BookDamaged
from bot.domain.messages import Card, Form, Instant, Page
from bot.domain.model import Actor, ClubKey
from tests.fakes import CONSOLE_ADA, FailingStore, Member

CONTACT_NAME = "Dana Smith"
TOKYO_FROM_NEW_YORK = Actor(CONSOLE_ADA, zone="America/New_York", club=ClubKey("console", ""))
Shown = Card | Form | Page | None


@pytest.fixture
async def ada() -> Member:
    """Lives by another clock than her platform knows, wants no names in notifications, and has a call ahead."""
    ada = Member(actor=TOKYO_FROM_NEW_YORK)
    await ada.say(f'add "{CONTACT_NAME}" channel: email')
    await ada.say(f'plan "{CONTACT_NAME}" when: 2026-12-03 15:00')
    await ada.say("settings zone: Tokyo names: no")
    return ada


async def ordinary(ada: Member) -> Shown:
    await ada.say("show Dana")
    return ada.last


async def form_to_fill_in(ada: Member) -> Shown:
    await ada.say("log Dana")
    return ada.last


async def direct_message(ada: Member) -> Shown:
    return await ada.core.handle_direct_message(ada.actor, "Dana", ada.now)


async def button(ada: Member) -> Shown:
    await ada.press_line("show contact: Dana")
    return ada.last


async def filled_form(ada: Member) -> Shown:
    return await ada.core.handle_form(ada.actor, "show", {"contact": "Dana"}, ada.now)


async def same_event_again(ada: Member) -> Shown:
    await ada.say("edit Dana note: kind", event="m1")
    await ada.say("edit Dana note: kind", event="m1")
    return ada.last


async def look_on_a_full_disk(ada: Member) -> Shown:
    ada.wait(days=2)
    failing_store(ada).unavailable = 1
    await ada.say("show Dana")
    return ada.last


async def change_on_a_full_disk(ada: Member) -> Shown:
    failing_store(ada).unavailable = 1
    await ada.say("edit Dana note: kind")
    return ada.last


async def always_overtaken(ada: Member) -> Shown:
    failing_store(ada).conflicts = 1_000
    await ada.say("edit Dana note: kind")
    return ada.last


async def damaged_book(ada: Member) -> Shown:
    await erase_of_damaged_book(ada, "board")
    return ada.last


async def confirm_erase_of_damaged_book(ada: Member) -> Shown:
    await erase_of_damaged_book(ada, "forget contact: me")
    return ada.last


async def erase_of_damaged_book(ada: Member, line: str) -> None:
    async def damaged(_key: object) -> None:
        raise BookDamaged

    ada.store.load = damaged  # type: ignore[method-assign, assignment]
    await ada.say(line)


async def fault_of_ours(ada: Member) -> Shown:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("bot.views.contact.contact_card", broken)
        await ada.say("show Dana")
    return ada.last


def broken(*_: object) -> None:
    raise RuntimeError(CONTACT_NAME)


async def reminder(ada: Member) -> Shown:
    await ada.live("2026-12-09 12:00")
    return ada.messenger.delivered[0][1]


async def welcome(ada: Member) -> Shown:
    return await ada.core.welcome_new_member(ada.another("ben").actor, ada.now)


async def home_page(ada: Member) -> Shown:
    return await ada.core.home_page(ada.actor, ada.now)


EXITS: dict[str, list[Callable[[Member], Awaitable[Shown]]]] = {
    "handle_command": [
        ordinary,
        form_to_fill_in,
        same_event_again,
        look_on_a_full_disk,
        change_on_a_full_disk,
        always_overtaken,
        damaged_book,
        confirm_erase_of_damaged_book,
        fault_of_ours,
    ],
    "handle_direct_message": [direct_message],
    "handle_button": [button],
    "handle_form": [filled_form],
    "sweep": [reminder],
    "welcome_new_member": [welcome],
    "home_page": [home_page],
}
NAMED = [ordinary, direct_message, button, filled_form, same_event_again, look_on_a_full_disk, reminder, home_page]


def failing_store(ada: Member) -> FailingStore:
    assert isinstance(ada.store, FailingStore)
    return ada.store


def spans(shown: Any) -> list[Any]:
    """All values in a message, however deep."""
    if isinstance(shown, tuple):
        return [span for part in shown for span in spans(part)]
    if is_dataclass(shown) and not isinstance(shown, Instant):
        return [span for part in fields(shown) for span in spans(getattr(shown, part.name))]
    return [shown]


@pytest.mark.parametrize("way_out", [way for ways in EXITS.values() for way in ways])
async def test_no_way_out_names_a_contact_in_a_notification_or_uses_another_clock(
    ada: Member, way_out: Callable[[Member], Awaitable[Shown]]
) -> None:
    shown = await way_out(ada)
    assert shown
    assert (CONTACT_NAME in repr(shown)) == (way_out in NAMED or way_out is form_to_fill_in)
    assert not [span for span in spans(shown) if isinstance(span, Instant)]
    if isinstance(shown, Card):
        assert CONTACT_NAME not in render_slack_message(shown)["text"]
        assert CONTACT_NAME not in (render_discord_message(shown).content or "")
    if isinstance(shown, Form):
        assert shown.notification


async def test_a_card_with_a_moment_would_show_it_by_the_platforms_clock_without_a_zone_of_their_own() -> None:
    ada = Member(actor=TOKYO_FROM_NEW_YORK)
    await ada.say(f'add "{CONTACT_NAME}"')
    await ada.say(f'plan "{CONTACT_NAME}" when: 2026-12-03 15:00')
    for way_out in (ordinary, look_on_a_full_disk, home_page):
        assert [span for span in spans(await way_out(ada)) if isinstance(span, Instant)], way_out.__name__


def test_every_way_out_of_the_core_is_in_the_list() -> None:
    methods = inspect.getmembers(Service, inspect.iscoroutinefunction)
    showing = {name for name, method in methods if {"Response", "Card", "Page"} & set(answer_words(method))}
    assert showing == EXITS.keys() - {"sweep"}


def answer_words(method: Callable[..., Any]) -> list[str]:
    return str(inspect.signature(method).return_annotation).replace("|", " ").split()


async def test_what_a_member_should_read_once_stands_beside_the_present_state_too() -> None:
    """The zone that is assumed, and the closed door: also when the event came twice, or the disk is full."""
    ada = Member(actor=Actor(CONSOLE_ADA))
    await ada.say(f'add "{CONTACT_NAME}" channel: email')
    await ada.core.mark_unreachable(ada.actor.address, "closed", ada.now)
    failing_store(ada).unavailable = 1
    assert "I could not write to you here." in await ada.say("show Dana")
    await ada.say("edit Dana note: kind", event="m1")
    await ada.core.mark_unreachable(ada.actor.address, "closed", ada.now)
    assert "I could not write to you here." in await ada.say("edit Dana note: kind", event="m1")
