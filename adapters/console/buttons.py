"""Which button is meant by what was typed."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.console.problems import ConsoleLineRefused
from adapters.console.screen import ScreenEntry
from bot.domain.messages import Button, Card

PLAIN_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "\N{NO-BREAK SPACE}": " "})


def find_console_button(entries: Iterable[ScreenEntry], wanted: str) -> tuple[ScreenEntry, Button]:
    """The button and the thing it stands on. `things` come newest first. Raises `Refused`.

    A number is that of the newest thing with buttons. A label is looked for on everything, the newest first:
    as a whole, then as a beginning.
    """
    pressable = [(said, said.what.buttons) for said in entries if isinstance(said.what, Card) and said.what.buttons]
    typed = fold_button_label(wanted)
    if not pressable or not typed:
        raise ConsoleLineRefused(
            "Which button? :press and its label or number" if pressable else "There is no button to press yet"
        )
    if (button := find_button_by_number(pressable[0][1], typed)) is not None:
        return pressable[0][0], button
    for said, buttons in pressable:
        for button in buttons:
            if fold_button_label(button.label) == typed:
                return said, button
    return _find_button_by_prefix(pressable, typed)


def find_button_by_number(buttons: tuple[Button, ...], typed: str) -> Button | None:
    """The button with this number, counted from 1."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4):
        return None
    place = int(typed)
    return buttons[place - 1] if 1 <= place <= len(buttons) else None


def fold_button_label(label: str) -> str:
    """A label as people type it: without brackets, case, or typographic quotes."""
    return " ".join(label.strip().removeprefix("[").removesuffix("]").translate(PLAIN_PUNCTUATION).casefold().split())


def _find_button_by_prefix(
    pressable: list[tuple[ScreenEntry, tuple[Button, ...]]], typed: str
) -> tuple[ScreenEntry, Button]:
    for said, buttons in pressable:
        close = [button for button in buttons if fold_button_label(button.label).startswith(typed)]
        if len(close) > 1:
            raise ConsoleLineRefused("Which one: " + _bracketed_button_labels(close) + "?")
        if close:
            return said, close[0]
    raise ConsoleLineRefused(
        "There is no such button. The newest ones are " + _bracketed_button_labels(pressable[0][1])
    )


def _bracketed_button_labels(buttons: Iterable[Button]) -> str:
    return " ".join(f"[{button.label}]" for button in buttons)
