"""What a request's body may be before anything of ours or of Bolt's reads it."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

MOST_FIELDS = 100
DEEPEST = 100
BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


class Forged(Exception):
    """Not from Slack, or not readable as anything Slack sends. Says no more, to nobody."""


def text(raw: bytes, content_type: str) -> str:
    """The body as text, when it can be read without harm: UTF-8, a form or JSON, neither wide nor deep."""
    body = raw.decode()
    if content_type not in ("application/json", "application/x-www-form-urlencoded"):
        raise Forged
    # Bolt takes a form that begins with a brace for JSON too.
    if content_type == "application/json" or body.startswith("{"):
        _check_json(body)
        return body
    if body.count("&") >= MOST_FIELDS:
        raise Forged
    for name, value in parse_qsl(body, keep_blank_values=True):
        if name == "payload":
            _check_json(value)
    return body


def _check_json(written: str) -> None:
    if too_deep(written) or not isinstance(json.loads(written), dict):
        raise Forged


def too_deep(written: str) -> bool:
    """Whether the brackets of a JSON text, outside of its strings, stand deeper in one another than `DEEPEST`."""
    # A bracket that closes nothing may lower the count: the reader of JSON goes no further than to that.
    deep = 0
    for found in BRACKETS.finditer(written):
        deep += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if deep > DEEPEST:
            return True
    return False
