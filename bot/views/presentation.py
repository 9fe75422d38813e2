"""The last stage of everything that leaves the core for a member's eyes: their clock, their privacy, their undo."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from bot.domain.messages import Button, Card, Instant, Page, Response
from bot.domain.model import Book, Undo
from bot.text.i18n import _
from bot.views.buttons import undo_button

ResponseT = TypeVar("ResponseT", Card, Response)


def present_response(response: ResponseT, book: Book | None, undo: Undo | None = None) -> ResponseT:
    """The response as its reader wants it. None: no book was loaded, so there is nothing to hide.

    Times are words where the member chose another zone than their platform has, names stay out of the notification
    where they chose so, and [Undo] takes back `undo` alone, or is gone where nothing was changed.
    """
    if isinstance(response, Card):
        response = replace(response, buttons=_with_present_undo(response.buttons, undo))
    if book is None:
        return response
    if _has_own_zone(book):
        response = _with_instants_as_words(response)
    if not book.settings.names_in_notifications:
        response = replace(response, notification=_("Your board has a word for you."))
    return response


def present_page(page: Page, book: Book) -> Page:
    """The page as its reader wants it: no notification ever shows it."""
    return _with_instants_as_words(page) if _has_own_zone(book) else page


def _has_own_zone(book: Book) -> bool:
    """True if the member chose another zone than the one in which their platform shows times.

    A platform that reports no zone shows times in the zone of the reader's device.
    """
    return bool(book.settings.zone and book.profile.zone) and book.settings.zone != book.profile.zone


def _with_instants_as_words(shown: Any) -> Any:
    """A copy of a message, or of a part of it, with each moment as text, wherever in it a moment may stand."""
    if isinstance(shown, Instant):
        return shown.words
    if isinstance(shown, tuple):
        return tuple(map(_with_instants_as_words, shown))
    if is_dataclass(shown) and not isinstance(shown, type):
        parts = {part.name: getattr(shown, part.name) for part in fields(shown)}
        return replace(shown, **{name: _with_instants_as_words(part) for name, part in parts.items()})
    return shown


def _with_present_undo(buttons: tuple[Button, ...], undo: Undo | None) -> tuple[Button, ...]:
    """The undo button that a view drew is only a place for it: which change it takes back is known after the save."""
    place = undo_button().line
    if undo is None:
        return tuple(button for button in buttons if button.line != place)
    line = undo_button(undo.id).line
    return tuple(replace(button, line=line) if button.line == place else button for button in buttons)
