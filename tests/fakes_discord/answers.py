"""How the bot answers what a person did: the callback within 3 s, then the webhook of the interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes_discord import errors, payloads
from tests.fakes_discord.checks import choice_problems, modal_problems
from tests.fakes_discord.errors import wrong
from tests.fakes_discord.state import APP, EPHEMERAL, LOADING, Interaction, Message, Modal

if TYPE_CHECKING:
    from tests.fakes_discord.rest import Asked
    from tests.fakes_discord.world import World

Json = dict[str, Any]
# Discord docs, Receiving and Responding to Interactions: 3 s for the first answer, 15 minutes for the token.
FIRST_SECONDS = 3
TOKEN_SECONDS = 15 * 60
COMMAND, COMPONENT, AUTOCOMPLETE, SUBMIT = 2, 3, 4, 5
SAY, THINK, ACKNOWLEDGE, UPDATE, CHOOSE, ASK = 4, 5, 6, 7, 8, 9


def allowed(interaction: Interaction) -> tuple[int, ...]:
    """The types with which this may be answered."""
    replaces = (UPDATE, ACKNOWLEDGE) if interaction.source else ()
    return {
        COMMAND: (SAY, THINK, ASK),
        COMPONENT: (SAY, THINK, ASK, *replaces),
        AUTOCOMPLETE: (CHOOSE,),
        SUBMIT: (SAY, THINK, *replaces),
    }[interaction.kind]


def callback(world: World, asked: Asked) -> Json | None:
    """POST /interactions/{id}/{token}/callback."""
    interaction = world.interactions.get(int(asked.params["interaction"]))
    if interaction is None or interaction.token != asked.params["token"]:
        raise errors.unknown_interaction()
    if world.clock() - interaction.made > FIRST_SECONDS:
        raise errors.unknown_interaction()
    if interaction.callback:
        world.violate("callback", "answered twice")
        raise errors.already_acknowledged()
    kind, data = asked.body.get("type"), asked.body.get("data") or {}
    if kind not in allowed(interaction):
        message = f"Value of field 'type' must be one of {allowed(interaction)}."
        world.refuse("callback", [wrong(("type",), "BASE_TYPE_CHOICES", message)])
    ANSWERS[kind](world, interaction, data)
    interaction.callback = asked.body
    if interaction.kind == SUBMIT and interaction.modal:
        interaction.modal.open = False
    wanted = asked.query.get("with_response", "") in ("1", "true") and not world.plain
    return _response(world, interaction) if wanted else None


def _say(world: World, interaction: Interaction, data: Json) -> None:
    world.checked("callback", data)
    interaction.original = world.answer(interaction, data)


def _think(world: World, interaction: Interaction, data: Json) -> None:
    interaction.original = world.think(interaction, data.get("flags") or 0)


def _acknowledge(world: World, interaction: Interaction, data: Json) -> None:
    interaction.original = interaction.source


def _update(world: World, interaction: Interaction, data: Json) -> None:
    assert interaction.source is not None
    world.checked("callback", data, interaction.source)
    interaction.original = interaction.source
    world.change(interaction.source, data)
    interaction.changes += 1


def _choose(world: World, interaction: Interaction, data: Json) -> None:
    world.refuse("callback", choice_problems(data.get("choices") or [], ("data", "choices")))
    interaction.choices = data.get("choices") or []


def _ask(world: World, interaction: Interaction, data: Json) -> None:
    world.refuse("callback", modal_problems(data, ("data",)))
    interaction.opened = Modal(interaction.id, interaction.person, data, interaction.channel, interaction.source)
    world.modals.append(interaction.opened)


ANSWERS = {SAY: _say, THINK: _think, ACKNOWLEDGE: _acknowledge, UPDATE: _update, CHOOSE: _choose, ASK: _ask}


def _response(world: World, interaction: Interaction) -> Json:
    """What comes back when the bot asked for it (`with_response`)."""
    shown: Json = {"id": str(interaction.id), "type": interaction.kind}
    resource: Json = {"type": interaction.type}
    if interaction.original is not None:
        message = interaction.original
        shown |= {"response_message_id": str(message.id), "response_message_loading": message.loading}
        shown |= {"response_message_ephemeral": message.ephemeral}
        resource |= {"message": payloads.message(world, message)}
    return {"interaction": shown, "resource": resource}


# -- the webhook of an interaction


def _of(world: World, asked: Asked) -> Interaction:
    token = asked.params["token"]
    found = next((interaction for interaction in world.interactions.values() if interaction.token == token), None)
    if asked.params["application"] != str(APP) or found is None or not found.callback:
        raise errors.unknown_webhook()
    if world.clock() - found.made > TOKEN_SECONDS:
        raise errors.expired_token()
    return found


def _named(world: World, asked: Asked) -> tuple[Interaction, Message]:
    """The message that a route names: `@original`, or a follow-up by its id."""
    interaction = _of(world, asked)
    named = asked.params.get("message", "@original")
    told = [interaction.original] if named == "@original" else [interaction.original, *interaction.followups]
    for message in told:
        if message and not message.gone and named in ("@original", str(message.id)):
            return interaction, message
    raise errors.unknown_message()


def follow_up(world: World, asked: Asked) -> Json:
    """POST /webhooks/{app}/{token}: one more message; the first after "thinking" takes its place."""
    interaction = _of(world, asked)
    world.checked("follow-up", asked.body)
    original = interaction.original
    if original is not None and original.loading:
        world.change(original, asked.body)
        message = original
    else:
        message = world.answer(interaction, asked.body)
        interaction.followups.append(message)
    interaction.changes += 1
    return payloads.message(world, message)


def get(world: World, asked: Asked) -> Json:
    return payloads.message(world, _named(world, asked)[1])


def edit(world: World, asked: Asked) -> Json:
    interaction, message = _named(world, asked)
    flags = asked.body.get("flags") or 0
    if flags & (EPHEMERAL | LOADING) & ~message.flags:
        world.violate("edit", "an edit cannot make a message ephemeral")
    world.checked("edit", asked.body, message)
    world.change(message, asked.body)
    interaction.changes += 1
    return payloads.message(world, message)


def delete(world: World, asked: Asked) -> None:
    interaction, message = _named(world, asked)
    world.remove(message)
    interaction.changes += 1
