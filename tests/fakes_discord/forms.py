"""What a person fills in, as Discord hands it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes_discord import resolved
from tests.fakes_discord.options import DiscordClientRefusal
from tests.fakes_discord.reading import (
    COMPONENT_LABEL,
    COMPONENT_SELECT,
    COMPONENT_TEXT_DISPLAY,
    COMPONENT_TEXT_INPUT,
    modal_inputs,
)
from tests.fakes_discord.resolved import CHANNEL_SELECT, USER_SELECT
from tests.fakes_discord.state import DiscordChannel, DiscordModal, Json, walk_components, with_component_numbers

if TYPE_CHECKING:
    from tests.fakes_discord.world import DiscordWorld


def _chosen_values(asked: Json, given: Any) -> list[str]:
    wanted = [given] if isinstance(given, str | int) else list(given or [])
    if asked["type"] in (USER_SELECT, CHANNEL_SELECT):
        return [str(one) for one in wanted if one]
    values = []
    for choice in wanted:
        found = [option["value"] for option in asked["options"] if choice in (option["value"], option["label"])]
        if not found:
            raise DiscordClientRefusal(f"no option {choice!r} in {asked['custom_id']!r}")
        values.append(found[0])
    return values


def preset_answer(asked: Json) -> Any:
    """What is in a field before anybody touches it."""
    if asked["type"] == COMPONENT_TEXT_INPUT:
        return asked.get("value") or ""
    if asked["type"] in (USER_SELECT, CHANNEL_SELECT):
        return [str(one["id"]) for one in asked.get("default_values") or []]
    return [option["value"] for option in asked.get("options") or [] if option.get("default")]


def _text_answer(asked: Json, given: Any) -> str:
    value = str(given)
    if asked.get("required", True) and not value:
        raise DiscordClientRefusal(f"{asked['custom_id']!r} must be filled in")
    least, most = asked.get("min_length") or 0, asked.get("max_length") or 4000
    if value and not least <= len(value) <= most:
        raise DiscordClientRefusal(f"{asked['custom_id']!r} takes {least} to {most} characters")
    return value


def _component_answer(asked: Json, given: Any) -> Json:
    """One component with its answer, checked as the client checks it."""
    shown = {"type": asked["type"], "id": asked["id"], "custom_id": asked["custom_id"]}
    kind = asked["type"]
    if kind == COMPONENT_TEXT_INPUT:
        return shown | {"value": _text_answer(asked, given)}
    if kind not in (COMPONENT_SELECT, USER_SELECT, CHANNEL_SELECT):
        raise DiscordClientRefusal(f"the fake cannot fill in a component of type {kind}")
    values = _chosen_values(asked, given)
    least = asked.get("min_values", 1) if asked.get("required", True) else 0
    if not least <= len(values) <= (asked.get("max_values") or 1):
        raise DiscordClientRefusal(f"{asked['custom_id']!r} takes another number of choices than {len(values)}")
    return shown | {"values": values}


def _answers_by_custom_id(modal: DiscordModal, given: Json) -> Json:
    """Answers by custom_id; a person names a field by what it asks too."""
    asked = modal_inputs(modal.components)
    answers: Json = {}
    for name, value in given.items():
        found = [custom for custom, (label, _) in asked.items() if name in (custom, label)]
        if not found:
            raise DiscordClientRefusal(f"no field {name!r} among {sorted(asked)}")
        answers[found[0]] = value
    return answers


def modal_submission(world: DiscordWorld, place: DiscordChannel, modal: DiscordModal, given: Json) -> Json:
    """`data` of a submitted modal: fields that are not named keep what stands in them."""
    answers = _answers_by_custom_id(modal, given)

    def one(asked: Json) -> Json:
        return _component_answer(asked, answers.get(asked["custom_id"], preset_answer(asked)))

    shown: list[Json] = []
    for outer in with_component_numbers(modal.components):
        base = {"type": outer["type"], "id": outer["id"]}
        if outer["type"] == COMPONENT_LABEL:
            shown.append(base | {"component": one(outer["component"])})
        elif outer["type"] == COMPONENT_TEXT_DISPLAY:
            shown.append(base)
        else:
            shown.append(base | {"components": [one(inner) for inner in outer["components"]]})
    types = {
        component["custom_id"]: component.get("channel_types") or ()
        for component in walk_components(modal.components)
        if "custom_id" in component
    }
    picks = [one for one in walk_components(shown) if one["type"] in (USER_SELECT, CHANNEL_SELECT)]
    told = resolved.merge_resolved(
        resolved.resolved_pick(world, place, pick["type"], named, types[pick["custom_id"]])
        for pick in picks
        for named in pick["values"]
    )
    return {"custom_id": modal.custom_id, "components": shown, "resolved": told}
