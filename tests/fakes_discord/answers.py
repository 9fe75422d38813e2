"""How the bot answers what a person did: the callback within 3 s, then the webhook of the interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes_discord import errors, payloads
from tests.fakes_discord.checks import autocomplete_choice_problems, discord_modal_problems
from tests.fakes_discord.errors import BodyProblem
from tests.fakes_discord.state import (
    APPLICATION_ID,
    FLAG_EPHEMERAL,
    FLAG_LOADING,
    DiscordInteraction,
    DiscordModal,
)

if TYPE_CHECKING:
    from tests.fakes_discord.rest import RouteRequest
    from tests.fakes_discord.world import DiscordWorld

Json = dict[str, Any]
# Discord docs, Receiving and Responding to Interactions: 3 s for the first answer, 15 minutes for the token.
CALLBACK_SECONDS = 3
TOKEN_SECONDS = 15 * 60
COMMAND_TYPE, COMPONENT_TYPE, AUTOCOMPLETE_TYPE, MODAL_SUBMIT_TYPE = 2, 3, 4, 5
RESPOND_MESSAGE, RESPOND_DEFERRED, RESPOND_DEFERRED_UPDATE = 4, 5, 6
RESPOND_UPDATE, RESPOND_CHOICES, RESPOND_MODAL = 7, 8, 9


def allowed_callback_types(interaction: DiscordInteraction) -> tuple[int, ...]:
    """The types with which this may be answered."""
    replaces = (RESPOND_UPDATE, RESPOND_DEFERRED_UPDATE) if interaction.source else ()
    return {
        COMMAND_TYPE: (RESPOND_MESSAGE, RESPOND_DEFERRED, RESPOND_MODAL),
        COMPONENT_TYPE: (RESPOND_MESSAGE, RESPOND_DEFERRED, RESPOND_MODAL, *replaces),
        AUTOCOMPLETE_TYPE: (RESPOND_CHOICES,),
        MODAL_SUBMIT_TYPE: (RESPOND_MESSAGE, RESPOND_DEFERRED, *replaces),
    }[interaction.kind]


def answer_interaction(world: DiscordWorld, asked: RouteRequest) -> Json | None:
    """POST /interactions/{id}/{token}/callback."""
    interaction = world.interactions.get(int(asked.params["interaction"]))
    if interaction is None or interaction.token != asked.params["token"]:
        raise errors.unknown_interaction()
    if world.clock() - interaction.made > CALLBACK_SECONDS:
        raise errors.unknown_interaction()
    if interaction.callback:
        world.complain("callback", "answered twice")
        raise errors.already_acknowledged()
    kind, data = asked.body.get("type"), asked.body.get("data") or {}
    if kind not in allowed_callback_types(interaction):
        message = f"Value of field 'type' must be one of {allowed_callback_types(interaction)}."
        world.refuse("callback", [BodyProblem(("type",), "BASE_TYPE_CHOICES", message)])
    CALLBACK_HANDLERS[kind](world, interaction, data)
    interaction.callback = asked.body
    if interaction.kind == MODAL_SUBMIT_TYPE and interaction.modal:
        interaction.modal.open = False
    wanted = asked.query.get("with_response", "") in ("1", "true") and not world.plain
    return _callback_response(world, interaction) if wanted else None


def _respond_message(world: DiscordWorld, interaction: DiscordInteraction, data: Json) -> None:
    world.checked("callback", data)
    interaction.original = world.answer(interaction, data)


def _respond_deferred(world: DiscordWorld, interaction: DiscordInteraction, data: Json) -> None:
    interaction.original = world.think(interaction, data.get("flags") or 0)


def _respond_deferred_update(world: DiscordWorld, interaction: DiscordInteraction, data: Json) -> None:
    interaction.original = interaction.source


def _respond_update(world: DiscordWorld, interaction: DiscordInteraction, data: Json) -> None:
    assert interaction.source is not None
    world.checked("callback", data, interaction.source)
    interaction.original = interaction.source
    world.change(interaction.source, data)
    interaction.changes += 1


def _respond_choices(world: DiscordWorld, interaction: DiscordInteraction, data: Json) -> None:
    world.refuse("callback", autocomplete_choice_problems(data.get("choices") or [], ("data", "choices")))
    interaction.choices = data.get("choices") or []


def _respond_modal(world: DiscordWorld, interaction: DiscordInteraction, data: Json) -> None:
    world.refuse("callback", discord_modal_problems(data, ("data",)))
    interaction.opened = DiscordModal(interaction.id, interaction.person, data, interaction.channel, interaction.source)
    world.modals.append(interaction.opened)


CALLBACK_HANDLERS = {
    RESPOND_MESSAGE: _respond_message,
    RESPOND_DEFERRED: _respond_deferred,
    RESPOND_DEFERRED_UPDATE: _respond_deferred_update,
    RESPOND_UPDATE: _respond_update,
    RESPOND_CHOICES: _respond_choices,
    RESPOND_MODAL: _respond_modal,
}


def _callback_response(world: DiscordWorld, interaction: DiscordInteraction) -> Json:
    """What comes back when the bot asked for it (`with_response`)."""
    shown: Json = {"id": str(interaction.id), "type": interaction.kind}
    resource: Json = {"type": interaction.type}
    if interaction.original is not None:
        message = interaction.original
        shown |= {"response_message_id": str(message.id), "response_message_loading": message.loading}
        shown |= {"response_message_ephemeral": message.ephemeral}
        resource |= {"message": payloads.message_payload(world, message)}
    return {"interaction": shown, "resource": resource}


# -- the webhook of an interaction


def _interaction_of_webhook(world: DiscordWorld, asked: RouteRequest) -> DiscordInteraction:
    token = asked.params["token"]
    found = next((interaction for interaction in world.interactions.values() if interaction.token == token), None)
    if asked.params["application"] != str(APPLICATION_ID) or found is None or not found.callback:
        raise errors.unknown_webhook()
    if world.clock() - found.made > TOKEN_SECONDS:
        raise errors.expired_token()
    return found


def create_follow_up(world: DiscordWorld, asked: RouteRequest) -> Json:
    """POST /webhooks/{app}/{token}: one more message; the first after "thinking" takes its place."""
    interaction = _interaction_of_webhook(world, asked)
    world.checked("follow-up", asked.body)
    original = interaction.original
    if original is not None and original.loading:
        world.change(original, asked.body)
        message = original
    else:
        message = world.answer(interaction, asked.body)
        interaction.followups.append(message)
    interaction.changes += 1
    return payloads.message_payload(world, message)


def edit_webhook_message(world: DiscordWorld, asked: RouteRequest) -> Json:
    """PATCH /webhooks/{app}/{token}/messages/@original, which is the one that bots of ours change."""
    interaction = _interaction_of_webhook(world, asked)
    message = interaction.original
    if message is None or message.gone or asked.params["message"] != "@original":
        raise errors.unknown_message()
    flags = asked.body.get("flags") or 0
    if flags & (FLAG_EPHEMERAL | FLAG_LOADING) & ~message.flags:
        world.complain("edit", "an edit cannot make a message ephemeral")
    world.checked("edit", asked.body, message)
    world.change(message, asked.body)
    interaction.changes += 1
    return payloads.message_payload(world, message)
