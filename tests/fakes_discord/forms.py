"""What a person fills in, as Discord hands it on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes_discord import resolved
from tests.fakes_discord.components import CHECK, CHECKS, RADIO
from tests.fakes_discord.options import NotPossible
from tests.fakes_discord.reading import LABEL, SELECT, TEXT, TEXT_INPUT, inputs
from tests.fakes_discord.resolved import CHANNELS, USERS
from tests.fakes_discord.state import Channel, Json, Modal, numbered, walk

if TYPE_CHECKING:
    from tests.fakes_discord.world import World


def _chosen(asked: Json, given: Any) -> list[str]:
    wanted = [given] if isinstance(given, str | int) else list(given or [])
    if asked["type"] in (USERS, CHANNELS):
        return [str(one) for one in wanted if one]
    values = []
    for one in wanted:
        found = [option["value"] for option in asked["options"] if one in (option["value"], option["label"])]
        if not found:
            raise NotPossible(f"no option {one!r} in {asked['custom_id']!r}")
        values.append(found[0])
    return values


def standing(asked: Json) -> Any:
    """What is in a field before anybody touches it."""
    if asked["type"] == TEXT_INPUT:
        return asked.get("value") or ""
    if asked["type"] == CHECK:
        return bool(asked.get("default"))
    if asked["type"] in (USERS, CHANNELS):
        return [str(one["id"]) for one in asked.get("default_values") or []]
    return [option["value"] for option in asked.get("options") or [] if option.get("default")]


def _text(asked: Json, given: Any) -> str:
    value = str(given)
    if asked.get("required", True) and not value:
        raise NotPossible(f"{asked['custom_id']!r} must be filled in")
    least, most = asked.get("min_length") or 0, asked.get("max_length") or 4000
    if value and not least <= len(value) <= most:
        raise NotPossible(f"{asked['custom_id']!r} takes {least} to {most} characters")
    return value


def _answer(asked: Json, given: Any) -> Json:
    """One component with its answer, checked as the client checks it."""
    shown = {"type": asked["type"], "id": asked["id"], "custom_id": asked["custom_id"]}
    kind = asked["type"]
    if kind == TEXT_INPUT:
        return shown | {"value": _text(asked, given)}
    if kind == CHECK:
        return shown | {"value": bool(given)}
    if kind not in (SELECT, RADIO, CHECKS, USERS, CHANNELS):
        raise NotPossible(f"the fake cannot fill in a component of type {kind}")
    values = _chosen(asked, given)
    least = asked.get("min_values", 1) if asked.get("required", True) else 0
    if not least <= len(values) <= (asked.get("max_values") or (len(asked["options"]) if kind == CHECKS else 1)):
        raise NotPossible(f"{asked['custom_id']!r} takes another number of choices than {len(values)}")
    return shown | ({"value": values[0] if values else None} if kind == RADIO else {"values": values})


def _given(modal: Modal, given: Json) -> Json:
    """Answers by custom_id; a person names a field by what it asks too."""
    asked = inputs(modal.components)
    answers: Json = {}
    for name, value in given.items():
        found = [custom for custom, (label, _) in asked.items() if name in (custom, label)]
        if not found:
            raise NotPossible(f"no field {name!r} among {sorted(asked)}")
        answers[found[0]] = value
    return answers


def submission(world: World, place: Channel, modal: Modal, given: Json) -> Json:
    """`data` of a submitted modal: fields that are not named keep what stands in them."""
    answers = _given(modal, given)

    def one(asked: Json) -> Json:
        return _answer(asked, answers.get(asked["custom_id"], standing(asked)))

    shown: list[Json] = []
    for outer in numbered(modal.components):
        base = {"type": outer["type"], "id": outer["id"]}
        if outer["type"] == LABEL:
            shown.append(base | {"component": one(outer["component"])})
        elif outer["type"] == TEXT:
            shown.append(base)
        else:
            shown.append(base | {"components": [one(inner) for inner in outer["components"]]})
    types = {one["custom_id"]: one.get("channel_types") or () for one in walk(modal.components) if "custom_id" in one}
    picks = [one for one in walk(shown) if one["type"] in (USERS, CHANNELS)]
    told = resolved.merged(
        resolved.picked(world, place, pick["type"], named, types[pick["custom_id"]])
        for pick in picks
        for named in pick["values"]
    )
    return {"custom_id": modal.custom_id, "components": shown, "resolved": told}
