"""What a request's body may be before anything of ours or of Bolt's reads it."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

MAX_REQUEST_FIELDS = 100
MAX_JSON_DEPTH = 100
JSON_BRACKETS_PATTERN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


class ForgedRequest(Exception):
    """Not from Slack, or not readable as anything Slack sends. Says no more, to nobody."""


def decode_request_body(raw: bytes, content_type: str) -> str:
    """The body as text, when it can be read without harm: UTF-8, a form or JSON, neither wide nor deep."""
    body = raw.decode()
    if content_type not in ("application/json", "application/x-www-form-urlencoded"):
        raise ForgedRequest
    # Bolt takes a form that begins with a brace for JSON too.
    if content_type == "application/json" or body.startswith("{"):
        _check_json_object(body)
        return body
    if body.count("&") >= MAX_REQUEST_FIELDS:
        raise ForgedRequest
    for name, value in parse_qsl(body, keep_blank_values=True):
        if name == "payload":
            _check_json_object(value)
    return body


def _check_json_object(json_text: str) -> None:
    if is_json_too_deep(json_text) or not isinstance(json.loads(json_text), dict):
        raise ForgedRequest


def is_json_too_deep(json_text: str) -> bool:
    """Whether the brackets of a JSON text, outside of its strings, stand deeper in one another than `DEEPEST`."""
    # A bracket that closes nothing may lower the count: the reader of JSON goes no further than to that.
    deep = 0
    for found in JSON_BRACKETS_PATTERN.finditer(json_text):
        deep += {"[": 1, "{": 1, "]": -1, "}": -1}.get(found[0], 0)
        if deep > MAX_JSON_DEPTH:
            return True
    return False
