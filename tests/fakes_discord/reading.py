"""Messages and forms as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
COMPONENT_ROW, COMPONENT_BUTTON, COMPONENT_SELECT, COMPONENT_TEXT_INPUT = 1, 2, 3, 4
COMPONENT_TEXT_DISPLAY, COMPONENT_LABEL = 10, 18
BUTTON_STYLE_LINK = 5


@dataclass(frozen=True)
class VisibleControl:
    """A button or select as it looks."""

    label: str
    custom_id: str
    kind: int
    disabled: bool
    component: Json


def _embed_lines(embed: Json) -> Iterator[str]:
    yield (embed.get("author") or {}).get("name", "")
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    for embed_field in embed.get("fields") or []:
        yield embed_field["name"]
        yield embed_field["value"]
    yield (embed.get("footer") or {}).get("text", "")


def _inner_components(component: Json) -> list[Json]:
    inner = list(component.get("components") or [])
    return inner + [component[name] for name in ("component", "accessory") if component.get(name)]


def _component_lines(component: Json) -> Iterator[str]:
    kind = component.get("type")
    if kind == COMPONENT_TEXT_DISPLAY:
        yield component.get("content", "")
    if kind == COMPONENT_LABEL:
        yield component.get("label", "")
        yield component.get("description") or ""
    if kind == COMPONENT_TEXT_INPUT:
        yield component.get("label") or ""
        yield component.get("value") or ""
        yield component.get("placeholder") or ""
    for option in component.get("options") or []:
        yield option.get("label", "")
        yield option.get("description") or ""
    for inner in _inner_components(component):
        yield from _component_lines(inner)


def visible_message_text(content: str, embeds: list[Json], components: list[Json]) -> str:
    """What a person reads, one line a piece; the labels of buttons are not text."""
    lines = [content]
    for embed in embeds:
        lines += _embed_lines(embed)
    for component in components:
        lines += _component_lines(component)
    return "\n".join(line for line in lines if line)


def visible_controls(components: list[Json]) -> list[VisibleControl]:
    """All that can be pressed or chosen from, in the order in which it stands."""
    found: list[VisibleControl] = []
    for component in components:
        if component.get("type") in (COMPONENT_BUTTON, COMPONENT_SELECT, 5, 6, 7, 8):
            emoji = (component.get("emoji") or {}).get("name")
            shown = component.get("label") or component.get("placeholder") or emoji or ""
            custom, disabled = component.get("custom_id") or "", bool(component.get("disabled"))
            found.append(VisibleControl(shown, custom, component["type"], disabled, component))
        found += visible_controls(_inner_components(component))
    return found


def modal_inputs(components: list[Json]) -> dict[str, tuple[str, Json]]:
    """The questions of a form by custom_id: what is asked, and the component that takes the answer."""
    found: dict[str, tuple[str, Json]] = {}
    for component in components:
        inner = (
            [component["component"]] if component.get("type") == COMPONENT_LABEL else component.get("components") or []
        )
        for asked in inner:
            found[asked["custom_id"]] = (component.get("label") or asked.get("label") or "", asked)
    return found
