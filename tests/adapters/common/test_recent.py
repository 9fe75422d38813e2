"""What was used lately, in bounded room."""

from __future__ import annotations

from adapters.common.recent import RecentEntries


def test_what_was_put_longest_ago_is_forgotten_first() -> None:
    recent: RecentEntries[str, int] = RecentEntries(2)
    for number, key in enumerate("abab"):
        recent[key] = number
    assert recent["a"] == 2, "looked at, and no longer kept for that"
    recent["c"] = 9
    assert recent == {"b": 3, "c": 9}
