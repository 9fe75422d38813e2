"""What was used lately, in bounded room."""

from __future__ import annotations

from adapters.common.recent import RecentEntries


def test_what_was_put_longest_ago_is_forgotten_first() -> None:
    recent: RecentEntries[str, int] = RecentEntries(2)
    for number, key in enumerate("abab"):
        recent.put(key, number)
    recent.put("c", 9)
    assert [key for key in "abc" if key in recent] == ["b", "c"]
    assert (recent["b"], recent.get("a"), len(recent)) == (3, None, 2)


def test_what_is_dropped_is_told_to_have_been_there() -> None:
    recent: RecentEntries[str, int] = RecentEntries(2)
    recent.put("a", 0)
    assert (recent.drop("a"), recent.drop("a")) == (True, False)
