"""What Discord's locales say, and what is said in them."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import discord
import pytest

from adapters.discord.language import ZONE_BY_LOCALE, discord_locale_to_language, discord_locale_to_zone
from adapters.discord.tree import build_discord_command_tree, build_discord_commands_payload
from bot.text import i18n
from bot.text.dates import other_languages
from tests.adapters.discord.command_harness import FakeReception

CatalogWriter = Callable[[str, Mapping[str, str]], None]


def compile_mo_catalog(words: Mapping[str, str]) -> bytes:
    """A catalogue as gettext keeps it (GNU gettext manual, "The Format of GNU MO Files")."""
    said = sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **words}.items())
    start = 28 + 16 * len(said)
    tables, texts = [b"", b""], b""
    for side in (0, 1):
        for pair in said:
            text = pair[side].encode()
            tables[side] += struct.pack("<II", len(text), start + len(texts))
            texts += text + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(said), 28, 28 + 8 * len(said), 0, 0)
    return head + tables[0] + tables[1] + texts


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[CatalogWriter]:
    """Catalogues of a folder of their own."""

    def write(language: str, words: Mapping[str, str]) -> None:
        path = tmp_path / "locale" / language / "LC_MESSAGES" / "stalemate.mo"
        path.parent.mkdir(parents=True)
        path.write_bytes(compile_mo_catalog(words))
        i18n._load_catalog.cache_clear()

    monkeypatch.setattr(i18n, "__file__", str(tmp_path / "text" / "i18n.py"))
    i18n._load_catalog.cache_clear()
    yield write
    i18n._load_catalog.cache_clear()


async def localized_command(name: str) -> dict[str, Any]:
    client = discord.Client(intents=discord.Intents.none())
    root, *_others = await build_discord_commands_payload(build_discord_command_tree(client, FakeReception()))
    found: dict[str, Any] = next(one for one in root["options"] if one["name"] == name)
    return found


async def test_descriptions_and_choices_are_told_in_the_languages_that_we_have(write: CatalogWriter) -> None:
    write(
        "de",
        {"Note that you reached out": "Halte fest, was du tatest", "Who?": "Wer?", "e-mail": "E-Mail"},
    )
    write("pt", {"Who?": "Quem?"})
    log = await localized_command("log")
    contact, channel = log["options"][:2]
    assert log["description_localizations"] == {"de": "Halte fest, was du tatest"}
    assert contact["description_localizations"] == {"de": "Wer?", "pt-BR": "Quem?"}
    assert channel["choices"][0] == {"name": "e-mail", "value": "email", "name_localizations": {"de": "E-Mail"}}


async def test_question_and_hint_are_translated_one_by_one_and_stay_short(write: CatalogWriter) -> None:
    write("de", {"Until when?": "Bis wann?", "friday, in 2 weeks, 3 Jan": "Freitag, in 2 Wochen, 3. Januar"})
    write("fr", {"Until when?": "Jusqu’à quand ?"})
    write("it", {"Until when?": "F" * 80})
    write("fi", {"Until when?": "F" * 120})
    until = (await localized_command("pause"))["options"][0]
    assert until["description_localizations"] == {
        "de": "Bis wann? — Freitag, in 2 Wochen, 3. Januar",
        "fr": "Jusqu’à quand ? — friday, in 2 weeks, 3 Jan",
        "it": "F" * 80,
        "fi": "F" * 99 + "…",
    }


async def test_names_are_the_same_in_every_language(write: CatalogWriter) -> None:
    write("de", {"log": "notiere", "contact": "kontakt", "outreach": "kontakte", "Log as outreach": "Notieren"})
    client = discord.Client(intents=discord.Intents.none())
    root, _club, menu = await build_discord_commands_payload(build_discord_command_tree(client, FakeReception()))
    log = await localized_command("log")
    assert [one["name_localizations"] for one in (root, menu, log)] == [{}, {}, {}]
    assert "name_localizations" not in log["options"][0]


async def test_without_catalogues_or_with_the_same_words_nothing_is_sent(write: CatalogWriter) -> None:
    assert (await localized_command("log"))["description_localizations"] == {}
    write("de", {"Note that you reached out": "Note that you reached out", "Who?": " \n"})
    log = await localized_command("log")
    assert log["description_localizations"] == {}
    assert "description_localizations" not in log["options"][0]


async def test_a_question_without_a_hint_does_not_show_the_head_of_the_catalogue(write: CatalogWriter) -> None:
    write("de", {"Who?": "Wer?"})
    assert "Content-Type" not in str(await localized_command("log"))


async def test_what_else_this_task_says_stays_in_its_language(write: CatalogWriter) -> None:
    write("vi", {"Who?": "Ai?"})  # Discord's last
    i18n.set_language("en")
    await localized_command("log")
    assert i18n._("Who?") == "Who?"


@pytest.mark.parametrize("locale", list(discord.Locale), ids=str)
def test_each_locale_of_discord_was_thought_of(locale: discord.Locale) -> None:
    assert str(locale) in ZONE_BY_LOCALE
    assert discord_locale_to_zone(locale) == discord_locale_to_zone(str(locale)) == ZONE_BY_LOCALE[str(locale)]


def test_no_other_locale_was() -> None:
    assert set(ZONE_BY_LOCALE) == {str(locale) for locale in discord.Locale}


@pytest.mark.parametrize("zone", sorted(filter(None, ZONE_BY_LOCALE.values())))
def test_each_zone_is_one(zone: str) -> None:
    assert zone in available_timezones()
    assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize("locale", ["en-US", "es-419", "pt-BR", "ru", "id", "xx", "", None, 5])
def test_where_many_clocks_are_none_is_guessed(locale: object) -> None:
    assert discord_locale_to_zone(locale) == ""


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        (discord.Locale.german, "de"),
        ("pt-BR", "pt-BR"),
        (discord.Locale.british_english, "en-GB"),
        (discord.Locale.norwegian, "nb"),
        (discord.enums.try_enum(discord.Locale, "xx"), "xx"),
        (None, ""),
        (5, ""),
    ],
)
def test_a_locale_is_a_language_as_the_rest_of_the_bot_knows_it(locale: object, language: str) -> None:
    assert discord_locale_to_language(locale) == language


@pytest.mark.parametrize("locale", list(discord.Locale), ids=str)
def test_dates_can_be_read_in_each_language(locale: discord.Locale) -> None:
    assert other_languages._load_dateparser(
        discord_locale_to_language(locale).partition("-")[0], True, date(2026, 11, 24), False
    )
