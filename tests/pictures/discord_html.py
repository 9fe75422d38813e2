"""What Discord's clients make of our payloads, as HTML: messages and modals."""

from __future__ import annotations

import re
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from tests.adapters.discord.markdown_reader import BOLD_MARKDOWN, DISCORD_TIMESTAMP, FENCED_BLOCK, LIST_ITEM

DiscordJson = dict[str, Any]

DISCORD_CSS = """
:root { --paper: #fff; --ink: #313338; --quiet: #5c5e66; --line: #ccc; --wash: #f2f3f5; --grey: #e3e5e8 }
.dark { --paper: #1a1a1e; --ink: #dfe0e2; --quiet: #94959c; --line: #3b3c41; --wash: #2b2d31; --grey: #3c3d43 }
.frame { font: 16px/1.35 'gg sans', 'Noto Sans', sans-serif }
ul { margin: 0; padding-left: 20px } pre { background: var(--wash); border: 1px solid var(--line); padding: 8px;
  border-radius: 4px; white-space: pre-wrap; font: 14px/1.3 monospace; margin: 6px 0 }
.text { white-space: pre-wrap } .moment { background: var(--wash); padding: 0 2px; border-radius: 3px }
.mention { background: #5865f233; color: #7984f5 } .embed { background: var(--wash); border-left: 4px solid var(--line);
  border-radius: 4px; padding: 8px 12px; margin: 6px 0; white-space: pre-wrap }
.row { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 }
.button { border-radius: 8px; padding: 7px 14px; background: var(--grey); font-size: 14px }
.s1 { background: #5865f2; color: #fff } .s4 { background: #da373c; color: #fff }
.select, .box { border: 1px solid var(--line); border-radius: 8px; padding: 8px 12px; flex: 1; color: var(--quiet) }
.box { color: var(--ink); min-height: 20px; white-space: pre-wrap } .tall { min-height: 70px }
.options { color: var(--quiet); font-size: 12px; width: 100% }
label { display: block; font-weight: 600; margin-top: 14px }
.hint { color: var(--quiet); font-size: 14px } h2 { font-size: 20px; margin: 0 0 8px }
.bar { display: flex; gap: 8px; justify-content: flex-end; margin-top: 16px }
"""
_PICTURE_ZONE = ZoneInfo("Europe/Berlin")
_LIST_INDENT = re.compile(r"\n +")
_INLINE = re.compile(
    rf"(?P<moment>{DISCORD_TIMESTAMP.pattern})|(?P<bold>{BOLD_MARKDOWN.pattern})"
    r"|(?P<mention><[@#]\d+>)|\\(?P<literal>[^0-9A-Za-z\s])"
)


def discord_surface_html(drawn: DiscordJson) -> str:
    """A message with its author, or a modal with its buttons."""
    if "title" in drawn:
        inputs = "".join(map(_modal_part_html, drawn["components"]))
        bar = '<div class="bar"><div class="button">Cancel</div><div class="button s1">Submit</div></div>'
        return f"<h2>{escape(drawn['title'])}</h2>{inputs}{bar}"
    embeds = "".join(f'<div class="embed">{_markdown_html(embed["description"])}</div>' for embed in drawn["embeds"])
    rows = "".join(
        f'<div class="row">{"".join(map(_component_html, row["components"]))}</div>' for row in drawn["components"]
    )
    content = f'<div class="text">{_markdown_html(drawn["content"])}</div>'
    return f'<div class="author">stalemate <small>APP 10:00</small></div>{content}{embeds}{rows}'


def discord_notification_text(drawn: DiscordJson) -> str:
    """What a phone shows of it while it is locked. Empty: it notifies nobody."""
    return str(drawn.get("content", ""))


def _markdown_html(text: str) -> str:
    parts, at = [], 0
    while at < len(text):
        starts_line = at == 0 or text[at - 1] == "\n"
        if found := FENCED_BLOCK.match(text, at):
            parts.append(f"<pre>{escape(found[1])}</pre>")
        elif starts_line and (found := LIST_ITEM.match(text, at)):
            parts.append(f"<ul><li>{_inline_html(_LIST_INDENT.sub(chr(10), found[2]))}</li></ul>")
        else:
            found = re.compile(r"[\s\S](?:(?!```|\n)[\s\S])*\n?").match(text, at)
            assert found
            parts.append(_inline_html(found[0]))
        at = found.end()
    return "".join(parts)


def _inline_html(text: str) -> str:
    parts, at = [], 0
    for found in _INLINE.finditer(text):
        parts += [escape(text[at : found.start()]), _mark_html(found)]
        at = found.end()
    return "".join([*parts, escape(text[at:])])


def _mark_html(found: re.Match[str]) -> str:
    if found["moment"]:
        mark = DISCORD_TIMESTAMP.fullmatch(found["moment"])
        assert mark
        local = datetime.fromtimestamp(int(mark[1]), _PICTURE_ZONE)
        words = "in 2 days" if mark[2] == "R" else f"{local:%A}, {local.day} {local:%B %Y at %H:%M}"
        return f'<span class="moment">{words}</span>'
    if found["bold"]:
        inner = BOLD_MARKDOWN.fullmatch(found["bold"])
        assert inner
        return f"<b>{_inline_html(inner[1])}</b>"
    if found["mention"]:
        return f'<span class="mention">{escape(found["mention"][1:-1])}</span>'
    return escape(found["literal"])


def _component_html(component: DiscordJson) -> str:
    if component["type"] == 2:
        return f'<div class="button s{component["style"]}">{escape(component["label"])}</div>'
    options = " · ".join(option["label"] for option in component["options"])
    return (
        f'<div class="select">{escape(component["placeholder"])} ▾</div><div class="options">▾ {escape(options)}</div>'
    )


def _modal_part_html(part: DiscordJson) -> str:
    if "component" not in part:
        return f'<div class="text">{_markdown_html(part["content"])}</div>'
    asked = part["component"]
    chosen = [option["label"] for option in asked.get("options", []) if option.get("default")]
    value = str(asked.get("value") or " ".join(chosen))
    sign = "" if asked["type"] == 4 else " ▾"
    hint = f'<div class="hint">{escape(part["description"])}</div>' if part.get("description") else ""
    label = escape(part["label"]) + (" *" if asked.get("required") else "")
    tall = " tall" if asked.get("style") == 2 else ""
    return f'<label>{label}</label>{hint}<div class="box{tall}">{escape(value)}{sign}</div>'
