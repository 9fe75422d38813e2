"""Discord's locales: translations of the commands, and the language and likely time zone of a member.

The names of commands and options are the same in every language, so that a member who reads the docs, or is helped by
another member, finds the same words. Descriptions and choices are translated.
"""

from __future__ import annotations

from contextvars import copy_context

from discord import Locale
from discord.app_commands import TranslationContextLocation, TranslationContextTypes, Translator, locale_str

from adapters.common.text import to_single_line, truncate_with_ellipsis
from bot.text.i18n import _, set_language

MAX_COMMAND_TEXT_CHARS = 100  # of a description, or of a choice's name (Discord docs, Application Commands)
SOURCE_LOCALES = ("en-US", "en-GB")  # the language of the code's own texts
UNTRANSLATED_LOCATIONS = frozenset(
    [
        TranslationContextLocation.command_name,
        TranslationContextLocation.group_name,
        TranslationContextLocation.parameter_name,
    ]
)

# The zone in which nearly all speakers of a language live: a guess that is only offered, never used unconfirmed.
# Empty where they live in several: English of the United States, Spanish of Latin America, Portuguese of Brazil,
# Russian, Indonesian (one in five does not live by Jakarta's clock).
ZONE_BY_LOCALE = {
    "bg": "Europe/Sofia",
    "cs": "Europe/Prague",
    "da": "Europe/Copenhagen",
    "de": "Europe/Berlin",
    "el": "Europe/Athens",
    "en-GB": "Europe/London",
    "en-US": "",
    "es-419": "",
    "es-ES": "Europe/Madrid",
    "fi": "Europe/Helsinki",
    "fr": "Europe/Paris",
    "hi": "Asia/Kolkata",
    "hr": "Europe/Zagreb",
    "hu": "Europe/Budapest",
    "id": "",
    "it": "Europe/Rome",
    "ja": "Asia/Tokyo",
    "ko": "Asia/Seoul",
    "lt": "Europe/Vilnius",
    "nl": "Europe/Amsterdam",
    "no": "Europe/Oslo",
    "pl": "Europe/Warsaw",
    "pt-BR": "",
    "ro": "Europe/Bucharest",
    "ru": "",
    "sv-SE": "Europe/Stockholm",
    "th": "Asia/Bangkok",
    "tr": "Europe/Istanbul",
    "uk": "Europe/Kyiv",
    "vi": "Asia/Ho_Chi_Minh",
    "zh-CN": "Asia/Shanghai",
    "zh-TW": "Asia/Taipei",
}
# Discord's "no" means written Norwegian, which date formats and catalogs call "nb" (Bokmål).
LANGUAGE_BY_LOCALE = {"no": "nb"}


def discord_locale_to_language(locale: object) -> str:
    """Discord's locale as a BCP 47 tag with its region, both used to find a catalog. Empty when there is none."""
    code = _discord_locale_code(locale)
    return LANGUAGE_BY_LOCALE.get(code, code)


def discord_locale_to_zone(locale: object) -> str:
    """The IANA zone in which nearly all speakers of this language live; empty where there are several."""
    return ZONE_BY_LOCALE.get(_discord_locale_code(locale), "")


def build_option_description(ask: str, hint: str) -> locale_str:
    """The description of an option: the question, with its hint if both fit. Each is translated separately."""
    return locale_str(_join_question_and_hint(ask, hint), ask=ask, hint=hint)


class DiscordCommandTranslator(Translator):
    """Translates the commands' texts from the catalogs; None where a language has no other text."""

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        if context.location in UNTRANSLATED_LOCATIONS or locale.value in SOURCE_LOCALES:
            return None
        ask, hint = string.extras.get("ask", string.message), string.extras.get("hint", "")
        language = discord_locale_to_language(locale)
        text = _join_question_and_hint(_translate_command_text(ask, language), _translate_command_text(hint, language))
        return text if text and text != string.message else None


def _translate_command_text(text: str, language: str) -> str:
    # In a context of its own, so that the language of this task stays. "" would give the catalog's header.
    return to_single_line(copy_context().run(_speak_and_translate, text, language)) if text else ""


def _speak_and_translate(text: str, language: str) -> str:
    set_language(language)
    return _(text)


def _join_question_and_hint(ask: str, hint: str) -> str:
    both = f"{ask} — {hint}" if hint else ask
    return both if len(both) <= MAX_COMMAND_TEXT_CHARS else truncate_with_ellipsis(ask, MAX_COMMAND_TEXT_CHARS)


def _discord_locale_code(locale: object) -> str:
    code = locale.value if isinstance(locale, Locale) else getattr(locale, "value", locale)
    return code if isinstance(code, str) else ""
