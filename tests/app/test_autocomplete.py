"""What is offered while a member types an argument."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.app.service import Service
from bot.commands.parser import MAX_COMMAND_CHARS
from bot.domain.errors import StoreUnavailable
from bot.domain.messages import Choice
from bot.domain.model import Actor, Address
from storage.memory import MemoryStore
from tests.cpu_cost import record_casefolded_lengths
from tests.fakes import FakeMessenger
from tests.samples import BERLIN_HOME, local_instant

AUTOCOMPLETE_NOW = local_instant("2026-12-01 12:00")

ADA_ON_DISCORD, BEN_ON_DISCORD = (Actor(Address("discord", user)) for user in ("1", "2"))


@pytest.fixture
def core() -> Service:
    return Service(MemoryStore(), {"discord": FakeMessenger()}, BERLIN_HOME)


async def say_lines(core: Service, who: Actor, *lines: str) -> None:
    for at, line in enumerate(lines):
        await core.handle_command(who, line, AUTOCOMPLETE_NOW + timedelta(seconds=at))


async def suggested_labels(core: Service, who: Actor, command: str, name: str, typed: str) -> list[str]:
    return [choice.label for choice in await core.suggest_choices(who, command, name, typed, AUTOCOMPLETE_NOW)]


async def test_only_the_members_own_contacts_are_offered(core: Service) -> None:
    await say_lines(core, ADA_ON_DISCORD, "add Dana Smith company: Acme", "add Lee")
    await say_lines(core, BEN_ON_DISCORD, "add Daniel")
    assert await suggested_labels(core, ADA_ON_DISCORD, "show", "contact", "") == ["Lee", "Dana Smith (Acme)"]
    assert await suggested_labels(core, ADA_ON_DISCORD, "show", "contact", "dan") == ["Dana Smith (Acme)"]
    assert await suggested_labels(core, BEN_ON_DISCORD, "show", "contact", "dan") == ["Daniel"]


@pytest.mark.parametrize("typed", ["dana", "SMITH", "smith", "mith", "Dnaa Smith", "däna"])
async def test_a_contact_is_found_forgivingly(core: Service, typed: str) -> None:
    await say_lines(core, ADA_ON_DISCORD, "add Dana Smith", "add Lee")
    assert (await suggested_labels(core, ADA_ON_DISCORD, "log", "contact", typed))[0] == "Dana Smith"


async def test_a_choice_is_the_contact_and_not_its_name(core: Service) -> None:
    await say_lines(core, ADA_ON_DISCORD, "add Dana", "add Dana channel: none")
    offered = await core.suggest_choices(ADA_ON_DISCORD, "show", "contact", "dana", AUTOCOMPLETE_NOW)
    assert all(one.value.startswith("#") for one in offered)
    shown = await core.handle_form(ADA_ON_DISCORD, "show", {"contact": offered[0].value}, AUTOCOMPLETE_NOW)
    assert "Dana" in shown.text()


async def test_there_are_never_more_than_25(core: Service) -> None:
    await say_lines(core, ADA_ON_DISCORD, *(f"add Person{n:02}" for n in range(26)))
    offered = await suggested_labels(core, ADA_ON_DISCORD, "show", "contact", "")
    assert len(offered) == 25
    assert offered[0] == "Person25"
    assert "Person00" in await suggested_labels(core, ADA_ON_DISCORD, "show", "contact", "person00")


@pytest.mark.parametrize(
    ("command", "name", "typed", "shown"),
    [
        ("plan", "when", "friday 3pm", "15:00 (friday 3pm)"),
        ("log", "when", "yesterday", "(yesterday)"),
        ("snooze", "until", "in 2 weeks", "(in 2 weeks)"),
        ("edit", "busy", "20 dec to 5 jan", " – "),
    ],
)
async def test_a_time_is_resolved_while_one_types(
    core: Service, command: str, name: str, typed: str, shown: str
) -> None:
    assert shown in (await suggested_labels(core, ADA_ON_DISCORD, command, name, typed))[0]


async def test_words_that_mean_two_days_offer_both(core: Service) -> None:
    offered = await core.suggest_choices(ADA_ON_DISCORD, "snooze", "until", "next friday", AUTOCOMPLETE_NOW)
    assert len({one.value for one in offered}) == len(offered)
    assert all(one.value != "next friday" for one in offered) or len(offered) == 1


async def test_a_day_for_which_an_hour_is_needed_is_offered_with_some(core: Service) -> None:
    assert await suggested_labels(core, ADA_ON_DISCORD, "plan", "when", "friday") == [
        "Fri 4 Dec, 10:00 (friday 10:00)",
        "Fri 4 Dec, 15:00 (friday 15:00)",
    ]


@pytest.mark.parametrize("typed", ["soon", "25:99", "yesterday", "x" * 6_000, "🙂"])
async def test_a_time_that_cannot_be_meant_is_said_to_be_so_and_changes_nothing(core: Service, typed: str) -> None:
    [said] = await core.suggest_choices(ADA_ON_DISCORD, "plan", "when", typed, AUTOCOMPLETE_NOW)
    assert said.value == typed
    assert said.label.endswith(".")


async def test_a_long_text_is_cut_and_folded_once_however_many_times_could_be_meant(core: Service) -> None:
    with record_casefolded_lengths() as lengths:
        await core.suggest_choices(ADA_ON_DISCORD, "log", "when", "İ" * 5 * MAX_COMMAND_CHARS, AUTOCOMPLETE_NOW)
    assert MAX_COMMAND_CHARS <= sum(lengths) < 2 * MAX_COMMAND_CHARS


async def test_nothing_typed_offers_the_usual_times(core: Service) -> None:
    assert [
        choice.value for choice in await core.suggest_choices(ADA_ON_DISCORD, "log", "when", "", AUTOCOMPLETE_NOW)
    ] == ["now", "yesterday"]


async def test_a_zone_is_offered_with_the_time_it_is_there(core: Service) -> None:
    assert Choice("Asia/Kolkata", "Kolkata, Asia/Kolkata: it is 16:30 there") in await core.suggest_choices(
        ADA_ON_DISCORD, "settings", "zone", "kolk", AUTOCOMPLETE_NOW
    )


@pytest.mark.parametrize("typed", ["tomor", "fri", "in 2", "next"])
async def test_what_is_still_being_typed_is_not_scolded(core: Service, typed: str) -> None:
    offered = await suggested_labels(core, ADA_ON_DISCORD, "plan", "when", typed)
    assert offered
    assert not any("Try" in one for one in offered)


@pytest.mark.parametrize(
    ("command", "name", "typed", "value"),
    [
        ("settings", "country", "germ", "DE"),
        ("settings", "country", "us", "US"),
        ("help", "topic", "re", "reply"),
        ("forget", "contact", "dan", "Dana"),
        ("add", "via", "dan", "Dana"),
    ],
)
async def test_texts_are_offered_where_few_are_meant(
    core: Service, command: str, name: str, typed: str, value: str
) -> None:
    await say_lines(core, ADA_ON_DISCORD, "add Dana")
    assert (await core.suggest_choices(ADA_ON_DISCORD, command, name, typed, AUTOCOMPLETE_NOW))[0].value == value


async def test_what_has_no_choices_offers_none(core: Service) -> None:
    assert await core.suggest_choices(ADA_ON_DISCORD, "add", "note", "x", AUTOCOMPLETE_NOW) == []
    assert await core.suggest_choices(ADA_ON_DISCORD, "no such", "note", "x", AUTOCOMPLETE_NOW) == []


async def test_typing_keeps_nothing_and_makes_no_book(core: Service) -> None:
    await core.suggest_choices(ADA_ON_DISCORD, "show", "contact", "d", AUTOCOMPLETE_NOW)
    assert not await core.has_book(ADA_ON_DISCORD.address)


async def test_trouble_with_the_store_offers_nothing(core: Service) -> None:
    await say_lines(core, ADA_ON_DISCORD, "add Dana")
    assert await suggested_labels(core, ADA_ON_DISCORD, "show", "contact", "d") == ["Dana"]
    await core.store.close()
    with pytest.raises(StoreUnavailable):
        await core.store.load(ADA_ON_DISCORD.address)
    assert await suggested_labels(core, ADA_ON_DISCORD, "show", "contact", "d") == []
