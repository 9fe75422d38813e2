"""How reminders stand, in a host's words. What is found comes as JSON holds it, from `bot.delivery.report.plain`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

COUNTS = {"due": "due", "waiting": "waiting", "sending": "sending", "uncertain": "uncertain", "parked": "given up"}
KINDS = {
    "call": "call question",
    "club": "word of the club",
    "may": "may follow up",
    "stalemate": "someone else",
    "later": "said later",
    "patience": "please wait",
    "basket": "weekly message",
    "quiet": "goodbye",
    "post": "post in the channel",
}
MARKS = "The letters behind “member” are a mark, not their id; the same mark is the same member."
RETRY = "“stalemate deliveries retry” sends them on their way again."
WHY_NOT = {
    "none": "None is given up, so there is nothing to send again.",
    "over": "What is given up is too old to send. It is kept for you to see.",
    "waits": "All that can be sent again wait their turn: each member gets one at a time. Run this again later.",
}
WHY_NOT_THIS = {
    "unknown": "No reminder of this id is given up: it was delivered meanwhile, or the id is mistyped. "
    "“stalemate deliveries” lists those that are.",
    "moving": "This one is on its way already.",
    "over": "This one is too old to send. It is kept for you to see.",
    "waits": "This one waits its turn: each member gets one at a time. Run this again later.",
}


def told(found: Mapping[str, Any], zone: str = "UTC") -> str:
    """The table of `stalemate deliveries`, with its times in this zone."""
    lines = [_line(name, state, zone) for name, state in sorted(found["platforms"].items())]
    parked = [_row(one, zone) for one in found["parked"]]
    if parked:
        retry = [RETRY] if not all(one["over"] for one in found["parked"]) else []
        parked = ["", "Given up, and kept:", *parked, "", MARKS, *retry]
    return "\n".join([*(lines or ["Nobody has a book yet."]), *parked])


def told_of_retry(found: Mapping[str, Any], wanted: str = "") -> str:
    """What became of `stalemate deliveries retry`, for one (`wanted`: its id) or for all."""
    if again := found["again"]:
        left = found.get("left", 0)
        more = f" {left} more can follow: run this again later, for each member gets one at a time." if left else ""
        return f"On {'its' if again == 1 else 'their'} way again: {_count(again, 'reminder')}.{more}"
    return (WHY_NOT_THIS if wanted else WHY_NOT)[found.get("why", "waits")]


def _line(name: str, state: Mapping[str, Any], zone: str) -> str:
    counts = ", ".join(f"{state[kind]} {word}" for kind, word in COUNTS.items())
    since = f"; the oldest since {_time(state['oldest'], zone)}" if state["oldest"] else ""
    if not any(state[kind] for kind in COUNTS):
        counts = "nothing is on its way" if state["unreachable"] else "all is delivered."
    return f"{name}: {counts}{since}{_closed(state['unreachable'])}"


def _closed(members: int) -> str:
    if not members:
        return ""
    whose = "1 member's direct messages are" if members == 1 else f"{members} members' direct messages are"
    return f"; {whose} closed (nothing for you to do)"


def _row(one: Mapping[str, Any], zone: str) -> str:
    over = "; too old to send; kept for you to see" if one["over"] else ""
    kinds = ", ".join(KINDS.get(kind, kind) for kind in one["kinds"])
    tried = "once" if one["tries"] == 1 else f"{one['tries']} times"
    whose = f"{one['platform']}, member {one['member']}"
    return f"  {one['id']}  {whose}: {kinds}; since {_time(one['since'], zone)}, tried {tried}{over}"


def _time(iso: str, zone: str) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"
