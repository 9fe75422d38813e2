"""Discord's locales: what the commands say in them, and what they tell about a person.

The names of commands and options are the same in every language: a member who reads the docs, or is helped by
another member, finds the same words. Descriptions and choices are translated.
"""

from __future__ import annotations

from contextvars import copy_context

from discord import Locale
from discord.app_commands import TranslationContextLocation, TranslationContextTypes, Translator, locale_str

from adapters.common.text import cut, one_line
from bot.text.i18n import _, speak

LONGEST = 100  # characters of a description, or of a choice's name (Discord docs, Application Commands)
SOURCE = ("en-US", "en-GB")  # what the code itself says
NAMES = frozenset(
    [
        TranslationContextLocation.command_name,
        TranslationContextLocation.group_name,
        TranslationContextLocation.parameter_name,
    ]
)

# Where nearly all who use a language live by one clock; a guess that is only ever offered, never taken as told.
# Spread over several: English of the United States, Spanish of Latin America, Portuguese of Brazil, Russian,
# Indonesian (one in five lives by another clock than Jakarta).
ZONES = {
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
# Discord's "no" means what is written there, and it has that name where dates and catalogues are kept.
OTHERWISE = {"no": "nb"}


def language_of(locale: object) -> str:
    """Discord's locale as BCP 47, with its region: catalogues are looked for by both. Empty when it tells none."""
    code = _code(locale)
    return OTHERWISE.get(code, code)


def likely_zone(locale: object) -> str:
    """The IANA zone that nearly all who use this language live by; empty where there are several."""
    return ZONES.get(_code(locale), "")


def described(ask: str, hint: str) -> locale_str:
    """The description of an option: the question, with its hint when both fit. Each is translated by itself."""
    return locale_str(_joined(ask, hint), ask=ask, hint=hint)


class Language(Translator):
    """What the commands say, from our catalogues; nothing is sent for a language that says the same."""

    async def translate(self, string: locale_str, locale: Locale, context: TranslationContextTypes) -> str | None:
        if context.location in NAMES or locale.value in SOURCE:
            return None
        ask, hint = string.extras.get("ask", string.message), string.extras.get("hint", "")
        language = language_of(locale)
        said = _joined(_said(ask, language), _said(hint, language))
        return said if said and said != string.message else None


def _said(text: str, language: str) -> str:
    # In a context of its own: what the rest of this task says stays in its language. "" is a catalogue's own header.
    return one_line(copy_context().run(_spoken, text, language)) if text else ""


def _spoken(text: str, language: str) -> str:
    speak(language)
    return _(text)


def _joined(ask: str, hint: str) -> str:
    both = f"{ask} — {hint}" if hint else ask
    return both if len(both) <= LONGEST else cut(ask, LONGEST)


def _code(locale: object) -> str:
    code = locale.value if isinstance(locale, Locale) else getattr(locale, "value", locale)
    return code if isinstance(code, str) else ""
