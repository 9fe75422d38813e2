"""What a member sees and what a client would make of it: the oracle for names that try to be more than names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from tests.adapters.slack.checking import DrawnSlackObject, iterate_slack_objects

LITERAL_TEXT_TYPES = {"text", "date", "plain_text", "mrkdwn"}  # the types of object whose text Slack shows as it stands
ALLOWED_SLACK_TYPES = LITERAL_TEXT_TYPES | {
    *("rich_text", "rich_text_section", "rich_text_list", "rich_text_preformatted"),
    *("section", "header", "divider", "actions", "input", "button", "modal", "home"),
    *("overflow", "static_select", "datepicker", "timepicker", "number_input", "plain_text_input"),
    *("users_select", "conversations_select"),
}
BOT_ONLY_KEYS = {
    "type",
    "style",
    "action_id",
    "block_id",
    "callback_id",
    "private_metadata",
    "value",
    "format",
    "initial_value",
}
HTML_ENTITY = re.compile(r"&(?:amp|lt|gt);")
INITIAL_VALUE_KEYS = ("initial_value", "initial_date", "initial_time", "initial_user", "initial_conversation")
SLACK_INVISIBLE_CHARS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


SLACK_DATE_TOKEN = re.compile(r"<!date\^\d+\^\{date_long_pretty\}, \{time\}\|([^<>|^&]*)>")
MRKDWN_FORMAT = re.compile(r"[*_~`]|:[\w+'-]+:|^\s*&gt;|://", re.MULTILINE)


def has_live_mrkdwn(said: str) -> bool:
    """Whether mrkdwn makes anything of it but our own moments."""
    literal = SLACK_DATE_TOKEN.sub("|", said)  # it parts what stands around it: the colons of two words make no emoji
    return bool(re.search("[<>&]", HTML_ENTITY.sub("", literal)) or MRKDWN_FORMAT.search(literal))


def slack_live_marks(drawn: DrawnSlackObject) -> list[str]:
    """Everything in it that Slack would take for more than literal text; [] is what we promise."""
    mrkdwn = [one for one in iterate_slack_objects(drawn) if one.get("type") == "mrkdwn"]
    wrong = [
        f"formats: {text_object['text']}"
        for text_object in mrkdwn
        if text_object.get("verbatim") is not True or has_live_mrkdwn(text_object["text"])
    ]
    found = [
        f"a {kind}"
        for slack_object in iterate_slack_objects(drawn)
        if (kind := slack_object.get("type", "text")) not in ALLOWED_SLACK_TYPES
    ]
    found += wrong
    found += [
        f"emoji in {slack_object['text']}"
        for slack_object in iterate_slack_objects(drawn)
        if slack_object.get("type") == "plain_text" and slack_object["emoji"]
    ]
    found += [
        f"style {slack_object['style']}"
        for slack_object in iterate_slack_objects(drawn)
        if slack_object.get("style", "bullet") not in ("bullet", "primary", "danger", BOLD_STYLE)
    ]
    if isinstance(said := drawn.get("text"), str) and re.search("[<>&]", HTML_ENTITY.sub("", said)):
        found.append(f"not escaped: {said}")
    found += [f"unseen in {said!r}" for said in visible_slack_texts(drawn) if SLACK_INVISIBLE_CHARS.search(said)]
    return found


BOLD_STYLE = {"bold": True}


def visible_slack_texts(drawn: Any) -> Iterator[str]:
    """Every text in it that a member may read."""
    if isinstance(drawn, dict):
        for key, inner in drawn.items():
            if isinstance(inner, str) and key not in BOT_ONLY_KEYS:
                yield inner
            else:
                yield from visible_slack_texts(inner)
    elif isinstance(drawn, list):
        for inner in drawn:
            yield from visible_slack_texts(inner)


def slack_picture(drawn: DrawnSlackObject) -> str:
    """About what a member sees, for people who read golden files. A moment stands in ⟨ ⟩."""
    lines = [f"notification: {html.unescape(line)}" for line in drawn.get("text", "").splitlines()]
    if "title" in drawn:
        lines.append(f"== {drawn['title']['text']} ==")
    for block in drawn["blocks"]:
        lines += ["", *_slack_block_picture_lines(block)]
    if "submit" in drawn or "close" in drawn:
        faces = [drawn[name]["text"] for name in ("close", "submit") if name in drawn]
        lines += ["", "".join(f"[{face}] " for face in faces)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _slack_block_picture_lines(block: DrawnSlackObject) -> list[str]:
    match block["type"]:
        case "rich_text":
            return [line for part in block["elements"] for line in _rich_text_part_lines(part)]
        case "section":
            beside = f"    {_slack_face_picture(block['accessory'])}" if "accessory" in block else ""
            said = block["text"]["text"]
            if block["text"]["type"] == "mrkdwn":
                said = html.unescape(SLACK_DATE_TOKEN.sub(r"⟨\1⟩", said))
            return [said + beside]
        case "header":
            return [f"# {block['text']['text']}"]
        case "divider":
            return ["─" * 40]
        case "actions":
            return [" ".join(map(_slack_face_picture, block["elements"]))]
        case _:
            return _slack_input_picture_lines(block)


def _slack_face_picture(element: DrawnSlackObject) -> str:
    if element["type"] == "button":
        sign = {"primary": "* ", "danger": "! "}.get(element.get("style", ""), "")
        return f"[{sign}{element['text']['text']}]"
    asked = element["placeholder"]["text"] if "placeholder" in element else "⋯"
    return f"▾ {asked}: " + " | ".join(option["text"]["text"] for option in element["options"])


def _rich_text_part_lines(part: DrawnSlackObject) -> list[str]:
    match part["type"]:
        case "rich_text_list":
            return ["• " + "\n  ".join(_rich_text_part_lines(item)) for item in part["elements"]]
        case "rich_text_preformatted":
            return [f"│ {line}" for line in _rich_text_spans(part).split("\n")]
        case _:
            return _rich_text_spans(part).split("\n")


def _rich_text_spans(part: DrawnSlackObject) -> str:
    return "".join(map(_rich_text_span, part["elements"]))


def _rich_text_span(span: DrawnSlackObject) -> str:
    if span["type"] in ("user", "channel"):
        return f"⟨{span['type']} {span[span['type'] + '_id']}⟩"
    return (
        f"⟨{span['fallback']}⟩" if span["type"] == "date" else f"*{span['text']}*" if "style" in span else span["text"]
    )


def _slack_input_picture_lines(block: DrawnSlackObject) -> list[str]:
    element = block["element"]
    chosen = element.get("initial_option", {}).get("text", {}).get("text", "")
    typed = next((element[key] for key in INITIAL_VALUE_KEYS if key in element), chosen)
    options = " | ".join(one["text"]["text"] for one in element.get("options", ()))
    optional = " (optional)" if block["optional"] else ""
    answer = f"  {element['type']}: {typed}" + (f"  of: {options}" if options else "")
    hint = [f"  {block['hint']['text']}"] if "hint" in block else []
    return [block["label"]["text"] + optional, *answer.split("\n"), *hint]
