"""What Slack's clients make of our payloads, as HTML: messages, modals and the home."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

SlackJson = dict[str, Any]

SLACK_CSS = """
:root { --paper: #fff; --ink: #1d1c1d; --quiet: #616061; --line: #bbb; --wash: #f8f8f8; --link: #1264a3 }
.dark { --paper: #1a1d21; --ink: #d1d2d3; --quiet: #ababad; --line: #565856; --wash: #222529; --link: #1d9bd1 }
.frame { font: 15px/1.46 Lato, 'Noto Sans', sans-serif }
h2 { font-size: 18px; margin: 10px 0 2px } hr { border: 0; border-top: 1px solid var(--line); margin: 12px 0 }
ul { margin: 4px 0; padding-left: 22px } pre { background: var(--wash); border: 1px solid var(--line); padding: 8px;
  white-space: pre-wrap; border-radius: 4px; font: 12px/1.5 monospace; margin: 4px 0 }
.block { margin: 6px 0 } .beside { display: flex; gap: 12px; justify-content: space-between; align-items: start }
.beside > :first-child { flex: 1 } .actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
.button, .select { border: 1px solid var(--line); border-radius: 4px; padding: 4px 12px; font-weight: 700;
  background: var(--paper); max-width: 220px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.select { font-weight: 400; color: var(--quiet) } .primary { background: #007a5a; border-color: #007a5a; color: #fff }
.danger { background: #e01e5a; border-color: #e01e5a; color: #fff } .mention { color: var(--link) }
.beside .button { max-width: 130px } .options { color: var(--quiet); font-size: 12px; margin: 2px 0 8px }
.input label { display: block; font-weight: 700; margin-top: 14px } .hint { color: var(--quiet); font-size: 13px }
.box { border: 1px solid var(--line); border-radius: 4px; padding: 6px 10px; min-height: 22px; white-space: pre-wrap }
.tall { min-height: 66px } .bar { display: flex; justify-content: space-between; font-weight: 700; padding-bottom: 8px;
  border-bottom: 1px solid var(--line); margin-bottom: 8px } .bar span { font-weight: 400; color: var(--quiet) }
"""
_CONTROL = re.compile(r"<(!date\^[^|>]*\||[@#])([^>]*)>")


def slack_surface_html(drawn: SlackJson) -> str:
    """A message with its author, a modal with its bars, or the home."""
    blocks = "".join(map(_block_html, drawn["blocks"]))
    kind = drawn.get("type", "message")
    if kind == "home":
        return f'<div class="bar">stalemate <span>Home · Messages · About</span></div>{blocks}'
    if kind == "modal":
        submit = drawn["submit"]["text"] if "submit" in drawn else ""
        close, title = escape(drawn["close"]["text"]), escape(drawn["title"]["text"])
        bar = f"<span>{close}</span>{title}<span>{escape(submit)}</span>"
        return f'<div class="bar">{bar}</div>{blocks}'
    return f'<div class="author">stalemate <small>APP 10:00</small></div>{blocks}'


def slack_notification_text(drawn: SlackJson) -> str:
    """What a phone shows of it while it is locked. Empty: it notifies nobody."""
    return unescape(str(drawn.get("text", "")))


def _block_html(block: SlackJson) -> str:
    match block["type"]:
        case "rich_text":
            return "".join(map(_rich_part_html, block["elements"]))
        case "section":
            beside = _element_html(block["accessory"]) if "accessory" in block else ""
            return f'<div class="block beside"><div>{_text_html(block["text"])}</div>{beside}</div>'
        case "header":
            return f"<h2>{_text_html(block['text'])}</h2>"
        case "divider":
            return "<hr>"
        case "actions":
            options = "".join(map(_options_html, block["elements"]))
            return f'<div class="actions">{"".join(map(_element_html, block["elements"]))}</div>{options}'
    hint = f'<div class="hint">{_text_html(block["hint"])}</div>' if "hint" in block else ""
    optional = " <small>(optional)</small>" if block.get("optional") else ""
    label = f"<label>{_text_html(block['label'])}{optional}</label>"
    return f'<div class="input">{label}{_element_html(block["element"])}{hint}</div>'


def _rich_part_html(part: SlackJson) -> str:
    match part["type"]:
        case "rich_text_list":
            return f"<ul>{''.join(f'<li>{_spans_html(item)}</li>' for item in part['elements'])}</ul>"
        case "rich_text_preformatted":
            return f"<pre>{_spans_html(part)}</pre>"
    return f'<div class="block">{_spans_html(part)}</div>'


def _spans_html(part: SlackJson) -> str:
    return "".join(map(_span_html, part["elements"]))


def _span_html(span: SlackJson) -> str:
    if span["type"] in ("user", "channel"):
        sign = "@" if span["type"] == "user" else "#"
        return f'<span class="mention">{sign}{escape(span[span["type"] + "_id"])}</span>'
    text = escape(span["fallback"] if span["type"] == "date" else span["text"]).replace("\n", "<br>")
    return f"<b>{text}</b>" if span.get("style") else text


def _text_html(text: SlackJson) -> str:
    if text["type"] == "plain_text":
        return escape(text["text"])
    readable = _CONTROL.sub(lambda found: found[2] if found[1].startswith("!") else found[1] + found[2], text["text"])
    return escape(unescape(readable)).replace("\n", "<br>")


def _element_html(element: SlackJson) -> str:
    match element["type"]:
        case "button":
            return f'<div class="button {element.get("style", "")}">{_text_html(element["text"])}</div>'
        case "overflow":
            return '<div class="button">⋯</div>'
        case "static_select":
            chosen = element.get("initial_option", {}).get("text") or element.get("placeholder")
            return f'<div class="select">{_text_html(chosen) if chosen else "Choose an option"} ▾</div>'
    initial = next((str(value) for name, value in element.items() if name.startswith("initial_")), "")
    tall = " tall" if element.get("multiline") else ""
    sign = {"datepicker": "📅 ", "timepicker": "🕒 "}.get(element["type"], "")
    return f'<div class="box{tall}">{sign}{escape(initial)}</div>'


def _options_html(element: SlackJson) -> str:
    """The options of a menu, which a member sees once it is opened."""
    options = [option["text"]["text"] for option in element.get("options", [])]
    return f'<div class="options">▾ {escape(" · ".join(options))}</div>' if options else ""
