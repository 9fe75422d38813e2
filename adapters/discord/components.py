"""Renders what can be pressed or chosen on a card as the rows under a message. Pure.

A select takes a whole row, and there are five. Up to five buttons stand in the last row; of more, the first four do,
and the others are in a select below them. The rows above are for the people in the card's sections and for its choice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import discord

from adapters.common.text import shorten_to_single_line
from adapters.discord.buttons import DISCORD_SELECT_ID, DiscordButton
from adapters.discord.forms import MAX_DISCORD_SELECT_OPTION_CHARS, MAX_DISCORD_SELECT_OPTIONS
from bot.domain.messages import Button, Card
from bot.text.i18n import _

MAX_SELECT_QUESTION_CHARS = 150  # of a placeholder (Discord docs, "String Select")
MAX_DISCORD_ROWS = 5  # Discord docs, "Create Message": `components`
MAX_DISCORD_BUTTONS_IN_ROW = 5  # Discord docs, "Action Row"

DiscordRow = list[discord.ui.Item[Any]]


def discord_view(card: Card, reminder_mark: int) -> tuple[discord.ui.View | None, int]:
    """The rows of a card, and how many options are left out of them. `reminder_mark`: the id of the first component."""
    marks = _first_then_none(reminder_mark)
    places = count()
    buttons = _distinct_acts(card.buttons)
    folded = buttons[MAX_DISCORD_BUTTONS_IN_ROW - 1 :] if len(buttons) > MAX_DISCORD_BUTTONS_IN_ROW else []
    in_sight = buttons[: len(buttons) - len(folded)]
    free = MAX_DISCORD_ROWS - bool(in_sight) - bool(folded)
    rows: list[DiscordRow] = []
    left_out = 0
    for question, acts in _selects_of(card):
        parts = [
            acts[start : start + MAX_DISCORD_SELECT_OPTIONS]
            for start in range(0, len(acts), MAX_DISCORD_SELECT_OPTIONS)
        ][:free]
        free -= len(parts)
        left_out += len(acts) - sum(map(len, parts))
        for part in parts:
            asked = question if len(parts) == 1 else f"{question}: {part[0].label} – {part[-1].label}"
            rows.append([_build_select(asked, part, next(places), next(marks))])
    if in_sight:
        rows.append([DiscordButton.from_button(button, next(marks)) for button in in_sight])
    if folded:
        left_out += len(folded[MAX_DISCORD_SELECT_OPTIONS:])
        rows.append([_build_select(_("More…"), folded[:MAX_DISCORD_SELECT_OPTIONS], next(places), next(marks))])
    return _view_of_rows(rows), left_out + (card.choose.left_out if card.choose else 0)


def _build_select(question: str, acts: Sequence[Button], place: int, reminder_mark: int) -> discord.ui.Select[Any]:
    """A select of at most 25 acts with different lines. `place`: its number within the message."""
    return discord.ui.Select(
        custom_id=f"{DISCORD_SELECT_ID} {place}",
        placeholder=shorten_to_single_line(question, MAX_SELECT_QUESTION_CHARS),
        options=[
            discord.SelectOption(
                label=shorten_to_single_line(act.label, MAX_DISCORD_SELECT_OPTION_CHARS), value=act.line
            )
            for act in acts
        ],
        id=reminder_mark or None,
    )


def _first_then_none(reminder_mark: int) -> Iterator[int]:
    yield reminder_mark
    while True:
        yield 0


def _selects_of(card: Card) -> Iterator[tuple[str, list[Button]]]:
    """The questions of the selects above the buttons, with their options: the people of sections, then the choice."""
    rows = (row for section in card.sections for row in section.rows)
    acts = [_act_with_name(row.button, row.name) for row in rows if row.button]
    if acts:
        yield _("Pick someone"), _distinct_acts(acts)
    if card.choose and card.choose.options:
        yield card.choose.question, _distinct_acts(card.choose.options)


def _act_with_name(act: Button, name: str) -> Button:
    """A select is apart from the rows, so an option says whom it is about."""
    return act if not name or name in act.label else replace(act, label=f"{name}: {act.label}")


def _distinct_acts(acts: Iterable[Button]) -> list[Button]:
    """The first act of each command line: Discord refuses a message in which two have the same id or value."""
    by_line: dict[str, Button] = {}
    for act in acts:
        by_line.setdefault(act.line, act)
    return list(by_line.values())


def _view_of_rows(rows: Sequence[DiscordRow]) -> discord.ui.View | None:
    if not rows:
        return None
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for item in row:
            item.row = number
            view.add_item(item)
    return view
