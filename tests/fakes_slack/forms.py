"""What a person fills in, as Slack hands it on."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes_slack.elements import offered_options
from tests.fakes_slack.reading import input_elements
from tests.fakes_slack.state import Json, SlackView
from tests.fakes_slack.world import SlackWorld

TEXT_ELEMENT_TYPES = ("plain_text_input", "number_input")
PICKED_PART_BY_TYPE = {
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "date_time",
    "users_select": "user",
    "conversations_select": "conversation",
    "channels_select": "channel",
}
CHOICE_TYPES = ("static_select", "overflow")


class SlackClientRefusal(AssertionError):
    """Slack does not let a person do this, such as sending a form with a required field empty."""


def find_element_option(element: Json, wanted: str) -> Json:
    """The option with this value or label."""
    for option in offered_options(element):
        if wanted in (option["value"], option["text"]["text"]):
            return {"text": option["text"], "value": option["value"]}
    raise SlackClientRefusal(f"no option {wanted!r} in {element.get('action_id')}")


def initial_answer(element: Json) -> Any:
    """What stands in the field before anybody touches it."""
    kind = element["type"]
    if kind in CHOICE_TYPES:
        return element["initial_option"]["value"] if "initial_option" in element else None
    return element.get(f"initial_{PICKED_PART_BY_TYPE.get(kind, 'value')}")


def element_state(element: Json, given: Any) -> Json:
    """One answer in the form of `state.values`."""
    kind = element["type"]
    empty = given is None or given == ""
    if kind in TEXT_ELEMENT_TYPES:
        return {"type": kind, "value": None if empty else str(given)}
    if kind in PICKED_PART_BY_TYPE:
        return {"type": kind, f"selected_{PICKED_PART_BY_TYPE[kind]}": None if empty else given}
    if kind in CHOICE_TYPES:
        return {"type": kind, "selected_option": None if empty else find_element_option(element, given)}
    raise SlackClientRefusal(f"the fake cannot fill in {kind}")


def field_answer(view: SlackView, block: str) -> Any:
    return view.typed.get(block, initial_answer(input_elements(view.blocks)[block]))


def view_state(view: SlackView) -> Json:
    """`state.values` of a view with what was typed, or stood there from the start."""
    return {
        block: {element["action_id"]: element_state(element, field_answer(view, block))}
        for block, element in input_elements(view.blocks).items()
    }


def fill_view(view: SlackView, given: Json) -> None:
    """Type answers into the fields; whoever types into a field that is not there fails."""
    asked = input_elements(view.blocks)
    if unknown := given.keys() - asked.keys():
        raise SlackClientRefusal(f"no field {sorted(unknown)} among {sorted(asked)}")
    view.typed |= given


def check_view_can_be_sent(view: SlackView) -> None:
    """What Slack's own client checks before it sends a form."""
    if "submit" not in view.body:
        raise SlackClientRefusal("the view has no button to send it")
    for block in view.blocks:
        if block.get("type") != "input":
            continue
        given = field_answer(view, block["block_id"])
        if given in (None, "") and not block.get("optional"):
            raise SlackClientRefusal(f"{block['block_id']} may not be empty")
        if given not in (None, ""):
            _check_answer_fits(block["element"], given)


def check_picks_offered(view: SlackView, world: SlackWorld, user: str) -> None:
    """What Slack's own selects offer: people who are there, and of the channels those that the member may see."""
    for block, element in input_elements(view.blocks).items():
        given = field_answer(view, block)
        if given and not _is_pick_offered(element, given, world, user):
            raise SlackClientRefusal(f"{element['type']} does not offer {given!r} to {user}")


def _is_pick_offered(element: Json, given: str, world: SlackWorld, user: str) -> bool:
    if element["type"] == "users_select":
        return given in world.users and not world.users[given].deleted
    if element["type"] not in ("conversations_select", "channels_select"):
        return True
    room = world.rooms.get(given)
    if room is None or room.deleted or room.archived or (room.private and user not in room.members):
        return False
    wanted = element.get("filter", {}).get("include", ["public", "private"])
    kinds = ["public"] if element["type"] == "channels_select" else wanted
    return ("private" if room.private else "public") in kinds


def _check_answer_fits(element: Json, given: Any) -> None:
    kind = element["type"]
    length = len(str(given))
    if kind == "plain_text_input" and not element.get("min_length", 0) <= length <= element.get("max_length", 3000):
        raise SlackClientRefusal(f"{length} characters do not fit")
    if kind == "number_input":
        _check_number_fits(element, str(given))
    if kind == "datepicker" and not re.fullmatch(r"\d{4}-\d\d-\d\d", str(given)):
        raise SlackClientRefusal(f"{given!r} is no date")
    if kind == "datetimepicker" and not isinstance(given, int):
        raise SlackClientRefusal(f"{given!r} is no time stamp")


def _check_number_fits(element: Json, given: str) -> None:
    if not re.fullmatch(r"-?\d+(\.\d+)?" if element["is_decimal_allowed"] else r"-?\d+", given):
        raise SlackClientRefusal(f"{given!r} is no number that fits")
    if not float(element.get("min_value", "-inf")) <= float(given) <= float(element.get("max_value", "inf")):
        raise SlackClientRefusal(f"{given!r} is out of bounds")


def block_action(block: Json, element: Json, choice: str = "") -> Json:
    """One entry of `actions` in `block_actions`."""
    shown: Json = {"action_id": element["action_id"], "block_id": block["block_id"], "type": element["type"]}
    if element["type"] == "button":
        shown |= {"text": element["text"]} | ({"value": element["value"]} if "value" in element else {})
        return shown | ({"style": element["style"]} if "style" in element else {})
    return shown | {name: value for name, value in element_state(element, choice).items() if name != "type"}
