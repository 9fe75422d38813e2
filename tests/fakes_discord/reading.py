"""Messages and forms as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
ROW, BUTTON, SELECT, TEXT_INPUT, SECTION, TEXT, CONTAINER, LABEL = 1, 2, 3, 4, 9, 10, 17, 18
LINK = 5


@dataclass(frozen=True)
class Face:
    """A button or select as it looks."""

    label: str
    custom_id: str
    kind: int
    style: int
    disabled: bool
    component: Json


def _embed(embed: Json) -> Iterator[str]:
    yield (embed.get("author") or {}).get("name", "")
    yield embed.get("title") or ""
    yield embed.get("description") or ""
    for one in embed.get("fields") or []:
        yield one["name"]
        yield one["value"]
    yield (embed.get("footer") or {}).get("text", "")


def _inside(component: Json) -> list[Json]:
    inner = list(component.get("components") or [])
    return inner + [component[name] for name in ("component", "accessory") if component.get(name)]


def _component(component: Json) -> Iterator[str]:
    kind = component.get("type")
    if kind == TEXT:
        yield component.get("content", "")
    if kind == LABEL:
        yield component.get("label", "")
        yield component.get("description") or ""
    if kind == TEXT_INPUT:
        yield component.get("label") or ""
        yield component.get("value") or ""
        yield component.get("placeholder") or ""
    for option in component.get("options") or []:
        yield option.get("label", "")
        yield option.get("description") or ""
    for inner in _inside(component):
        yield from _component(inner)


def said(content: str, embeds: list[Json], components: list[Json]) -> str:
    """What a person reads, one line a piece; the labels of buttons are not text."""
    lines = [content]
    for embed in embeds:
        lines += _embed(embed)
    for component in components:
        lines += _component(component)
    return "\n".join(line for line in lines if line)


def faces(components: list[Json]) -> list[Face]:
    """All that can be pressed or chosen from, in the order in which it stands."""
    found: list[Face] = []
    for component in components:
        if component.get("type") in (BUTTON, SELECT, 5, 6, 7, 8):
            shown = (
                component.get("label")
                or component.get("placeholder")
                or (component.get("emoji") or {}).get("name")
                or ""
            )
            custom = component.get("custom_id") or ""
            found.append(
                Face(
                    shown,
                    custom,
                    component["type"],
                    component.get("style", 0),
                    bool(component.get("disabled")),
                    component,
                )
            )
        found += faces(_inside(component))
    return found


def inputs(components: list[Json]) -> dict[str, tuple[str, Json]]:
    """The questions of a form by custom_id: what is asked, and the component that takes the answer."""
    found: dict[str, tuple[str, Json]] = {}
    for component in components:
        inner = [component["component"]] if component.get("type") == LABEL else component.get("components") or []
        for asked in inner:
            found[asked["custom_id"]] = (component.get("label") or asked.get("label") or "", asked)
    return found
