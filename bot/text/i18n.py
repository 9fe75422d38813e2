"""Translation of texts with standard gettext; each asyncio task has its own current language.

Catalogues are loaded from `bot/locale`. Without a catalogue for the language, texts stay in English, as in the code.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

_current_language: ContextVar[str] = ContextVar("language", default="en")


def set_language(language: str) -> None:
    """Translate what this task says from now on into `language`: a BCP 47 tag, or "" for English."""
    _current_language.set(language or "en")


@cache
def _load_catalog(language: str) -> NullTranslations:
    # "pt-BR" is looked up as pt_BR first and then as pt.
    names = [language.replace("-", "_"), language.partition("-")[0]]
    return translation("stalemate", Path(__file__).parents[1] / "locale", names, fallback=True)


def _(message: str) -> str:
    return _load_catalog(_current_language.get()).gettext(message)


def N_(message: str) -> str:  # noqa: N802  # the usual name of this mark, which tools that collect texts look for
    """Mark a text to be collected for translators; `_` translates it where it is shown."""
    return message


def ngettext(singular: str, plural: str, number: int) -> str:
    return _load_catalog(_current_language.get()).ngettext(singular, plural, number)
