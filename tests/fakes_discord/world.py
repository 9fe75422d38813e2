"""The state of the fake, and the rules that each way into it shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from copy import deepcopy

from tests.fakes_common.world import FakePlatformClock, FakeWorld
from tests.fakes_discord import errors
from tests.fakes_discord.checks import discord_message_problems
from tests.fakes_discord.errors import BodyProblem
from tests.fakes_discord.state import (
    BOT_USER_ID,
    CHANNEL_TYPE_TEXT,
    FLAG_EPHEMERAL,
    FLAG_LOADING,
    GENERAL_CHANNEL_ID,
    GUILD_ID,
    DiscordChannel,
    DiscordInteraction,
    DiscordModal,
    DiscordRequest,
    DiscordScreenMessage,
    DiscordUser,
    Json,
    SnowflakeIds,
    with_component_numbers,
)

NONCE_MEMORY_SECONDS = 180  # Discord docs say "in the past few minutes"

MessageListener = Callable[[str, DiscordScreenMessage], None]


class DiscordWorld(FakeWorld):
    """`tell` is called with each message that comes, changes or goes, for the gateway to pass on.

    `plain`: what a bot can do without is not told, such as bodies of callbacks, or fields that came late to the API.
    """

    def __init__(self, users: Iterable[DiscordUser], clock: FakePlatformClock) -> None:
        super().__init__(clock)
        self.new_id = SnowflakeIds(clock)
        self.users = {user.id: user for user in [DiscordUser(BOT_USER_ID, "stalemate", bot=True), *users]}
        self.channels: dict[int, DiscordChannel] = {
            GENERAL_CHANNEL_ID: DiscordChannel(GENERAL_CHANNEL_ID, "guild", tuple(self.users))
        }
        self.guilds = {GUILD_ID}  # the servers that the bot is in
        self.put_out: set[int] = set()  # who was in the server and is no more
        self.interactions: dict[int, DiscordInteraction] = {}
        self.modals: list[DiscordModal] = []
        self.ephemerals: list[DiscordScreenMessage] = []
        self.shown: list[DiscordScreenMessage] = []
        self.nonces: dict[tuple[int, str], DiscordScreenMessage] = {}
        self.commands: dict[int, list[Json]] = {0: []}
        self.unknown: list[DiscordRequest] = []
        self.tell: MessageListener = lambda _event, _message: None
        self.starts_left = 1000
        self.plain = False

    # -- what is wrong with a body

    @property
    def violations(self) -> list[str]:
        """What Discord refused, or would not like."""
        return self.complaints

    def refuse(self, about: str, found: Iterable[BodyProblem]) -> None:
        """Refuses a body with problems, and writes them down."""
        if problems := list(found):
            self.complain(about, *problems)
            raise errors.invalid_form(problems)

    # -- channels

    def between(self, kind: str, *members: int) -> DiscordChannel:
        """The channel of this kind between these people, opened when there is none yet."""
        for channel in self.channels.values():
            if channel.kind == kind and set(channel.members) == set(members):
                return channel
        return self._opened(DiscordChannel(self.new_id(), kind, members))

    def room(self, name: str, form: int = CHANNEL_TYPE_TEXT, guild: int = GUILD_ID) -> DiscordChannel:
        """One more channel of a server, in which all people are."""
        return self._opened(
            DiscordChannel(self.new_id(), "guild", tuple(self.users), guild=guild, name=name, form=form)
        )

    def _opened(self, channel: DiscordChannel) -> DiscordChannel:
        self.channels[channel.id] = channel
        return channel

    def dm(self, user: int) -> DiscordChannel:
        """The channel of the bot's direct messages with a person."""
        return self.between("dm", BOT_USER_ID, user)

    def channel(self, named: str) -> DiscordChannel:
        """A channel that the bot can reach."""
        channel = self.channels.get(int(named)) if named.isdigit() else None
        if channel is None or channel.gone:
            raise errors.unknown_channel()
        strange = channel.kind == "guild" and channel.guild not in self.guilds
        if channel.kind == "private" or strange or not channel.sees:
            raise errors.missing_access()
        return channel

    # -- messages

    def checked(self, about: str, sent: Json, before: DiscordScreenMessage | None = None) -> None:
        """Refuses what may not be sent; `before` is the message that it changes."""
        path = ("data",) if about == "callback" else ()
        self.refuse(about, discord_message_problems(sent, path, before.flags if before else 0))
        kept = {name: getattr(before, name) for name in ("content", "embeds", "components")} if before else {}
        if not any((kept | sent).get(name) for name in ("content", "embeds", "components", "attachments")):
            self.complain(about, "an empty message")
            raise errors.empty_message()

    def post(
        self, channel: DiscordChannel, sent: Json, author: int = BOT_USER_ID, only_for: int = 0, made_by: int = 0
    ) -> DiscordScreenMessage:
        """Put a checked message where it is seen; the same nonce again is the same message."""
        nonce = str(sent.get("nonce") or "")
        if older := self._older(author, nonce if sent.get("enforce_nonce") else ""):
            return older
        message = self.written(channel, sent, author, only_for, made_by)
        self._show(channel, message)
        if nonce:
            self.nonces[author, nonce] = message
        return message

    def _older(self, author: int, nonce: str) -> DiscordScreenMessage | None:
        """The message that its author sent with this nonce a moment ago, in whatever channel."""
        older = self.nonces.get((author, nonce)) if nonce else None
        if older is None or self.clock() - older.at >= NONCE_MEMORY_SECONDS:
            return None
        if older.gone:
            raise errors.unknown_message()  # discord/discord-api-docs, pull request 6647: so it is meant
        return older

    def written(
        self, channel: DiscordChannel, sent: Json, author: int, only_for: int = 0, made_by: int = 0
    ) -> DiscordScreenMessage:
        """A message that nobody has seen yet."""
        nonce = str(sent.get("nonce") or "")
        message = DiscordScreenMessage(
            self.new_id(), channel.id, author, self.clock(), sent.get("content") or "", nonce=nonce
        )
        message.embeds, message.components = (
            deepcopy(sent.get("embeds") or []),
            with_component_numbers(sent.get("components") or []),
        )
        message.flags, message.only_for, message.interaction = sent.get("flags") or 0, only_for, made_by
        message.allowed_mentions = sent.get("allowed_mentions")
        return message

    def _show(self, channel: DiscordChannel, message: DiscordScreenMessage) -> None:
        if message.only_for:
            self.ephemerals.append(message)
        else:
            channel.messages.append(message)
            self.tell("MESSAGE_CREATE", message)
        if message.author == BOT_USER_ID:
            self.shown.append(message)

    def change(self, message: DiscordScreenMessage, sent: Json) -> None:
        message.change(deepcopy(sent), self.clock())
        if not message.only_for:
            self.tell("MESSAGE_UPDATE", message)

    def remove(self, message: DiscordScreenMessage) -> None:
        message.gone = True
        if not message.only_for:
            self.tell("MESSAGE_DELETE", message)

    def answer(self, interaction: DiscordInteraction, sent: Json) -> DiscordScreenMessage:
        """A message of the bot's in answer to what a person did."""
        channel = self.channels[interaction.channel]
        only_for = interaction.person if (sent.get("flags") or 0) & FLAG_EPHEMERAL else 0
        return self.post(channel, sent, only_for=only_for, made_by=interaction.id)

    def think(self, interaction: DiscordInteraction, flags: int) -> DiscordScreenMessage:
        return self.answer(interaction, {"flags": flags & FLAG_EPHEMERAL | FLAG_LOADING})

    def visible(self, user: int) -> list[DiscordScreenMessage]:
        """All messages that this person can see now, the oldest first."""
        shared = [
            message
            for channel in self.channels.values()
            if user in channel.members and not channel.gone
            for message in channel.messages
        ]
        private = [ephemeral for ephemeral in self.ephemerals if ephemeral.only_for == user]
        return sorted((one for one in shared + private if not one.gone), key=lambda one: one.id)
