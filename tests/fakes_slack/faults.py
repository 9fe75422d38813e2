"""How Slack's servers can fail to answer."""

from __future__ import annotations

import json
from typing import Any

from tests.fakes_common.failures import Failure, Fault, bad_json, dropped, empty, hang, html, slow, status

__all__ = ["Failure", "Fault", "bad_json", "dropped", "empty", "error", "hang", "html", "limited", "slow", "status"]


def limited(retry_after: str | float | None = 30) -> Failure:
    """429; `retry_after` may be any text, or None for a missing header."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    wait = float(retry_after or 0) if str(retry_after).replace(".", "", 1).isdigit() else 0.0
    return Failure("429", 429, '{"ok":false,"error":"ratelimited"}', headers=headers, wait=wait)


def error(name: str, **more: Any) -> Failure:
    """`ok: false` with this error."""
    return Failure(name, 200, json.dumps({"ok": False, "error": name, **more}))
