"""What a person has before them after they did something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes_discord.answers import RESPOND_DEFERRED, RESPOND_DEFERRED_UPDATE, RESPOND_UPDATE
from tests.fakes_discord.state import DiscordInteraction, DiscordModal, DiscordScreenMessage

if TYPE_CHECKING:
    from tests.fakes_discord.world import DiscordWorld

NO_RESPONSE_TEXT = "The application did not respond"


class DiscordResult:
    """What came of one thing that a person did, always as it is now."""

    def __init__(self, world: DiscordWorld, interaction: DiscordInteraction) -> None:
        self.world = world
        self.interaction = interaction

    @property
    def failed(self) -> bool:
        """Whether the bot has not answered: the client says so in red."""
        return self.interaction.callback is None

    @property
    def thinking(self) -> bool:
        original = self.interaction.original
        return bool(original and original.loading and not original.gone)

    @property
    def waits(self) -> bool:
        """Whether there is only a first answer that promises another."""
        return self.interaction.type in (RESPOND_DEFERRED, RESPOND_DEFERRED_UPDATE) and not self.interaction.changes

    @property
    def modal(self) -> DiscordModal | None:
        return self.interaction.opened

    @property
    def message(self) -> DiscordScreenMessage | None:
        """The newest message that came, or was changed, in answer; None for none, or while the bot thinks."""
        told = [self.interaction.original, *self.interaction.followups]
        if self.interaction.type == RESPOND_DEFERRED_UPDATE and not self.interaction.changes:
            return None
        standing = [one for one in told if one and not one.gone and not one.loading]
        return standing[-1] if standing else None

    @property
    def messages(self) -> list[DiscordScreenMessage]:
        """All the messages of the answer that still stand."""
        told = [self.interaction.original, *self.interaction.followups]
        return [one for one in told if one and not one.gone]

    @property
    def replaced(self) -> bool:
        """Whether the message on which the person pressed was changed instead of a new one sent."""
        changed = self.interaction.type == RESPOND_UPDATE or (
            self.interaction.type == RESPOND_DEFERRED_UPDATE and not self.waits
        )
        return changed and self.message is self.interaction.source

    @property
    def ephemeral(self) -> bool:
        return bool(self.messages) and all(message.ephemeral for message in self.messages)

    @property
    def said(self) -> str:
        """All that can be read: the answer, the form, or that there is none."""
        if self.failed:
            return NO_RESPONSE_TEXT
        shown = self.modal or self.message
        return shown.said if shown else ""

    @property
    def buttons(self) -> list[tuple[str, str]]:
        return self.message.buttons if self.message else []

    async def wait_until_answered(self, within: float = 3.0) -> DiscordResult:
        """Wait until the bot has said what it promised, at most so many real seconds."""
        await self.world.until(lambda: not self.failed and not self.waits, within)
        return self

    def __repr__(self) -> str:
        kind = "modal" if self.modal else "failed" if self.failed else "thinking" if self.thinking else "message"
        return f"<Seen {kind} {self.said!r} {self.buttons}>"
