"""Renders forms as modals, and parses submitted modals into values by input. Pure.

The title of a form is a sentence; one that is too long for a modal's title is shown above the inputs instead.

Days and hours use pickers, which return the member's local day and hour: a `datetimepicker` returns an instant in the
zone that Slack knows, which need not be the one that the member chose. A moment takes two blocks, the second with the
suffix `:time`. A value that a picker cannot show (words, or a refused day) becomes a text input, so that nothing typed
is lost. People and channels are always picked, because a typed name does not identify them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from adapters.common.text import shorten_to_single_line, to_single_line, truncate_with_ellipsis, without_control_chars
from adapters.slack import blocks
from adapters.slack.element_ids import FORM_CALLBACK_ID
from adapters.slack.render import MODAL_TITLE
from adapters.slack.text import SLACK_ID_PATTERN, SlackObject, plain_text_object
from bot.domain.messages import Choice, Form, Input
from bot.text.i18n import _

INPUT_ACTION_ID = "value"  # the action_id of each input
HOUR_BLOCK_SUFFIX = ":time"  # ends the block_id of a moment's hour

MAX_MODAL_TITLE_CHARS = 24  # title, submit and close of a view (docs.slack.dev, "Views")
MAX_INPUT_LABEL_CHARS = 2000  # label and hint of an input (docs.slack.dev, "Input block")
MAX_TEXT_INPUT_CHARS = 3000  # the value of a text input (docs.slack.dev, "Plain-text input element")
MAX_SELECT_OPTIONS = 100  # of a select (docs.slack.dev, "Select menu element")
MAX_OPTION_LABEL_CHARS = 75  # the text of an option (docs.slack.dev, "Option object")
MAX_OPTION_VALUE_CHARS = 150  # its value (there)
MAX_INPUT_ERROR_CHARS = 2000  # an error beside an input; no limit is published, that of a hint is used

_ISO_MOMENT_PATTERN = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?")
_PICKED_MENTION_PATTERN = re.compile(rf"<([@#])({SLACK_ID_PATTERN.pattern})(?:\|[^<>]*)?>", re.ASCII)
# Public and private channels, no direct or group messages (docs.slack.dev, "Conversation filter").
_CHANNEL_FILTER = {"include": ["public", "private"], "exclude_bot_users": True}


def render_slack_form(form: Form, metadata: str) -> SlackObject:
    """The modal for a form. `metadata` comes back when it is submitted."""
    title = to_single_line(form.title).removesuffix(".")
    fits = len(title) <= MAX_MODAL_TITLE_CHARS
    above = form.intro if fits else ((form.title,), *form.intro)
    start = [blocks.paragraph_block(above)] if above else []
    return {
        "type": "modal",
        "callback_id": FORM_CALLBACK_ID,
        "private_metadata": metadata,
        "title": plain_text_object(title if fits else MODAL_TITLE, MAX_MODAL_TITLE_CHARS),
        "submit": plain_text_object(_("OK"), MAX_MODAL_TITLE_CHARS),
        "close": plain_text_object(_("Cancel"), MAX_MODAL_TITLE_CHARS),
        "blocks": [*start, *(block for form_input in form.inputs for block in _input_blocks(form_input))],
    }


def form_errors_by_block(form: Form) -> dict[str, str]:
    """The errors by block_id, for `response_action: errors`."""
    return {
        form_input.name: shorten_to_single_line(form_input.error, MAX_INPUT_ERROR_CHARS)
        for form_input in form.inputs
        if form_input.error
    }


def parse_slack_form_values(state: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str]:
    """The values of a submitted view (its `state.values`) by input; empty where nothing was entered."""
    answers = {block: _parse_input_answer(elements.get(INPUT_ACTION_ID, {})) for block, elements in state.items()}
    days = {name: value for name, value in answers.items() if not name.endswith(HOUR_BLOCK_SUFFIX)}
    return {name: _join_day_and_hour(day, answers.get(name + HOUR_BLOCK_SUFFIX, "")) for name, day in days.items()}


def _join_day_and_hour(day: str, hour: str) -> str:
    """The day and the hour as typed text; an hour without a day is today's."""
    return f"{day or 'today'} {hour}" if hour else day


def _parse_input_answer(element: Mapping[str, Any]) -> str:
    option = element.get("selected_option") or {}
    values = element.get("value"), element.get("selected_date"), element.get("selected_time"), option.get("value")
    return next((str(value) for value in values if value), "") or _parse_picked_mention(element)


