"""The language of what is said: standard gettext, the language kept per task.

Catalogues are looked for in `bot/locale`; without one, the English words of the code are said.
"""

from __future__ import annotations

from contextvars import ContextVar
from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

_current_language: ContextVar[str] = ContextVar("language", default="en")


def set_language(language: str) -> None:
    """What this task says from here on is in `language` (BCP 47, as platforms give it); English when unknown."""
    _current_language.set(language or "en")


@cache
def _load_catalog(language: str) -> NullTranslations:
    # "pt-BR" looks for pt_BR first and then for pt.
    names = [language.replace("-", "_"), language.partition("-")[0]]
    return translation("stalemate", Path(__file__).parents[1] / "locale", names, fallback=True)


def _(message: str) -> str:
    return _load_catalog(_current_language.get()).gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    return _load_catalog(_current_language.get()).ngettext(singular, plural, number)
