"""A tiny real bot on discord.py, to prove that the fake is what the library expects."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from tests.fakes_discord.server import FakeDiscord


class PersistentButton(discord.ui.DynamicItem[discord.ui.Button[Any]], template=r"st:(?P<what>.*)"):
    """A button that works after a restart too: all that it needs is in its custom_id."""

    def __init__(self, what: str, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"st:{what}"))
        self.what = what

    @classmethod
    async def from_custom_id(cls, interaction: Any, item: Any, match: re.Match[str], /) -> PersistentButton:  # noqa: ARG003
        return cls(match["what"], item.label or "")

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.client.pressed(interaction, self.what)


def persistent_buttons(*labels: str) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for label in labels:
        view.add_item(PersistentButton(label.lower(), label))
    return view


def tiny_discord_modal(title: str = "Add someone") -> discord.ui.Modal:
    """A form of which the library remembers nothing: it comes back as `on_interaction`."""
    modal = discord.ui.Modal(title=title, custom_id="form:add", timeout=None)
    who: Any = discord.ui.TextInput(custom_id="contact", default="Dana", max_length=40)
    options = [discord.SelectOption(label="E-mail", value="email", default=True)]
    options.append(discord.SelectOption(label="Call", value="call"))
    via: Any = discord.ui.Select(custom_id="via", options=options)
    modal.add_item(discord.ui.Label(text="Who?", description="A name", component=who))
    modal.add_item(discord.ui.Label(text="How?", component=via))
    modal.stop()
    return modal


def everywhere_allowed() -> dict[str, Any]:
    """In guilds, in the bot's direct messages and in those of others."""
    places = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
    return {"allowed_contexts": places, "allowed_installs": app_commands.AppInstallationType(guild=True, user=True)}


class TinyDiscordBot(discord.Client):
    """Answers commands, buttons, forms and messages; `seen` is what came in."""

    def __init__(self, **more: Any) -> None:
        intents = discord.Intents(guilds=True, dm_messages=True)
        # The library waits so long after each guild for one more; the default of 2 s would make each test slow.
        more = {"guild_ready_timeout": 0.01, "allowed_mentions": discord.AllowedMentions.none(), **more}
        super().__init__(intents=intents, **more)
        self.tree = app_commands.CommandTree(self)
        self.seen: list[tuple[str, Any]] = []
        self.deaf = False
        self.add_dynamic_items(PersistentButton)
        self.tree.add_command(self.outreach())
        self.tree.add_command(app_commands.ContextMenu(name="Log it", callback=self.log, **everywhere_allowed()))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Without the 5 s that the library waits before each IDENTIFY but the first."""

    def outreach(self) -> app_commands.Group:
        group = app_commands.Group(name="outreach", description="Yours", **everywhere_allowed())
        add: Any = app_commands.Command(name="add", description="Note it", callback=self.add)
        add.autocomplete("contact")(self.complete)
        group.add_command(add)
        group.add_command(app_commands.Command(name="form", description="Ask", callback=self.ask))
        return group

    @app_commands.choices(via=[app_commands.Choice(name="E-mail", value="email")])
    async def add(self, interaction: discord.Interaction[Any], contact: str, via: str = "", days: int = 1) -> None:
        self.seen.append(("add", interaction))
        if not self.deaf:
            said = f"Noted: {contact} {via} {days}"
            await interaction.response.send_message(said, ephemeral=True, view=persistent_buttons("Done", "Form"))

    async def complete(self, interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current}…", value=current)]

    async def ask(self, interaction: discord.Interaction[Any]) -> None:
        await interaction.response.send_modal(tiny_discord_modal())

    async def log(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        await interaction.response.send_message(f"Logged: {message.content}", ephemeral=True)

    async def pressed(self, interaction: discord.Interaction[Any], what: str) -> None:
        self.seen.append(("pressed", interaction))
        if what == "form":
            await interaction.response.send_modal(tiny_discord_modal())
        elif what == "later":
            await interaction.response.defer()
            await interaction.edit_original_response(content="It is done later.", view=None)
        else:
            await interaction.response.edit_message(content="It is done.", view=None)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        if interaction.type is discord.InteractionType.modal_submit:
            self.seen.append(("submit", interaction))
            data: Any = interaction.data
            typed = [one["component"] for one in data["components"]]
            said = f"Saved: {typed[0]['value']} {typed[1]['values']}"
            if interaction.message:
                await interaction.response.edit_message(content=said, view=None)
            else:
                await interaction.response.send_message(said, ephemeral=True)

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.seen.append(("message", message))
            await message.channel.send(
                f"You wrote: {message.content}", view=persistent_buttons("Done", "Form", "Later")
            )


@contextmanager
def patch_discord_urls(api_url: str, gateway_url: str) -> Iterator[None]:
    """The library talks to these addresses meanwhile."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = api_url, yarl.URL(gateway_url)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@asynccontextmanager
async def run_tiny_discord_bot(fake: FakeDiscord, **more: Any) -> AsyncIterator[TinyDiscordBot]:
    """The tiny bot in this process, logged in, its commands synced."""
    with patch_discord_urls(fake.api_url, fake.gateway_url):
        bot = TinyDiscordBot(**more)
        await bot.login(fake.token)
        if not fake.world.commands[0]:
            await bot.tree.sync()
        task = asyncio.ensure_future(bot.connect())
        try:
            await fake.connected()
            await bot.wait_until_ready()
            yield bot
        finally:
            await bot.close()
            await asyncio.gather(task, return_exceptions=True)