def _parse_picked_mention(element: Mapping[str, Any]) -> str:
    """The picked person as `<@id>`, or the picked channel as `<#id>`; else empty."""
    channel = element.get("selected_conversation") or element.get("selected_channel")
    person = element.get("selected_user")
    return f"<@{person}>" if person else f"<#{channel}>" if channel else ""


def _input_blocks(form_input: Input) -> Iterator[SlackObject]:
    """The blocks of one input. Its error is shown above it, where it is read first."""
    if form_input.error:
        yield {"type": "section", "text": plain_text_object(form_input.error)}
    day = None if form_input.error else _split_iso_moment(form_input.value)
    if form_input.kind in ("date", "moment") and day:
        yield from _moment_picker_blocks(form_input, *day)
    else:
        yield _input_block(form_input, form_input.name, form_input.label, _input_element(form_input), form_input.hint)


def _split_iso_moment(value: str) -> tuple[str, str] | None:
    """The day and the hour of an ISO value, both empty for an empty value. None: pickers cannot show it."""
    if not value:
        return "", ""
    match = _ISO_MOMENT_PATTERN.fullmatch(value)
    if match is None or not _is_iso_moment(value):
        return None
    return match[1], match[2] or ""


def _is_iso_moment(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _moment_picker_blocks(form_input: Input, day: str, hour: str) -> Iterator[SlackObject]:
    # Hints say what could be typed, which no picker needs; an optional moment's says what an empty one means.
    hint = form_input.hint if form_input.kind == "moment" and not form_input.required else ""
    yield _input_block(
        form_input, form_input.name, form_input.label, _picker_element("datepicker", "initial_date", day), hint
    )
    if form_input.kind == "moment":
        clock = _picker_element("timepicker", "initial_time", hour)
        yield _input_block(form_input, form_input.name + HOUR_BLOCK_SUFFIX, _("At what hour?"), clock)


def _input_block(form_input: Input, block_id: str, label: str, element: SlackObject, hint: str = "") -> SlackObject:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain_text_object(label, MAX_INPUT_LABEL_CHARS),
        "optional": not form_input.required,
        "element": element,
        **({"hint": plain_text_object(hint, MAX_INPUT_LABEL_CHARS)} if hint else {}),
    }


def _input_element(form_input: Input) -> SlackObject:
    options = [option for option in form_input.options if 0 < len(option.value) <= MAX_OPTION_VALUE_CHARS]
    # A value that is no option is kept in a text input; once its error is shown, the options are offered.
    known = not form_input.value or form_input.error or any(option.value == form_input.value for option in options)
    if form_input.kind == "select" and known and 0 < len(options) <= MAX_SELECT_OPTIONS:
        return _select_element(options, form_input.value)
    if form_input.kind == "person":
        return _picker_element("users_select", "initial_user", _mentioned_id(form_input.value, "@"))
    if form_input.kind == "channel":
        # Unlike `channels_select`, this one offers the private channels that the person is in.
        return {
            **_picker_element("conversations_select", "initial_conversation", _mentioned_id(form_input.value, "#")),
            "filter": _CHANNEL_FILTER,
        }
    if form_input.kind == "number" and re.fullmatch(r"[0-9]*", form_input.value):
        return _text_input_element("number_input", form_input.value, is_decimal_allowed=False)
    if form_input.kind == "long":
        return _text_input_element(
            "plain_text_input", without_control_chars(form_input.value), multiline=True, max_length=MAX_TEXT_INPUT_CHARS
        )
    return _text_input_element("plain_text_input", to_single_line(form_input.value))


def _mentioned_id(value: str, sign: str) -> str:
    """The id in a mention that was typed or picked before; empty for anything else."""
    match = _PICKED_MENTION_PATTERN.fullmatch(value.strip())
    return match[2] if match and match[1] == sign else ""


def _picker_element(kind: str, initial_key: str, value: str) -> SlackObject:
    return {"type": kind, "action_id": INPUT_ACTION_ID, **({initial_key: value} if value else {})}


def _text_input_element(kind: str, value: str, **extra: object) -> SlackObject:
    initial = {"initial_value": truncate_with_ellipsis(value, MAX_TEXT_INPUT_CHARS)} if value else {}
    return {"type": kind, "action_id": INPUT_ACTION_ID, **extra, **initial}


def _select_element(options: list[Choice], value: str) -> SlackObject:
    option_objects = {
        option.value: {"text": plain_text_object(option.label, MAX_OPTION_LABEL_CHARS), "value": option.value}
        for option in options
    }
    initial = {"initial_option": option_objects[value]} if value in option_objects else {}
    return {"type": "static_select", "action_id": INPUT_ACTION_ID, "options": list(option_objects.values()), **initial}
