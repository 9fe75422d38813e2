"""Decodes a request's body, and refuses it before Bolt parses it if that could do harm."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

MAX_REQUEST_FIELDS = 100
MAX_JSON_DEPTH = 100
JSON_BRACKETS_PATTERN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


class ForgedRequest(Exception):
    """The request is not from Slack, or is nothing that Slack sends. Carries no details."""


def decode_request_body(raw: bytes, content_type: str) -> str:
    """The body as text. Raises `ForgedRequest` unless it is a form or a JSON object of limited width and depth.

    Raises `ValueError` for text that is not UTF-8 or JSON.
    """
    body = raw.decode()
    if content_type not in ("application/json", "application/x-www-form-urlencoded"):
        raise ForgedRequest
    # Bolt parses a form that begins with a brace as JSON too.
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
    """Whether brackets outside of strings are nested deeper than `MAX_JSON_DEPTH`."""
    # A bracket that closes nothing may lower the count: a JSON parser goes no further than to that.
    depth = 0
    for token in JSON_BRACKETS_PATTERN.finditer(json_text):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > MAX_JSON_DEPTH:
            return True
    return False
