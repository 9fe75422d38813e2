"""A club on simcord: somebody else's Discord, in memory, with people who can only do what its clients let them do.

simcord puts its own HTTP into our client and feeds it with events. Our connection to the gateway
(`DiscordClient.run_shards`) and our watch over requests (`DiscordRequestGate`) have no part in that; all else is the
adapter as it runs.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import discord
import simcord
from simcord.http import router

from adapters.console import time_travel
from adapters.console.clock import ConsoleClock
from adapters.discord.inbound import DISCORD_PLATFORM
from adapters.discord.platform import DiscordPlatform, DiscordSetup
from adapters.discord.sync import sync_discord_commands
from bot.app.service import Service
from bot.domain.model import Address, Book, HostDefaults
from bot.domain.ports import Store
from storage.open import open_store
from tests.fakes_discord.reading import modal_inputs

SIMCORD_ROOT_COMMAND = "outreach"
SIMCORD_HOME = HostDefaults("Europe/Berlin", "DE")
SIMCORD_START = datetime(2026, 11, 24, 9, tzinfo=UTC)
Json = dict[str, Any]
SimcordMessage = discord.Message | simcord.ResponseMessage


class SimcordClock(ConsoleClock):
    """A clock that stands, and simcord's with it."""

    env: simcord.Env | None = None

    def move(self, at: datetime) -> None:
        before = self.now()
        super().move(at)
        if self.env is not None:
            self.env.backend.advance_clock((self.now() - before).total_seconds())


@dataclass
class SimcordBot:
    """The adapter with its core and its store, not started."""

    store: Store
    discord: DiscordPlatform
    core: Service

    @classmethod
    def on(cls, folder: Path, home: HostDefaults, clock: ConsoleClock) -> SimcordBot:
        store = open_store(f"tinydb:{folder}")
        adapter = DiscordPlatform(DiscordSetup(bot_token="unused"), store, clock.now)  # noqa: S106 - simcord's login takes any
        return cls(store, adapter, Service(store, {DISCORD_PLATFORM: adapter.messenger}, home))

    async def serve(self) -> None:
        """All that `Discord.start` does after the login, which is simcord's."""
        self.discord.listeners.start_serving(self.core)
        self.discord.messenger.enable()
        client = self.discord.client
        assert client.application_id is not None
        assert await sync_discord_commands(
            self.discord._command_tree, client.http, client.application_id, self.store, None
        )

    async def close(self) -> None:
        await self.discord.stop()
        await self.core.close()


