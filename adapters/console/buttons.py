"""Which button is meant by what was typed."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.console.problems import Refused
from adapters.console.screen import Said
from bot.domain.messages import Button, Card

PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "…": "...", "\N{NO-BREAK SPACE}": " "})


def find(things: Iterable[Said], wanted: str) -> tuple[Said, Button]:
    """The button and the thing it stands on. `things` come newest first. Raises `Refused`.

    A number is that of the newest thing with buttons. A label is looked for on everything, the newest first:
    as a whole, then as a beginning.
    """
    pressable = [(said, said.what.buttons) for said in things if isinstance(said.what, Card) and said.what.buttons]
    typed = fold(wanted)
    if not pressable or not typed:
        raise Refused(
            "Which button? :press and its label or number" if pressable else "There is no button to press yet"
        )
    if (button := numbered(pressable[0][1], typed)) is not None:
        return pressable[0][0], button
    for said, buttons in pressable:
        for button in buttons:
            if fold(button.label) == typed:
                return said, button
    return _beginning(pressable, typed)


def numbered(buttons: tuple[Button, ...], typed: str) -> Button | None:
    """The button with this number, counted from 1."""
    if not (typed.isascii() and typed.isdigit() and len(typed) < 4):
        return None
    place = int(typed)
    return buttons[place - 1] if 1 <= place <= len(buttons) else None


def fold(label: str) -> str:
    """A label as people type it: without brackets, case, or typographic quotes."""
    return " ".join(label.strip().removeprefix("[").removesuffix("]").translate(PLAIN).casefold().split())


def _beginning(pressable: list[tuple[Said, tuple[Button, ...]]], typed: str) -> tuple[Said, Button]:
    for said, buttons in pressable:
        close = [button for button in buttons if fold(button.label).startswith(typed)]
        if len(close) > 1:
            raise Refused("Which one: " + _labels(close) + "?")
        if close:
            return said, close[0]
    raise Refused("There is no such button. The newest ones are " + _labels(pressable[0][1]))


def _labels(buttons: Iterable[Button]) -> str:
    return " ".join(f"[{button.label}]" for button in buttons)
