"""Forms ⇄ modals: what is asked, what was typed, and what is wrong with it. Pure.

Discord has pickers for people and channels, and none for days and hours: those are typed, and the hint says how. A
modal cannot be opened on another, so what is wrong with an answer is said when the form is opened again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import discord

from adapters.common.text import cut, literal, one_line, short
from adapters.discord.element_ids import OURS
from adapters.discord.text import MENTIONS, written
from bot.commands.parser import pressed
from bot.domain.errors import UserError
from bot.domain.messages import Choice, Form, Input, Line, words
from bot.text.command_line import compose

TITLE = 45  # of a modal (Discord docs, "Modal")
COMPONENTS = 5  # at the top of a modal (there)
LABEL = 45  # of an input (Discord docs, "Label")
DESCRIPTION = 100  # below it (there)
INTRO = 4000  # all text displays together (Discord docs, "Text Display")
TYPED = 4000  # what a text input holds (Discord docs, "Text Input")
OPTIONS = 25  # of a select (Discord docs, "String Select")
OPTION = 100  # the label of an option, and its value (there)

POSTED_IN = [discord.ChannelType.text, discord.ChannelType.news]  # what a club can be in
# What is picked in a select of people, and in one of channels (Discord docs, "Component Types").
PICKED = {5: MENTIONS["person"], 8: MENTIONS["channel"]}
_MENTIONED = {"person": re.compile(r"<@!?([0-9]{1,20})>"), "channel": re.compile(r"<#([0-9]{1,20})>")}

Filled = tuple[str, dict[str, str]]
"""A command, and its values by name."""


def modal(form: Form) -> discord.ui.Modal:
    """The modal that asks. To be made in a running loop, so that the library does not remember it.

    What is submitted then arrives as an interaction like any other, also after a restart: see `submitted`.
    """
    title = short(one_line(form.title).removesuffix("."), TITLE)
    asked = discord.ui.Modal(title=title, custom_id=OURS + compose(form.command, **dict(form.fixed)))
    for item in _items(form):
        asked.add_item(item)
    asked.stop()
    return asked


def submitted(data: Mapping[str, Any]) -> Filled:
    """The command and its values, of the raw data of a submitted modal; ("", {}) when it is none of ours."""
    command, fixed = _carried(data.get("custom_id"))
    return (command, {**fixed, **dict(_answers(data.get("components")))}) if command else ("", {})


def _items(form: Form) -> Iterator[discord.ui.Item[Any]]:
    """The questions, below what is to be said first; where there is no room for that, it stands at the first one."""
    above = written(_paragraph(form.intro), INTRO)
    has_room = len(form.inputs) < COMPONENTS
    if above and has_room:
        yield discord.ui.TextDisplay(above)
    for place, one in enumerate(form.inputs[:COMPONENTS]):
        first = place == 0 and not has_room
        yield _label(one, words(_paragraph(form.intro)) if first else "")


def _paragraph(lines: tuple[Line, ...]) -> Line:
    return tuple(span for said in lines for span in ("\n", *said))[1:]


def _label(asked: Input, above: str) -> discord.ui.Item[Any]:
    said = one_line(asked.error or asked.hint)
    both = one_line(f"{above} {said}")
    # What is wrong with an answer is worth more than whom it is about.
    description = both if len(both) <= DESCRIPTION or not said else said
    return discord.ui.Label(
        text=short(asked.label, LABEL), description=cut(description, DESCRIPTION) or None, component=_component(asked)
    )


def _component(asked: Input) -> discord.ui.Item[Any]:
    if asked.kind == "person":
        return discord.ui.UserSelect(default_values=_standing(asked), **_picking(asked))
    if asked.kind == "channel":
        return discord.ui.ChannelSelect(channel_types=POSTED_IN, default_values=_standing(asked), **_picking(asked))
    options = [one for one in asked.options if 0 < len(one.value) <= OPTION]
    # Words that are no option are kept as text, unless what is wrong with them is said: then the choices are shown.
    known = not asked.value or asked.error or any(one.value == asked.value for one in options)
    if asked.kind == "select" and known and 0 < len(options) <= OPTIONS:
        return _select(asked, options)
    return _typed(asked)


def _typed(asked: Input) -> discord.ui.Item[Any]:
    long = asked.kind == "long"
    value = literal(asked.value) if long else one_line(asked.value)
    return discord.ui.TextInput(
        custom_id=asked.name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        default=cut(value, TYPED) or None,
        required=asked.required,
        max_length=TYPED,
    )


def _select(asked: Input, options: list[Choice]) -> discord.ui.Item[Any]:
    shown = {one.value: short(one.label, OPTION) for one in options}
    return discord.ui.Select(
        custom_id=asked.name,
        options=[discord.SelectOption(label=shown[one], value=one, default=one == asked.value) for one in shown],
        required=asked.required,
        min_values=int(asked.required),
    )


def _picking(asked: Input) -> dict[str, Any]:
    return {"custom_id": asked.name, "required": asked.required, "min_values": int(asked.required)}


def _standing(asked: Input) -> list[discord.Object]:
    """Who, or which channel, is picked already: `<@id>`, `<#id>`. Other words pick nobody."""
    found = _MENTIONED[asked.kind].fullmatch(asked.value)
    return [discord.Object(int(found[1]))] if found else []


def _carried(custom_id: object) -> Filled:
    """What rode along in the id of the modal, which is the line of a button."""
    line = custom_id.removeprefix(OURS) if isinstance(custom_id, str) and custom_id.startswith(OURS) else ""
    try:
        said = pressed(line)
    except UserError:
        return "", {}
    # No word at all means the board elsewhere; here it is a modal of somebody else.
    return (said.command.name, said.values) if line.startswith(said.command.name) else ("", {})


def _answers(components: object) -> Iterator[tuple[str, str]]:
    """Each answer by the name of its question; "" where nothing was answered."""
    for one in _inner(components):
        if isinstance(one, Mapping) and isinstance(name := one.get("custom_id"), str):
            yield name, _answer(one)


def _inner(components: object) -> Iterator[object]:
    """What stands in labels, and in rows, as modals of former times have it."""
    for one in components if isinstance(components, list) else ():
        if isinstance(one, Mapping):
            yield one.get("component")
            inner = one.get("components")
            yield from inner if isinstance(inner, list) else ()


def _answer(component: Mapping[str, Any]) -> str:
    said = component.get("values", component.get("value"))
    chosen = said[0] if isinstance(said, list) and said else said
    if not isinstance(chosen, str):
        return ""
    kind = component.get("type")
    return PICKED[kind].format(id=chosen) if isinstance(kind, int) and kind in PICKED else chosen
