"""What a person does and sees."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.fakes_discord import options, payloads, resolved
from tests.fakes_discord.answers import AUTOCOMPLETE_TYPE, COMMAND_TYPE, COMPONENT_TYPE, MODAL_SUBMIT_TYPE
from tests.fakes_discord.forms import modal_submission
from tests.fakes_discord.options import MESSAGE_COMMAND, SLASH_COMMAND, DiscordClientRefusal
from tests.fakes_discord.reading import COMPONENT_SELECT
from tests.fakes_discord.seen import DiscordResult
from tests.fakes_discord.state import (
    BOT_USER_ID,
    GENERAL_CHANNEL_ID,
    DiscordChannel,
    DiscordModal,
    DiscordScreenMessage,
    DiscordUser,
    Json,
)

if TYPE_CHECKING:
    from tests.fakes_discord.server import FakeDiscord


class DiscordPerson:
    """One member at their client, in `place`: `guild`, `dm` (the bot's) or `private` (with somebody else).

    What they do returns what they see once the bot has answered, or that it has not.
    """

    def __init__(
        self, discord: FakeDiscord, user: DiscordUser, place: str = "guild", room: int = GENERAL_CHANNEL_ID
    ) -> None:
        self.discord = discord
        self.world = discord.world
        self.user = user
        self.place = place
        self.room = room

    def at(self, place: str | DiscordChannel) -> DiscordPerson:
        """The same person in another place, or in a channel of a server."""
        if isinstance(place, DiscordChannel):
            return DiscordPerson(self.discord, self.user, "guild", place.id)
        return DiscordPerson(self.discord, self.user, place)

    # -- what they see

    @property
    def channel(self) -> DiscordChannel:
        """Where this person is."""
        if self.place == "private":
            others = [user for user in self.world.users if user not in (BOT_USER_ID, self.user.id)]
            return self.world.between("private", self.user.id, *others[:1])
        return self.world.channels[self.room] if self.place == "guild" else self.dm

    @property
    def dm(self) -> DiscordChannel:
        return self.world.dm(self.user.id)

    @property
    def inbox(self) -> list[DiscordScreenMessage]:
        """The bot's direct messages that stand, the oldest first."""
        return [message for message in self.dm.messages if message.author == BOT_USER_ID and not message.gone]

    @property
    def ephemerals(self) -> list[DiscordScreenMessage]:
        return [one for one in self.window if one.only_for]

    @property
    def window(self) -> list[DiscordScreenMessage]:
        """All messages that this person can see, the oldest first."""
        return self.world.visible(self.user.id)

    @property
    def modal(self) -> DiscordModal | None:
        """The form that is open, the newest."""
        return next(
            (modal for modal in reversed(self.world.modals) if modal.person == self.user.id and modal.open), None
        )

    @property
    def sees(self) -> str:
        """All the text before this person."""
        form = [self.modal.said] if self.modal else []
        return "\n".join([one.said for one in self.window] + form)

    # -- what they do

    async def slash(
        self, root: str, command: str = "", /, given: Json | None = None, *, lag: float = 0.0, **more: Any
    ) -> DiscordResult:
        """Use a slash command such as ("outreach", "add", contact="Dana"); `lag`: so many seconds late."""
        found, around, inner = self._command(root, command)
        typed = options.typed_options(inner, {**(given or {}), **more})
        data = options.interaction_command_data(found, around, typed, self._resolved(inner, typed))
        return await self._do(COMMAND_TYPE, data, lag=lag)

    def _resolved(self, command: Json, typed: list[Json]) -> Json:
        types = {option["name"]: option.get("channel_types") or () for option in command.get("options") or []}
        picks = [one for one in typed if one["type"] in (resolved.USER_OPTION, resolved.CHANNEL_OPTION)]
        return resolved.merge_resolved(
            resolved.resolved_pick(self.world, self.channel, pick["type"], pick["value"], types[pick["name"]])
            for pick in picks
        )

    async def autocomplete(
        self, root: str, command: str, option: str, text: str = "", /, *, lag: float = 0.0, **others: Any
    ) -> list[Json]:
        """Type into an option: the choices that the bot offers, as `name` and `value`."""
        found, around, inner = self._command(root, command)
        data = options.interaction_command_data(
            found, around, options.autocomplete_options(inner, others, option, text)
        )
        seen = await self._do(AUTOCOMPLETE_TYPE, data, lag=lag)
        return list(seen.interaction.choices or [])

    def _command(self, root: str, command: str) -> tuple[Json, list[Json], Json]:
        found = self._offered(SLASH_COMMAND, root)
        inner, around = options.find_subcommand(found, command)
        return found, around, inner

    def _offered(self, kind: int, name: str) -> Json:
        strange = self.place == "guild" and self.channel.guild not in self.world.guilds
        if (self.place == "private" or strange) and not self.user.installed:
            raise DiscordClientRefusal("only who has the app for themselves can use it among others")
        return options.find_offered_command(self.world.commands, self.world.guilds, self.channel, kind, name)

    async def message_menu(self, name: str, text: str, *, author: int = 0, lag: float = 0.0) -> DiscordResult:
        """Use a command of the menu on a message that somebody wrote here long ago."""
        found = self._offered(MESSAGE_COMMAND, name)
        written = self.world.written(self.channel, {"content": text}, author or self.user.id)
        self.channel.messages.append(written)
        target = {str(written.id): payloads.message_payload(self.world, written)}
        data = {"id": found["id"], "name": name, "type": MESSAGE_COMMAND, "target_id": str(written.id)}
        return await self._do(COMMAND_TYPE, data | {"resolved": {"messages": target}}, lag=lag)

    async def press(
        self, where: DiscordScreenMessage | DiscordResult, wanted: str, *, lag: float = 0.0
    ) -> DiscordResult:
        """Press the button with this label or custom_id, or choose such an option (an older copy will do)."""
        message = self._message(where)
        for face in message.faces:
            if any(wanted in (one["label"], one["value"]) for one in face.component.get("options") or []):
                return await self.choose(message, face.custom_id, wanted, lag=lag)
            if wanted in (face.label, face.custom_id) and not face.disabled and face.custom_id:
                data = {"custom_id": face.custom_id, "component_type": face.kind, "id": face.component["id"]}
                return await self._do(COMPONENT_TYPE, data, message, lag=lag)
        raise DiscordClientRefusal(f"no button {wanted!r} to press among {message.buttons}")

    async def choose(
        self, where: DiscordScreenMessage | DiscordResult, wanted: str, *values: str, lag: float = 0.0
    ) -> DiscordResult:
        """Choose from the select with this custom_id or placeholder, by value or label."""
        message = self._message(where)
        for face in message.faces:
            if wanted in (face.label, face.custom_id) and face.kind == COMPONENT_SELECT and not face.disabled:
                offered = face.component["options"]
                chosen = [one["value"] for one in offered if {one["value"], one["label"]} & set(values)]
                if len(chosen) != len(values):
                    raise DiscordClientRefusal(f"no {values} among {[one['label'] for one in offered]}")
                data = {"custom_id": face.custom_id, "component_type": COMPONENT_SELECT, "id": face.component["id"]}
                return await self._do(COMPONENT_TYPE, data | {"values": chosen}, message, lag=lag)
        raise DiscordClientRefusal(f"no select {wanted!r} among {message.buttons}")

    def _message(self, where: DiscordScreenMessage | DiscordResult) -> DiscordScreenMessage:
        message = where.message if isinstance(where, DiscordResult) else where
        if message is None:
            raise DiscordClientRefusal(f"there is no message: {where}")
        if message.id not in [one.id for one in self.window]:
            raise DiscordClientRefusal("this person does not see that message")
        return message

    async def submit(
        self,
        modal: DiscordModal | DiscordResult | None = None,
        given: Json | None = None,
        *,
        lag: float = 0.0,
        **values: Any,
    ) -> DiscordResult:
        """Fill in a form, by custom_id or question, and send it; what is not named keeps what stands there."""
        form = modal.modal if isinstance(modal, DiscordResult) else modal or self.modal
        if form is None or not form.open or form.person != self.user.id:
            raise DiscordClientRefusal("no such form is open")
        place = self.world.channels[form.channel]
        data = modal_submission(self.world, place, form, {**(given or {}), **values})
        return await self._do(MODAL_SUBMIT_TYPE, data, form.source, form, lag=lag)

    async def says(self, text: str, *, wait: bool = True) -> DiscordScreenMessage | None:
        """Write a direct message to the bot: its next message here, None when none comes while people wait."""
        before = len(self.inbox)
        self.world.post(self.dm, {"content": text}, author=self.user.id)
        if wait:
            await self.discord.wait(lambda: len(self.inbox) > before)
        return self.inbox[before] if len(self.inbox) > before else None

    async def _do(
        self,
        kind: int,
        data: Json,
        source: DiscordScreenMessage | None = None,
        form: DiscordModal | None = None,
        *,
        lag: float,
    ) -> DiscordResult:
        where = form.channel if form else source.channel if source else self.channel.id
        place = self.world.channels[where]
        payload = payloads.interaction_payload(self.world, self.user, place, kind, data, source)
        return await self.discord.interact(kind, self.user, place, payload, self._live(source), form, lag)

    def _live(self, source: DiscordScreenMessage | None) -> DiscordScreenMessage | None:
        """The message as it stands now, for a copy of an older state."""
        return next((one for one in self.window if source and one.id == source.id), source)


def copy_discord_message(message: DiscordScreenMessage) -> DiscordScreenMessage:
    """The message as it stands now, to press its buttons after it was changed."""
    return replace(message, versions=list(message.versions))


__all__ = ["DiscordClientRefusal", "DiscordPerson", "copy_discord_message"]
