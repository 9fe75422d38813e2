"""What a member sees and what a client would make of it: the oracle for names that try to be more than names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from tests.adapters.slack.checking import Object, objects

LITERAL = {"text", "date", "plain_text", "mrkdwn"}  # the types of object whose text Slack shows as it stands
BUILT_OF = LITERAL | {
    *("rich_text", "rich_text_section", "rich_text_list", "rich_text_preformatted"),
    *("section", "header", "divider", "actions", "input", "button", "modal", "home"),
    *("static_select", "datepicker", "timepicker", "number_input", "plain_text_input"),
    *("users_select", "conversations_select"),
}
OURS = {"type", "style", "action_id", "block_id", "callback_id", "private_metadata", "value", "format", "initial_value"}
ENTITY = re.compile(r"&(?:amp|lt|gt);")
INITIAL = ("initial_value", "initial_date", "initial_time", "initial_user", "initial_conversation")
UNSEEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


TOKEN = re.compile(r"<!date\^\d+\^\{date_long_pretty\}, \{time\}\|([^<>|^&]*)>")
FORMAT = re.compile(r"[*_~`]|:[\w+'-]+:|^\s*&gt;|://", re.MULTILINE)


def marked(said: str) -> bool:
    """Whether mrkdwn makes anything of it but our own moments."""
    literal = TOKEN.sub("|", said)  # it parts what stands around it: the colons of two words make no emoji
    return bool(re.search("[<>&]", ENTITY.sub("", literal)) or FORMAT.search(literal))


def live(drawn: Object) -> list[str]:
    """Everything in it that Slack would take for more than literal text; [] is what we promise."""
    mrkdwn = [one for one in objects(drawn) if one.get("type") == "mrkdwn"]
    wrong = [f"formats: {one['text']}" for one in mrkdwn if one.get("verbatim") is not True or marked(one["text"])]
    found = [f"a {kind}" for one in objects(drawn) if (kind := one.get("type", "text")) not in BUILT_OF]
    found += wrong
    found += [f"emoji in {one['text']}" for one in objects(drawn) if one.get("type") == "plain_text" and one["emoji"]]
    found += [f"style {one['style']}" for one in objects(drawn) if one.get("style", "bullet") not in ("bullet", BOLD)]
    if isinstance(said := drawn.get("text"), str) and re.search("[<>&]", ENTITY.sub("", said)):
        found.append(f"not escaped: {said}")
    found += [f"unseen in {said!r}" for said in shown(drawn) if UNSEEN.search(said)]
    return found


BOLD = {"bold": True}


def shown(drawn: Any) -> Iterator[str]:
    """Every text in it that a member may read."""
    if isinstance(drawn, dict):
        for key, inner in drawn.items():
            if isinstance(inner, str) and key not in OURS:
                yield inner
            else:
                yield from shown(inner)
    elif isinstance(drawn, list):
        for inner in drawn:
            yield from shown(inner)


def picture(drawn: Object) -> str:
    """About what a member sees, for people who read golden files. A moment stands in ⟨ ⟩."""
    lines = [f"notification: {html.unescape(line)}" for line in drawn.get("text", "").splitlines()]
    if "title" in drawn:
        lines.append(f"== {drawn['title']['text']} ==")
    for block in drawn["blocks"]:
        lines += ["", *_seen(block)]
    if "submit" in drawn or "close" in drawn:
        faces = [drawn[name]["text"] for name in ("close", "submit") if name in drawn]
        lines += ["", "".join(f"[{face}] " for face in faces)]
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _seen(block: Object) -> list[str]:
    match block["type"]:
        case "rich_text":
            return [line for part in block["elements"] for line in _part(part)]
        case "section":
            beside = f"    [{block['accessory']['text']['text']}]" if "accessory" in block else ""
            said = block["text"]["text"]
            if block["text"]["type"] == "mrkdwn":
                said = html.unescape(TOKEN.sub(r"⟨\1⟩", said))
            return [said + beside]
        case "header":
            return [f"# {block['text']['text']}"]
        case "divider":
            return ["─" * 40]
        case "actions":
            return [" ".join(f"[{one['text']['text']}]" for one in block["elements"])]
        case _:
            return _question(block)


def _part(part: Object) -> list[str]:
    match part["type"]:
        case "rich_text_list":
            return ["• " + "\n  ".join(_part(item)) for item in part["elements"]]
        case "rich_text_preformatted":
            return [f"│ {line}" for line in _spans(part).split("\n")]
        case _:
            return _spans(part).split("\n")


def _spans(part: Object) -> str:
    return "".join(map(_span, part["elements"]))


def _span(one: Object) -> str:
    if one["type"] in ("user", "channel"):
        return f"⟨{one['type']} {one[one['type'] + '_id']}⟩"
    return f"⟨{one['fallback']}⟩" if one["type"] == "date" else f"*{one['text']}*" if "style" in one else one["text"]


def _question(block: Object) -> list[str]:
    element = block["element"]
    chosen = element.get("initial_option", {}).get("text", {}).get("text", "")
    typed = next((element[key] for key in INITIAL if key in element), chosen)
    options = " | ".join(one["text"]["text"] for one in element.get("options", ()))
    optional = " (optional)" if block["optional"] else ""
    answer = f"  {element['type']}: {typed}" + (f"  of: {options}" if options else "")
    hint = [f"  {block['hint']['text']}"] if "hint" in block else []
    return [block["label"]["text"] + optional, *answer.split("\n"), *hint]
