"""What Discord would refuse, by its documentation; and a picture of what it shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.adapters.discord.markdown_reader import unescaped_marks, visible_discord_text

DrawnDiscordObject = dict[str, Any]

TEXT_INPUT_TYPE, SELECT_TYPE, TEXT_DISPLAY_TYPE, LABEL_TYPE = 4, 3, 10, 18  # component types
BUTTON_STYLE_SIGNS = {1: "* ", 2: "", 4: "! "}  # primary, grey, red
PICKER_TYPES = {5: "user", 8: "channel"}
DISCORD_INVISIBLE_CHARS = {
    *map(chr, (*range(10), *range(11, 32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
}


def check_discord_payload(drawn: DrawnDiscordObject) -> None:
    """Raises when Discord would refuse it."""
    if "content" in drawn:
        _check_discord_message(drawn)
    else:
        _check_discord_modal(drawn)


def _check_discord_message(drawn: DrawnDiscordObject) -> None:
    assert 0 < len(drawn["content"].strip()) <= len(drawn["content"]) <= 2000
    for embed in drawn["embeds"]:
        assert {"title", "color", "fields", "footer"}.isdisjoint(embed)
        assert 0 < len(embed["description"].strip()) <= len(embed["description"]) <= 4096
    assert len(drawn["components"]) <= 5
    assert all(0 < len(row["components"]) <= 5 for row in drawn["components"])
    pressed = list(iterate_discord_buttons(drawn))
    for button in pressed:
        assert len("st:") < len(button["custom_id"]) <= 100
        if button["type"] == SELECT_TYPE:
            _check_discord_select(button)
        else:
            assert button["type"] == 2
            assert button["style"] in BUTTON_STYLE_SIGNS
            assert 0 < len(button["label"]) <= 80
    assert all(
        len(row["components"]) == 1 or SELECT_TYPE not in [one["type"] for one in row["components"]]
        for row in drawn["components"]
    )
    assert sum(button.get("style") == 1 for button in pressed) <= 1
    assert not [name for name, times in Counter(one["custom_id"] for one in pressed).items() if times > 1]


def _check_discord_select(select: DrawnDiscordObject) -> None:
    assert 0 < len(select["placeholder"]) <= 150
    assert 0 < len(select["options"]) <= 25
    assert len({one["value"] for one in select["options"]}) == len(select["options"])
    assert all(0 < len(one["label"]) <= 100 and 0 < len(one["value"]) <= 97 for one in select["options"])


def _check_discord_modal(drawn: DrawnDiscordObject) -> None:
    assert 0 < len(drawn["title"]) <= 45
    assert len("st:") < len(drawn["custom_id"]) <= 100
    assert 0 < len(drawn["components"]) <= 5
    for component in drawn["components"]:
        if component["type"] == TEXT_DISPLAY_TYPE:
            assert 0 < len(component["content"].strip()) <= len(component["content"]) <= 4000
        else:
            assert component["type"] == LABEL_TYPE
            assert 0 < len(component["label"]) <= 45
            assert 0 < len(component.get("description", "…")) <= 100
            _check_discord_input(component["component"])
    names = [one["component"]["custom_id"] for one in drawn["components"] if "component" in one]
    assert len(set(names)) == len(names)


def _check_discord_input(asked: DrawnDiscordObject) -> None:
    assert 0 < len(asked["custom_id"]) <= 100
    if asked["type"] == SELECT_TYPE:
        assert 0 < len(asked["options"]) <= 25
        assert asked["min_values"] == int(asked["required"])
        assert len({one["value"] for one in asked["options"]}) == len(asked["options"])
        assert sum(one["default"] for one in asked["options"]) <= 1
        assert all(0 < len(one["label"]) <= 100 and 0 < len(one["value"]) <= 100 for one in asked["options"])
    elif asked["type"] in PICKER_TYPES:
        assert (asked["min_values"], asked["max_values"]) == (int(asked["required"]), 1)
        assert [one["type"] for one in asked.get("default_values", [])] in ([], [PICKER_TYPES[asked["type"]]])
    else:
        assert asked["type"] == TEXT_INPUT_TYPE
        assert len(asked.get("value") or "") <= asked["max_length"] <= 4000
        assert asked["style"] == 2 or "\n" not in (asked.get("value") or "")


def iterate_discord_buttons(drawn: DrawnDiscordObject) -> Iterator[DrawnDiscordObject]:
    for row in drawn["components"]:
        yield from row["components"]


def markdown_texts(drawn: DrawnDiscordObject) -> Iterator[str]:
    """The texts in it that a client reads as markdown."""
    if "content" in drawn:
        yield drawn["content"]
        yield from (one["description"] for one in drawn["embeds"])
    else:
        yield from (one["content"] for one in drawn["components"] if one["type"] == TEXT_DISPLAY_TYPE)


def visible_discord_words(drawn: Any) -> Iterator[str]:
    """Every text in it that a person may see."""
    if isinstance(drawn, dict):
        for name, inner in drawn.items():
            unseen = ("custom_id", "value") if "default" in drawn else ("custom_id",)  # what an option stands for
            yield from (visible_discord_words(inner) if name not in unseen else ())
    elif isinstance(drawn, list):
        for inner in drawn:
            yield from visible_discord_words(inner)
    elif isinstance(drawn, str):
        yield drawn


def discord_live_marks(drawn: DrawnDiscordObject) -> list[str]:
    """Everything in it that would be more than the literal text of a card; [] is what we promise."""
    found = [mark for text in markdown_texts(drawn) for mark in unescaped_marks(text)]
    surrogates = [word for word in visible_discord_words(drawn) if any("\ud800" <= char <= "\udfff" for char in word)]
    return (
        found
        + surrogates
        + [f"unseen in {word!r}" for word in visible_discord_words(drawn) if DISCORD_INVISIBLE_CHARS & set(word)]
    )


def discord_picture(drawn: DrawnDiscordObject) -> str:
    """As a member sees it."""
    return (
        "\n".join(_discord_message_picture_lines(drawn) if "content" in drawn else _discord_modal_picture_lines(drawn))
        + "\n"
    )


def _discord_message_picture_lines(drawn: DrawnDiscordObject) -> Iterator[str]:
    yield visible_discord_text(drawn["content"])
    for embed in drawn["embeds"]:
        yield "\n".join(f"┃ {line}" for line in visible_discord_text(embed["description"]).split("\n"))
    for row in drawn["components"]:
        yield " ".join(map(_discord_face_picture, row["components"]))


def _discord_face_picture(shown: DrawnDiscordObject) -> str:
    if shown["type"] == SELECT_TYPE:
        return f"▾ {shown['placeholder']}: " + " | ".join(one["label"] for one in shown["options"])
    return f"[{BUTTON_STYLE_SIGNS[shown['style']]}{shown['label']}]"


def _discord_modal_picture_lines(drawn: DrawnDiscordObject) -> Iterator[str]:
    yield f"{drawn['title']}   ({drawn['custom_id']})"
    for component in drawn["components"]:
        yield ""
        if component["type"] == TEXT_DISPLAY_TYPE:
            yield visible_discord_text(component["content"])
        else:
            asked = component["component"]
            yield component["label"] + ("*" if asked["required"] else "")
            yield from ([component["description"]] if "description" in component else [])
            yield _discord_input_picture(asked)


def _discord_input_picture(asked: DrawnDiscordObject) -> str:
    if asked["type"] == SELECT_TYPE:
        return " ".join(f"({'x' if one['default'] else ' '}) {one['label']}" for one in asked["options"])
    if asked["type"] in PICKER_TYPES:
        return "▾ " + " ".join(str(one["id"]) for one in asked.get("default_values", []))
    box = "▭ " if asked["style"] == 1 else "▤ "
    return box + (asked.get("value") or "").replace("\n", "\n  ")