@dataclass
class SimcordClub:
    """Ada in a server with the bot, and in its direct messages."""

    env: simcord.Env
    clock: SimcordClock
    home: HostDefaults
    bot: SimcordBot
    refused: list[str]
    general: simcord.ChannelHandle = field(init=False)
    ada: simcord.MemberActor = field(init=False)

    def __post_init__(self) -> None:
        guild = self.env.create_guild("The job club")
        self.general = guild.create_text_channel("general")
        self.ada = guild.add_member(self.env.create_user("ada", global_name="Ada"))

    async def again(self, folder: Path) -> None:
        """The bot ends, and is started on this folder; what stands on the screens stays."""
        await self.bot.close()
        self.bot = SimcordBot.on(folder, self.home, self.clock)
        await self.env.restart_bot(self.bot.discord.client)
        await self.bot.serve()

    async def slash(self, command: str, /, **given: Any) -> simcord.InteractionResult:
        return await self.ada.slash(self.general, f"{SIMCORD_ROOT_COMMAND} {command}", **given)

    async def press(self, message: SimcordMessage, label: str) -> simcord.InteractionResult:
        """In direct messages it is the user who presses, in a server its member."""
        inside = message.channel_id if isinstance(message, simcord.ResponseMessage) else message.channel.id
        who = self.ada if inside == self.general.id else self.ada.user
        for row in (row for row in message.components if isinstance(row, discord.ActionRow)):
            for select in (child for child in row.children if isinstance(child, discord.SelectMenu)):
                if chosen := [option.value for option in select.options if option.label == label]:
                    chose: simcord.InteractionResult = await who.select(message, *chosen, custom_id=select.custom_id)
                    return chose
        result: simcord.InteractionResult = await who.click(message, label=label)
        return result

    async def submit(self, form: simcord.InteractionResult, **given: str) -> simcord.InteractionResult:
        """What is not given keeps what stands there; simcord would send it empty."""
        assert form.modal is not None
        asked = modal_inputs(form.modal["components"])
        assert given.keys() <= asked.keys()
        values = {name: _modal_field_answer(one, given.get(name)) for name, (_label, one) in asked.items()}
        inside = form._interaction.channel_id
        who = self.ada if inside == self.general.id else self.ada.user
        result: simcord.InteractionResult = await who.submit_modal(form, values)
        return result

    async def wait(self, until: datetime) -> None:
        """Time passes, and what is due comes."""
        await time_travel.advance_console_clock(self.bot.core, self.clock, until)
        await self.settle()

    async def settle(self) -> None:
        await time_travel.sweep_until_nothing_is_due(self.bot.core, self.clock.now())
        await self.bot.discord.tasks.wait_until_idle()
        await self.env.settle()

    @property
    def inbox(self) -> list[discord.Message]:
        """The direct messages of the bot, the oldest first."""
        me = self.env.bot.user
        return [one for one in self.ada.user.dm_channel.history(viewer=self.ada.user) if one.author == me]

    @property
    def window(self) -> list[discord.Message]:
        """All that Ada sees of the bot, the oldest first."""
        here = self.general.history(viewer=self.ada)
        return sorted([*here, *self.inbox], key=lambda one: one.id)

    async def book(self) -> Book | None:
        return await self.bot.store.load(Address(DISCORD_PLATFORM, str(self.ada.id)))

    async def names(self) -> list[str]:
        book = await self.book()
        return [contact.name for contact in book.contacts] if book else []

    def harmless(self) -> None:
        """Nothing was refused, nothing is unknown to simcord, and nothing stands where others read."""
        assert self.refused == [], self.refused
        public = [one for one in self.general.history() if one.author == self.env.bot.user]
        assert public == [], "in the server it is seen by one alone"
        sent = [one for place in self.env.backend.messages.values() for one in place.values()]
        assert not [one for one in sent if one.ping_user_ids or one.ping_role_ids or one.mention_everyone]


def _modal_field_answer(asked: Json, given: str | None) -> str | list[str]:
    """What is typed, or chosen by what it says; else what stands there."""
    options = asked.get("options")
    if options is None:
        return (asked.get("value") or "") if given is None else given
    return [option["value"] for option in options if (option["default"] if given is None else given in option.values())]


@contextmanager
def record_simcord_refusals() -> Iterator[list[str]]:
    """What simcord refuses, or does not know at all: our adapter takes either for a Discord in trouble, and goes on."""
    refused: list[str] = []
    known = router.dispatch

    def dispatch(backend: Any, method: str, path: str, **more: Any) -> Any:
        try:
            return known(backend, method, path, **more)
        except simcord.BackendError as refusal:
            refused.append(f"{method} {path}: {refusal}")
            raise

    router.dispatch = dispatch
    try:
        yield refused
    finally:
        router.dispatch = known


@asynccontextmanager
async def open_simcord_club(
    folder: Path, home: HostDefaults = SIMCORD_HOME, start: datetime = SIMCORD_START
) -> AsyncIterator[SimcordClub]:
    """To be entered in the test itself: simcord keeps its place in the task that enters."""
    clock = SimcordClock(lambda: datetime.now(UTC), start)
    bot = SimcordBot.on(folder, home, clock)
    with record_simcord_refusals() as refused:
        async with simcord.run(bot.discord.client) as env:
            await env.advance_time((start - env.now()).total_seconds())
            clock.env = env
            made = SimcordClub(env, clock, home, bot, refused)
            try:
                await bot.serve()
                yield made
            finally:
                await made.bot.close()
        made.harmless()
