"""Forms ⇄ modals: what is asked, what was typed, and what is wrong with it. Pure.

The title of a form is a sentence; one that is too long for a modal's title stands above the questions instead.

Days and hours are asked with pickers, which answer in the member's own day and hour: a `datetimepicker` answers with
an instant of the zone that Slack knows, which need not be the one that the member told. A moment is two blocks, the
second named with `:time`. A value that a picker cannot show (words, or a day that was refused) is asked as text, so
that nothing typed is lost. People and channels are only ever picked: no words say for sure who is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from adapters.common.text import cut, literal, one_line, short
from adapters.slack import blocks
from adapters.slack.element_ids import FORM
from adapters.slack.render import NAME
from adapters.slack.text import ID, Object, plain
from bot.domain.messages import Choice, Form, Input
from bot.text.i18n import _

VALUE = "value"  # the action_id of each input
TIME = ":time"  # ends the block_id of the hour of a moment

TITLE = 24  # title, submit and close of a view (docs.slack.dev, "Views")
ASKED = 2000  # label and hint of an input (docs.slack.dev, "Input block")
TYPED = 3000  # what a text input holds (docs.slack.dev, "Plain-text input element")
OPTIONS = 100  # of a select (docs.slack.dev, "Select menu element")
OPTION = 75  # the text of an option (docs.slack.dev, "Option object")
OPTION_VALUE = 150  # its value (there)
ERROR = 2000  # beside an input; none is published, we keep to that of a hint

_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?")
_MENTION = re.compile(rf"<([@#])({ID.pattern})(?:\|[^<>]*)?>", re.ASCII)
# Both kinds of channels, and neither direct messages nor groups of people: docs.slack.dev, "Conversation filter".
_ROOMS = {"include": ["public", "private"], "exclude_bot_users": True}


def modal(form: Form, metadata: str) -> Object:
    """The view that asks; `metadata` comes back with the answers."""
    title = one_line(form.title).removesuffix(".")
    fits = len(title) <= TITLE
    above = form.intro if fits else ((form.title,), *form.intro)
    start = [blocks.paragraph(above)] if above else []
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": metadata,
        "title": plain(title if fits else NAME, TITLE),
        "submit": plain(_("OK"), TITLE),
        "close": plain(_("Cancel"), TITLE),
        "blocks": [*start, *(block for asked in form.inputs for block in _ask(asked))],
    }


def errors(form: Form) -> dict[str, str]:
    """What is wrong with the answers, by block, for `response_action: errors`."""
    return {one.name: short(one.error, ERROR) for one in form.inputs if one.error}


def values(state: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> dict[str, str]:
    """The answers of a submitted view (its `state.values`) by input; "" where nothing was answered."""
    answers = {block: _answer(elements.get(VALUE, {})) for block, elements in state.items()}
    days = {name: said for name, said in answers.items() if not name.endswith(TIME)}
    return {name: _moment(said, answers.get(name + TIME, "")) for name, said in days.items()}


def _moment(day: str, hour: str) -> str:
    """An hour alone is one of today: whoever picks no day means no other."""
    return f"{day or 'today'} {hour}" if hour else day


def _answer(element: Mapping[str, Any]) -> str:
    option = element.get("selected_option") or {}
    said = element.get("value"), element.get("selected_date"), element.get("selected_time"), option.get("value")
    return next((str(one) for one in said if one), "") or _mention(element)


def _mention(element: Mapping[str, Any]) -> str:
    """The person or the channel that was picked."""
    room = element.get("selected_conversation") or element.get("selected_channel")
    person = element.get("selected_user")
    return f"<@{person}>" if person else f"<#{room}>" if room else ""


def _ask(asked: Input) -> Iterator[Object]:
    """The blocks of one input; what is wrong stands above it, where it is read first."""
    if asked.error:
        yield {"type": "section", "text": plain(asked.error)}
    day = None if asked.error else _picked(asked.value)
    if asked.kind in ("date", "moment") and day:
        yield from _pickers(asked, *day)
    else:
        yield _block(asked, asked.name, asked.label, _element(asked), asked.hint)


def _picked(value: str) -> tuple[str, str] | None:
    """The day and the hour of an ISO value, both "" when nothing is typed yet; None: pickers cannot show it."""
    if not value:
        return "", ""
    found = _DAY.fullmatch(value)
    if found is None or not _exists(value):
        return None
    return found[1], found[2] or ""


def _exists(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _pickers(asked: Input, day: str, hour: str) -> Iterator[Object]:
    # Hints are words that could be typed; that of a moment which may stay empty says what an empty one means.
    hint = asked.hint if asked.kind == "moment" and not asked.required else ""
    yield _block(asked, asked.name, asked.label, _picker("datepicker", "initial_date", day), hint)
    if asked.kind == "moment":
        clock = _picker("timepicker", "initial_time", hour)
        yield _block(asked, asked.name + TIME, _("At what hour?"), clock)


def _block(asked: Input, block: str, label: str, element: Object, hint: str = "") -> Object:
    return {
        "type": "input",
        "block_id": block,
        "label": plain(label, ASKED),
        "optional": not asked.required,
        "element": element,
        **({"hint": plain(hint, ASKED)} if hint else {}),
    }


def _element(asked: Input) -> Object:
    options = [one for one in asked.options if 0 < len(one.value) <= OPTION_VALUE]
    # Words that are no option are kept as text, unless what is wrong with them is said: then the choices are shown.
    known = not asked.value or asked.error or any(one.value == asked.value for one in options)
    if asked.kind == "select" and known and 0 < len(options) <= OPTIONS:
        return _select(options, asked.value)
    if asked.kind == "person":
        return _picker("users_select", "initial_user", _id(asked.value, "@"))
    if asked.kind == "channel":
        # Of both selects this one alone offers the private channels that the asking person is in.
        return {**_picker("conversations_select", "initial_conversation", _id(asked.value, "#")), "filter": _ROOMS}
    if asked.kind == "number" and re.fullmatch(r"[0-9]*", asked.value):
        return _typed("number_input", asked.value, is_decimal_allowed=False)
    if asked.kind == "long":
        return _typed("plain_text_input", literal(asked.value), multiline=True, max_length=TYPED)
    return _typed("plain_text_input", one_line(asked.value))


def _id(value: str, sign: str) -> str:
    """The id in a mention, typed or picked before; empty for anything else."""
    found = _MENTION.fullmatch(value.strip())
    return found[2] if found and found[1] == sign else ""


def _picker(kind: str, initial: str, value: str) -> Object:
    return {"type": kind, "action_id": VALUE, **({initial: value} if value else {})}


def _typed(kind: str, value: str, **more: object) -> Object:
    typed = {"initial_value": cut(value, TYPED)} if value else {}
    return {"type": kind, "action_id": VALUE, **more, **typed}


def _select(options: list[Choice], value: str) -> Object:
    shown = {one.value: {"text": plain(one.label, OPTION), "value": one.value} for one in options}
    chosen = {"initial_option": shown[value]} if value in shown else {}
    return {"type": "static_select", "action_id": VALUE, "options": list(shown.values()), **chosen}
