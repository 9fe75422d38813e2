"""Forms ⇄ modals: what is asked, what was typed, and what is wrong with it. Pure.

Discord has pickers for people and channels, and none for days and hours: those are typed, and the hint says how. A
modal cannot be opened on another, so what is wrong with an answer is said when the form is opened again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import discord

from adapters.common.text import shorten_to_single_line, to_single_line, truncate_with_ellipsis, without_control_chars
from adapters.discord.element_ids import DISCORD_ID_PREFIX
from adapters.discord.text import DISCORD_MENTION_FORMATS, render_discord_line
from bot.commands.parser import parse_button_command
from bot.domain.errors import UserError
from bot.domain.messages import Choice, Form, Input, Line, to_plain_text
from bot.text.command_line import to_command_line

MAX_DISCORD_MODAL_TITLE_CHARS = 45  # of a modal (Discord docs, "Modal")
MAX_MODAL_COMPONENTS = 5  # at the top of a modal (there)
MAX_DISCORD_INPUT_LABEL_CHARS = 45  # of an input (Discord docs, "Label")
MAX_DISCORD_INPUT_DESCRIPTION_CHARS = 100  # below it (there)
MAX_TEXT_DISPLAY_CHARS = 4000  # all text displays together (Discord docs, "Text Display")
MAX_DISCORD_TEXT_INPUT_CHARS = 4000  # what a text input holds (Discord docs, "Text Input")
MAX_DISCORD_SELECT_OPTIONS = 25  # of a select (Discord docs, "String Select")
MAX_DISCORD_SELECT_OPTION_CHARS = 100  # the label of an option, and its value (there)

CLUB_CHANNEL_TYPES = [discord.ChannelType.text, discord.ChannelType.news]  # what a club can be in
# What is picked in a select of people, and in one of channels (Discord docs, "Component Types").
MENTION_FORMAT_BY_SELECT_TYPE = {5: DISCORD_MENTION_FORMATS["person"], 8: DISCORD_MENTION_FORMATS["channel"]}
_MENTION_PATTERN_BY_KIND = {"person": re.compile(r"<@!?([0-9]{1,20})>"), "channel": re.compile(r"<#([0-9]{1,20})>")}

SubmittedDiscordForm = tuple[str, dict[str, str]]
"""A command, and its values by name."""


def render_discord_form(form: Form) -> discord.ui.Modal:
    """The modal that asks. To be made in a running loop, so that the library does not remember it.

    What is submitted then arrives as an interaction like any other, also after a restart: see `submitted`.
    """
    title = shorten_to_single_line(to_single_line(form.title).removesuffix("."), MAX_DISCORD_MODAL_TITLE_CHARS)
    asked = discord.ui.Modal(
        title=title, custom_id=DISCORD_ID_PREFIX + to_command_line(form.command, **dict(form.fixed))
    )
    for item in _discord_modal_items(form):
        asked.add_item(item)
    asked.stop()
    return asked


def parse_discord_form(data: Mapping[str, Any]) -> SubmittedDiscordForm:
    """The command and its values, of the raw data of a submitted modal; ("", {}) when it is none of ours."""
    command, fixed = _parse_discord_modal_id(data.get("custom_id"))
    return (command, {**fixed, **dict(_parse_discord_modal_values(data.get("components")))}) if command else ("", {})


def _discord_modal_items(form: Form) -> Iterator[discord.ui.Item[Any]]:
    """The questions, below what is to be said first; where there is no room for that, it stands at the first one."""
    above = render_discord_line(_discord_modal_intro(form.intro), MAX_TEXT_DISPLAY_CHARS)
    has_room = len(form.inputs) < MAX_MODAL_COMPONENTS
    if above and has_room:
        yield discord.ui.TextDisplay(above)
    for place, one in enumerate(form.inputs[:MAX_MODAL_COMPONENTS]):
        first = place == 0 and not has_room
        yield _discord_modal_label(one, to_plain_text(_discord_modal_intro(form.intro)) if first else "")


def _discord_modal_intro(lines: tuple[Line, ...]) -> Line:
    return tuple(span for said in lines for span in ("\n", *said))[1:]


def _discord_modal_label(form_input: Input, above: str) -> discord.ui.Item[Any]:
    said = to_single_line(form_input.error or form_input.hint)
    both = to_single_line(f"{above} {said}")
    # What is wrong with an answer is worth more than whom it is about.
    description = both if len(both) <= MAX_DISCORD_INPUT_DESCRIPTION_CHARS or not said else said
    return discord.ui.Label(
        text=shorten_to_single_line(form_input.label, MAX_DISCORD_INPUT_LABEL_CHARS),
        description=truncate_with_ellipsis(description, MAX_DISCORD_INPUT_DESCRIPTION_CHARS) or None,
        component=_discord_input_component(form_input),
    )


def _discord_input_component(form_input: Input) -> discord.ui.Item[Any]:
    if form_input.kind == "person":
        return discord.ui.UserSelect(
            default_values=_discord_picker_defaults(form_input), **_discord_picker_arguments(form_input)
        )
    if form_input.kind == "channel":
        return discord.ui.ChannelSelect(
            channel_types=CLUB_CHANNEL_TYPES,
            default_values=_discord_picker_defaults(form_input),
            **_discord_picker_arguments(form_input),
        )
    options = [option for option in form_input.options if 0 < len(option.value) <= MAX_DISCORD_SELECT_OPTION_CHARS]
    # Words that are no option are kept as text, unless what is wrong with them is said: then the choices are shown.
    known = not form_input.value or form_input.error or any(option.value == form_input.value for option in options)
    if form_input.kind == "select" and known and 0 < len(options) <= MAX_DISCORD_SELECT_OPTIONS:
        return _discord_select_menu(form_input, options)
    return _discord_text_input(form_input)


def _discord_text_input(form_input: Input) -> discord.ui.Item[Any]:
    long = form_input.kind == "long"
    value = without_control_chars(form_input.value) if long else to_single_line(form_input.value)
    return discord.ui.TextInput(
        custom_id=form_input.name,
        style=discord.TextStyle.paragraph if long else discord.TextStyle.short,
        default=truncate_with_ellipsis(value, MAX_DISCORD_TEXT_INPUT_CHARS) or None,
        required=form_input.required,
        max_length=MAX_DISCORD_TEXT_INPUT_CHARS,
    )


def _discord_select_menu(form_input: Input, options: list[Choice]) -> discord.ui.Item[Any]:
    shown = {option.value: shorten_to_single_line(option.label, MAX_DISCORD_SELECT_OPTION_CHARS) for option in options}
    return discord.ui.Select(
        custom_id=form_input.name,
        options=[discord.SelectOption(label=shown[one], value=one, default=one == form_input.value) for one in shown],
        required=form_input.required,
        min_values=int(form_input.required),
    )


def _discord_picker_arguments(form_input: Input) -> dict[str, Any]:
    return {"custom_id": form_input.name, "required": form_input.required, "min_values": int(form_input.required)}


def _discord_picker_defaults(form_input: Input) -> list[discord.Object]:
    """Who, or which channel, is picked already: `<@id>`, `<#id>`. Other words pick nobody."""
    found = _MENTION_PATTERN_BY_KIND[form_input.kind].fullmatch(form_input.value)
    return [discord.Object(int(found[1]))] if found else []


def _parse_discord_modal_id(custom_id: object) -> SubmittedDiscordForm:
    """What rode along in the id of the modal, which is the line of a button."""
    line = (
        custom_id.removeprefix(DISCORD_ID_PREFIX)
        if isinstance(custom_id, str) and custom_id.startswith(DISCORD_ID_PREFIX)
        else ""
    )
    try:
        said = parse_button_command(line)
    except UserError:
        return "", {}
    # No word at all means the board elsewhere; here it is a modal of somebody else.
    return (said.command.name, said.values) if line.startswith(said.command.name) else ("", {})


def _parse_discord_modal_values(components: object) -> Iterator[tuple[str, str]]:
    """Each answer by the name of its question; "" where nothing was answered."""
    for component in _discord_modal_components(components):
        if isinstance(component, Mapping) and isinstance(name := component.get("custom_id"), str):
            yield name, _parse_discord_modal_value(component)


def _discord_modal_components(components: object) -> Iterator[object]:
    """What stands in labels, and in rows, as modals of former times have it."""
    for component in components if isinstance(components, list) else ():
        if isinstance(component, Mapping):
            yield component.get("component")
            inner = component.get("components")
            yield from inner if isinstance(inner, list) else ()


def _parse_discord_modal_value(component: Mapping[str, Any]) -> str:
    said = component.get("values", component.get("value"))
    chosen = said[0] if isinstance(said, list) and said else said
    if not isinstance(chosen, str):
        return ""
    kind = component.get("type")
    return (
        MENTION_FORMAT_BY_SELECT_TYPE[kind].format(id=chosen)
        if isinstance(kind, int) and kind in MENTION_FORMAT_BY_SELECT_TYPE
        else chosen
    )
