"""What Discord would refuse, by its documentation; and a picture of what it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.adapters.discord.reading import marks, shown

Object = dict[str, Any]

TEXT_INPUT, SELECT, TEXT_DISPLAY, LABEL = 4, 3, 10, 18  # component types
PICKERS = {5: "user", 8: "channel"}
UNSEEN = {*map(chr, (*range(10), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))}


def check(drawn: Object) -> None:
    """Raises when Discord would refuse it."""
    if "content" in drawn:
        _message(drawn)
    else:
        _modal(drawn)


def _message(drawn: Object) -> None:
    assert 0 < len(drawn["content"].strip()) <= len(drawn["content"]) <= 2000
    for one in drawn["embeds"]:
        assert {"title", "color", "fields", "footer"}.isdisjoint(one)
        assert 0 < len(one["description"].strip()) <= len(one["description"]) <= 4096
    assert len(drawn["components"]) <= 5
    assert all(0 < len(row["components"]) <= 5 for row in drawn["components"])
    pressed = list(buttons(drawn))
    for one in pressed:
        assert (one["type"], one["style"]) == (2, 2)
        assert 0 < len(one["label"]) <= 80
        assert len("st:") < len(one["custom_id"]) <= 100
    assert not [name for name, times in Counter(one["custom_id"] for one in pressed).items() if times > 1]


def _modal(drawn: Object) -> None:
    assert 0 < len(drawn["title"]) <= 45
    assert len("st:") < len(drawn["custom_id"]) <= 100
    assert 0 < len(drawn["components"]) <= 5
    for one in drawn["components"]:
        if one["type"] == TEXT_DISPLAY:
            assert 0 < len(one["content"].strip()) <= len(one["content"]) <= 4000
        else:
            assert one["type"] == LABEL
            assert 0 < len(one["label"]) <= 45
            assert 0 < len(one.get("description", "…")) <= 100
            _input(one["component"])
    names = [one["component"]["custom_id"] for one in drawn["components"] if "component" in one]
    assert len(set(names)) == len(names)


def _input(asked: Object) -> None:
    assert 0 < len(asked["custom_id"]) <= 100
    if asked["type"] == SELECT:
        assert 0 < len(asked["options"]) <= 25
        assert asked["min_values"] == int(asked["required"])
        assert len({one["value"] for one in asked["options"]}) == len(asked["options"])
        assert sum(one["default"] for one in asked["options"]) <= 1
        assert all(0 < len(one["label"]) <= 100 and 0 < len(one["value"]) <= 100 for one in asked["options"])
    elif asked["type"] in PICKERS:
        assert (asked["min_values"], asked["max_values"]) == (int(asked["required"]), 1)
        assert [one["type"] for one in asked.get("default_values", [])] in ([], [PICKERS[asked["type"]]])
    else:
        assert asked["type"] == TEXT_INPUT
        assert len(asked.get("value") or "") <= asked["max_length"] <= 4000
        assert asked["style"] == 2 or "\n" not in (asked.get("value") or "")


def buttons(drawn: Object) -> Iterator[Object]:
    for row in drawn["components"]:
        yield from row["components"]


def texts(drawn: Object) -> Iterator[str]:
    """The texts in it that a client reads as markdown."""
    if "content" in drawn:
        yield drawn["content"]
        yield from (one["description"] for one in drawn["embeds"])
    else:
        yield from (one["content"] for one in drawn["components"] if one["type"] == TEXT_DISPLAY)


def words(drawn: Any) -> Iterator[str]:
    """Every text in it that a person may see."""
    if isinstance(drawn, dict):
        for name, inner in drawn.items():
            unseen = ("custom_id", "value") if "default" in drawn else ("custom_id",)  # what an option stands for
            yield from (words(inner) if name not in unseen else ())
    elif isinstance(drawn, list):
        for inner in drawn:
            yield from words(inner)
    elif isinstance(drawn, str):
        yield drawn


def live(drawn: Object) -> list[str]:
    """Everything in it that would be more than the literal text of a card; [] is what we promise."""
    found = [mark for text in texts(drawn) for mark in marks(text)]
    surrogates = [word for word in words(drawn) if any("\ud800" <= char <= "\udfff" for char in word)]
    return found + surrogates + [f"unseen in {word!r}" for word in words(drawn) if UNSEEN & set(word)]


def picture(drawn: Object) -> str:
    """As a member sees it."""
    return "\n".join(_seen(drawn) if "content" in drawn else _asked(drawn)) + "\n"


def _seen(drawn: Object) -> Iterator[str]:
    yield shown(drawn["content"])
    for one in drawn["embeds"]:
        yield "\n".join(f"┃ {line}" for line in shown(one["description"]).split("\n"))
    for row in drawn["components"]:
        yield " ".join(f"[{one['label']}]" for one in row["components"])


def _asked(drawn: Object) -> Iterator[str]:
    yield f"{drawn['title']}   ({drawn['custom_id']})"
    for one in drawn["components"]:
        yield ""
        if one["type"] == TEXT_DISPLAY:
            yield shown(one["content"])
        else:
            asked = one["component"]
            yield one["label"] + ("*" if asked["required"] else "")
            yield from ([one["description"]] if "description" in one else [])
            yield _answer(asked)


def _answer(asked: Object) -> str:
    if asked["type"] == SELECT:
        return " ".join(f"({'x' if one['default'] else ' '}) {one['label']}" for one in asked["options"])
    if asked["type"] in PICKERS:
        return "▾ " + " ".join(str(one["id"]) for one in asked.get("default_values", []))
    box = "▭ " if asked["style"] == 1 else "▤ "
    return box + (asked.get("value") or "").replace("\n", "\n  ")
