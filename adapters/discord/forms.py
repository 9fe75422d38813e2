"""Renders forms as Discord modals, and parses submitted modals. Pure.

Discord has pickers for people and channels but none for days and hours: those are typed, and the hint says how. A
modal cannot be opened on another, so an error in an answer is shown when the form is opened again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import discord

from adapters.common.text import shorten_to_single_line, to_single_line, truncate_with_ellipsis, without_control_chars
from adapters.discord.element_ids import DISCORD_ID_PREFIX
from adapters.discord.text import DISCORD_MENTION_FORMATS, render_discord_line
from bot.commands.parser import Invocation, parse_button_command
from bot.domain.messages import Choice, Form, Input, Line, to_plain_text
from bot.text.command_line import to_command_line

MAX_DISCORD_MODAL_TITLE_CHARS = 45  # Discord docs, "Modal"
MAX_MODAL_COMPONENTS = 5  # at the top level (same page)
MAX_DISCORD_INPUT_LABEL_CHARS = 45  # Discord docs, "Label"
MAX_DISCORD_INPUT_DESCRIPTION_CHARS = 100  # same page
MAX_TEXT_DISPLAY_CHARS = 4000  # of all text displays together (Discord docs, "Text Display")
MAX_DISCORD_TEXT_INPUT_CHARS = 4000  # Discord docs, "Text Input"
MAX_DISCORD_SELECT_OPTIONS = 25  # Discord docs, "String Select"
MAX_DISCORD_SELECT_OPTION_CHARS = 100  # of an option's label, and of its value (same page)

CLUB_CHANNEL_TYPES = [discord.ChannelType.text, discord.ChannelType.news]  # a club posts in one of these
# By the type of a user select and a channel select (Discord docs, "Component Types").
MENTION_FORMAT_BY_SELECT_TYPE = {5: DISCORD_MENTION_FORMATS["person"], 8: DISCORD_MENTION_FORMATS["channel"]}
_MENTION_PATTERN_BY_KIND = {"person": re.compile(r"<@!?([0-9]{1,20})>"), "channel": re.compile(r"<#([0-9]{1,20})>")}

SubmittedDiscordForm = tuple[str, dict[str, str]]
"""The name of a command, and its values by argument name."""


def render_discord_form(form: Form) -> discord.ui.Modal:
    """The modal for a form. Call it in a running event loop, so that the library does not keep the modal.

    The submission arrives as an ordinary interaction, also after a restart: see `parse_discord_form`.
    """
    title = shorten_to_single_line(to_single_line(form.title).removesuffix("."), MAX_DISCORD_MODAL_TITLE_CHARS)
    modal = discord.ui.Modal(
        title=title, custom_id=DISCORD_ID_PREFIX + to_command_line(form.command, **dict(form.fixed))
    )
    for item in _discord_modal_items(form):
        modal.add_item(item)
    modal.stop()
    return modal


def parse_discord_form(data: Mapping[str, Any]) -> SubmittedDiscordForm:
    """The command and its values from the raw data of a submitted modal; ("", {}) when it is not one of ours."""
    command, fixed = _parse_discord_modal_id(data.get("custom_id"))
    return (command, {**fixed, **dict(_parse_discord_modal_values(data.get("components")))}) if command else ("", {})


def _discord_modal_items(form: Form) -> Iterator[discord.ui.Item[Any]]:
    """The intro and the inputs. If there is no room for the intro, the description of the first input contains it."""
    intro = render_discord_line(_discord_modal_intro(form.intro), MAX_TEXT_DISPLAY_CHARS)
    has_room = len(form.inputs) < MAX_MODAL_COMPONENTS
    if intro and has_room:
        yield discord.ui.TextDisplay(intro)
    for index, input_ in enumerate(form.inputs[:MAX_MODAL_COMPONENTS]):
        carries_intro = index == 0 and not has_room
        yield _discord_modal_label(input_, to_plain_text(_discord_modal_intro(form.intro)) if carries_intro else "")


def _discord_modal_intro(lines: tuple[Line, ...]) -> Line:
    return tuple(span for line in lines for span in ("\n", *line))[1:]


def _discord_modal_label(form_input: Input, intro: str) -> discord.ui.Item[Any]:
    advice = to_single_line(form_input.error or form_input.hint)
    both = to_single_line(f"{intro} {advice}")
    # The error in an answer is worth more than the intro.
    description = both if len(both) <= MAX_DISCORD_INPUT_DESCRIPTION_CHARS or not advice else advice
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
    # A value that is no option stays editable as text, unless it has an error: then the options are shown.
    can_select = not form_input.value or form_input.error or any(option.value == form_input.value for option in options)
    if form_input.kind == "select" and can_select and 0 < len(options) <= MAX_DISCORD_SELECT_OPTIONS:
        return _discord_select_menu(form_input, options)
    return _discord_text_input(form_input)


def _discord_text_input(form_input: Input) -> discord.ui.Item[Any]:
    is_long = form_input.kind == "long"
    value = without_control_chars(form_input.value) if is_long else to_single_line(form_input.value)
    return discord.ui.TextInput(
        custom_id=form_input.name,
        style=discord.TextStyle.paragraph if is_long else discord.TextStyle.short,
        default=truncate_with_ellipsis(value, MAX_DISCORD_TEXT_INPUT_CHARS) or None,
        required=form_input.required,
        max_length=MAX_DISCORD_TEXT_INPUT_CHARS,
    )


def _discord_select_menu(form_input: Input, options: list[Choice]) -> discord.ui.Item[Any]:
    labels = {option.value: shorten_to_single_line(option.label, MAX_DISCORD_SELECT_OPTION_CHARS) for option in options}
    return discord.ui.Select(
        custom_id=form_input.name,
        options=[
            discord.SelectOption(label=label, value=value, default=value == form_input.value)
            for value, label in labels.items()
        ],
        required=form_input.required,
        min_values=int(form_input.required),
    )


def _discord_picker_arguments(form_input: Input) -> dict[str, Any]:
    return {"custom_id": form_input.name, "required": form_input.required, "min_values": int(form_input.required)}


def _discord_picker_defaults(form_input: Input) -> list[discord.Object]:
    """The user or channel that is picked already: `<@id>` or `<#id>`. Empty for any other value."""
    mention = _MENTION_PATTERN_BY_KIND[form_input.kind].fullmatch(form_input.value)
    return [discord.Object(int(mention[1]))] if mention else []


def _parse_discord_modal_id(custom_id: object) -> SubmittedDiscordForm:
    """The command and its fixed values from the id of the modal, which has the format of a button's command line."""
    line = (
        custom_id.removeprefix(DISCORD_ID_PREFIX)
        if isinstance(custom_id, str) and custom_id.startswith(DISCORD_ID_PREFIX)
        else ""
    )
    parsed = parse_button_command(line)
    # Elsewhere an empty line means the board; here it means that the modal is not one of ours.
    if isinstance(parsed, Invocation) and line.startswith(parsed.command.name):
        return parsed.command.name, parsed.values
    return "", {}


def _parse_discord_modal_values(components: object) -> Iterator[tuple[str, str]]:
    """Pairs of an input's name and its value; "" where nothing was answered."""
    for component in _discord_modal_components(components):
        if isinstance(component, Mapping) and isinstance(name := component.get("custom_id"), str):
            yield name, _parse_discord_modal_value(component)


def _discord_modal_components(components: object) -> Iterator[object]:
    """The components in labels, and in rows, as older modals have them."""
    for component in components if isinstance(components, list) else ():
        if isinstance(component, Mapping):
            yield component.get("component")
            children = component.get("components")
            yield from children if isinstance(children, list) else ()


def _parse_discord_modal_value(component: Mapping[str, Any]) -> str:
    answer = component.get("values", component.get("value"))
    value = answer[0] if isinstance(answer, list) and answer else answer
    if not isinstance(value, str):
        return ""
    kind = component.get("type")
    return (
        MENTION_FORMAT_BY_SELECT_TYPE[kind].format(id=value)
        if isinstance(kind, int) and kind in MENTION_FORMAT_BY_SELECT_TYPE
        else value
    )
