"""Finds the button or option that a member means by a typed label or number."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.console.problems import ConsoleLineRefused
from adapters.console.screen import ScreenEntry
from bot.domain.messages import Button, Card

PLAIN_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "\N{NO-BREAK SPACE}": " "})


def find_console_button(entries: Iterable[ScreenEntry], wanted: str) -> tuple[ScreenEntry, Button]:
    """The button and its entry. `entries` must come newest first. Raises `ConsoleLineRefused`.

    A number belongs to the newest entry with buttons. A label is looked for on all entries, the newest first:
    as a whole, then as a prefix.
    """
    pressable = [(entry, entry.what.acts) for entry in entries if isinstance(entry.what, Card) and entry.what.acts]
    typed = fold_button_label(wanted)
    if not pressable or not typed:
        raise ConsoleLineRefused(
            "Which button? :press and its label or number" if pressable else "There is no button to press yet"
        )
    if (button := find_button_by_number(pressable[0][1], typed)) is not None:
        return pressable[0][0], button
    for entry, buttons in pressable:
        for button in buttons:
            if fold_button_label(button.label) == typed:
                return entry, button
    return _find_button_by_prefix(pressable, typed)


def find_button_by_number(buttons: tuple[Button, ...], typed: str) -> Button | None:
    """The button with this number, counted from 1."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4):
        return None
    number = int(typed)
    return buttons[number - 1] if 1 <= number <= len(buttons) else None


def fold_button_label(label: str) -> str:
    """A label as members may type it: without brackets, case and typographic punctuation."""
    return " ".join(label.strip().removeprefix("[").removesuffix("]").translate(PLAIN_PUNCTUATION).casefold().split())


def _find_button_by_prefix(
    pressable: list[tuple[ScreenEntry, tuple[Button, ...]]], typed: str
) -> tuple[ScreenEntry, Button]:
    for entry, buttons in pressable:
        matches = [button for button in buttons if fold_button_label(button.label).startswith(typed)]
        if len(matches) > 1:
            raise ConsoleLineRefused("Which one: " + _bracketed_button_labels(matches) + "?")
        if matches:
            return entry, matches[0]
    raise ConsoleLineRefused(
        "There is no such button. The newest ones are " + _bracketed_button_labels(pressable[0][1])
    )


def _bracketed_button_labels(buttons: Iterable[Button]) -> str:
    return " ".join(f"[{button.label}]" for button in buttons)
