"""What Slack would say to what is drawn: slackblocks builds it again, by its rules for each surface.

What slackblocks does not know (the `date` element of rich text, the order of our own limits) is checked here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import slackblocks as sb
from slackblocks import rich_text

DrawnSlackObject = dict[str, Any]
PRESSED_TYPES = ("button", "overflow")
RICH_TEXT_TYPES = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "text", "date"}


def check_slack_payload(drawn: DrawnSlackObject) -> None:
    """Raises when Slack would refuse it."""
    match drawn.get("type", "message"):
        case "message":
            sb.Message("C1", drawn["text"], [_build_slack_block(one) for one in drawn["blocks"]])
            assert 0 < len(drawn["text"]) <= 3000
        case "modal":
            _build_slack_modal(drawn)
        case "home":
            sb.HomeTabView([_build_slack_block(one) for one in drawn["blocks"]])
    for slack_object in iterate_slack_objects(drawn):
        assert slack_object.get("text", "…") != "", "Slack refuses an empty text"
        assert slack_object.get("type") != "rich_text" or _rich_text_chars(slack_object) <= 3000
    names = [one["block_id"] for one in drawn["blocks"] if "block_id" in one]
    pressed = [one["action_id"] for one in iterate_slack_objects(drawn) if one.get("type") in PRESSED_TYPES]
    assert sum(one.get("style") == "primary" for one in iterate_slack_objects(drawn)) <= 1
    assert len(drawn["blocks"]) <= (50 if drawn.get("type", "message") == "message" else 100)
    for counted in (Counter(names), Counter(pressed)):
        assert not [name for name, times in counted.items() if times > 1]


def iterate_slack_objects(drawn: object) -> Iterator[DrawnSlackObject]:
    """Every object in it, the outermost first."""
    if isinstance(drawn, dict):
        yield drawn
        for inner in drawn.values():
            yield from iterate_slack_objects(inner)
    elif isinstance(drawn, list):
        for inner in drawn:
            yield from iterate_slack_objects(inner)


def _rich_text_chars(block: DrawnSlackObject) -> int:
    spans = [
        slack_object for slack_object in iterate_slack_objects(block) if slack_object.get("type") in ("text", "date")
    ]  # a mention is no text of ours
    return sum(len(span["fallback"] if span["type"] == "date" else span["text"]) for span in spans)


def _build_slack_modal(view: DrawnSlackObject) -> None:
    asks = any(one["type"] == "input" for one in view["blocks"])
    assert asks == ("submit" in view), "a modal with inputs has a button to submit them"
    sb.ModalView(
        _build_slack_text(view["title"]),
        [_build_slack_block(one) for one in view["blocks"]],
        close=_build_slack_text(view["close"]),
        submit=_build_slack_text(view["submit"]) if asks else None,
        private_metadata=view["private_metadata"],
        callback_id=view["callback_id"],
    )


def _build_slack_block(block: DrawnSlackObject) -> Any:
    name = block.get("block_id")
    match block["type"]:
        case "rich_text":
            return sb.RichTextBlock([_build_rich_text_part(one) for one in block["elements"]], name)
        case "section":
            return sb.SectionBlock(_build_slack_text(block["text"]), name, accessory=_build_slack_accessory(block))
        case "actions":
            return sb.ActionsBlock([_build_slack_element(one) for one in block["elements"]], name)
        case "header":
            return sb.HeaderBlock(_build_slack_text(block["text"]), name)
        case "input":
            hint = _build_slack_text(block["hint"]) if "hint" in block else None
            return sb.InputBlock(
                _build_slack_text(block["label"]),
                _build_slack_element(block["element"]),
                False,
                name,
                hint,
                block["optional"],
            )
        case "divider":
            return sb.DividerBlock(name)
    raise AssertionError(block["type"])


def _build_slack_accessory(block: DrawnSlackObject) -> Any:
    return _build_slack_element(block["accessory"]) if "accessory" in block else None


def _build_slack_text(said: DrawnSlackObject) -> Any:
    if said["type"] == "mrkdwn":
        assert set(said) == {"type", "text", "verbatim"}
        assert 0 < len(said["text"]) <= 3000
        return sb.Text(said["text"], sb.TextType.MARKDOWN, verbatim=True)
    assert said["type"] == "plain_text"
    assert said["emoji"] is False
    return sb.Text(said["text"], sb.TextType.PLAINTEXT, emoji=False)


def _build_rich_text_part(part: DrawnSlackObject) -> Any:
    match part["type"]:
        case "rich_text_section":
            return rich_text.RichTextSection([_build_rich_text_span(one) for one in part["elements"]])
        case "rich_text_preformatted":
            return rich_text.RichTextCodeBlock([_build_rich_text_span(one) for one in part["elements"]])
        case "rich_text_list":
            return rich_text.RichTextList(part["style"], [_build_rich_text_part(one) for one in part["elements"]])
    raise AssertionError(part["type"])


def _build_rich_text_span(span: DrawnSlackObject) -> Any:
    if span["type"] == "date":
        assert set(span) == {"type", "timestamp", "format", "fallback"}
        assert isinstance(span["timestamp"], int)
        return rich_text.RichText(span["fallback"])
    if span["type"] in ("user", "channel"):
        name = f"{span['type']}_id"
        assert set(span) == {"type", name}
        assert re.fullmatch("[A-Z0-9]+", span[name])
        return rich_text.RichTextUser(span[name]) if name == "user_id" else rich_text.RichTextChannel(span[name])
    assert set(span) <= {"type", "text", "style"}
    return rich_text.RichText(span["text"], **span.get("style", {}))


def _build_slack_element(element: DrawnSlackObject) -> Any:
    action = element["action_id"]
    match element["type"]:
        case "button":
            assert set(element) - {"style"} == {"type", "action_id", "text", "value"}
            style = element.get("style")
            return sb.Button(_build_slack_text(element["text"]), action, value=element["value"], style=style)
        case "overflow":
            return sb.OverflowMenu(action, [_build_slack_option(one) for one in element["options"]])
        case "static_select":
            options = [_build_slack_option(one) for one in element["options"]]
            first = _build_slack_option(element["initial_option"]) if "initial_option" in element else None
            assert first is None or element["initial_option"] in element["options"]
            asked = _build_slack_text(element["placeholder"]) if "placeholder" in element else None
            return sb.StaticSelectMenu(action, options, initial_option=first, placeholder=asked)
        case "datepicker":
            return sb.DatePicker(action, element.get("initial_date"))
        case "timepicker":
            return sb.TimePicker(action, element.get("initial_time"))
        case "users_select":
            assert set(element) <= {"type", "action_id", "initial_user"}
            return sb.UserSelectMenu(action, element.get("initial_user"))
        case "conversations_select":
            assert set(element) <= {"type", "action_id", "initial_conversation", "filter"}
            shown = sb.ConversationFilter(element["filter"]["include"], None, element["filter"]["exclude_bot_users"])
            return sb.ConversationSelectMenu(action, element.get("initial_conversation"), filter=shown)
        case "number_input":
            return sb.NumberInput(element["is_decimal_allowed"], action, element.get("initial_value"))
        case "plain_text_input":
            typed = element.get("initial_value")
            assert typed is None or 0 < len(typed) <= 3000
            assert element.get("multiline") or "\n" not in (typed or "")
            long = element.get("multiline", False)
            return sb.PlainTextInput(action, typed, long, max_length=element.get("max_length"))
    raise AssertionError(element["type"])


def _build_slack_option(option: DrawnSlackObject) -> Any:
    assert set(option) == {"text", "value"}
    return sb.Option(_build_slack_text(option["text"]), option["value"])
