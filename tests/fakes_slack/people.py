"""What a person does and sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes_slack import payloads
from tests.fakes_slack.events import Ack, NotAcknowledged
from tests.fakes_slack.forms import NotPossible, fill, may_pick, may_send
from tests.fakes_slack.methods import view_payload
from tests.fakes_slack.reading import elements
from tests.fakes_slack.state import Json, Message, Screen, User, View
from tests.fakes_slack.world import BOT

if TYPE_CHECKING:
    from tests.fakes_slack.slack import FakeSlack

GENERAL = "C0GENERAL"


class Person:
    """One member at their screen. What they do returns the bot's acknowledgement, or fails after 3 s without one."""

    def __init__(self, slack: FakeSlack, user: User) -> None:
        self.slack = slack
        self.user = user

    # -- what they see

    @property
    def dm(self) -> str:
        return self.slack.world.dm(self.user.id)

    @property
    def messages(self) -> list[Message]:
        """The direct messages with the bot, the oldest first, each as it stands now."""
        return [channel for channel in self.slack.world.channels[self.dm] if not channel.gone]

    @property
    def received(self) -> list[Message]:
        """The direct messages of the bot."""
        return [message for message in self.messages if message.author == BOT]

    @property
    def ephemerals(self) -> list[Message]:
        """The private answers, the oldest first, each as it stands now."""
        return [ephemeral for ephemeral in self._screen.ephemerals if not ephemeral.gone]

    @property
    def last(self) -> Message | None:
        """The newest answer or message of the bot to this person."""
        shown = [one for one in self.slack.world.shown[self.user.id] if not one.gone]
        return shown[-1] if shown else None

    @property
    def stack(self) -> list[View]:
        return self._screen.stack

    @property
    def view(self) -> View | None:
        """The modal that is open."""
        return self.stack[-1] if self.stack else None

    @property
    def home(self) -> View | None:
        return self._screen.home

    @property
    def sees(self) -> str:
        """All the text before this person: direct messages, their channels, private answers, the modals, the home."""
        home = [self.home] if self.home else []
        rooms = [one for room in self.slack.world.rooms for one in self._public(room)]
        shown: list[Message | View] = [*self.messages, *rooms, *self.ephemerals, *self.stack, *home]
        return "\n".join(one.said for one in shown)

    def reads(self, channel: str) -> list[Message]:
        """What stands before this person in a channel, the oldest first: what all read there, and their own answers."""
        own = [ephemeral for ephemeral in self.ephemerals if ephemeral.channel == channel]
        return sorted([*self._public(channel), *own], key=lambda one: float(one.ts))

    def _public(self, channel: str) -> list[Message]:
        if not self.slack.world.may_read(self.user.id, channel):
            return []
        return [one for one in self.slack.world.channels[channel] if not one.gone]

    @property
    def _screen(self) -> Screen:
        return self.slack.world.screens[self.user.id]

    # -- what they do

    async def command(self, name: str, text: str = "", channel: str = GENERAL) -> Ack:
        payload = payloads.command(self.slack.world, self.user, name, text, channel)
        return await self.slack.deliver("slash_commands", payload)

    async def write(self, text: str) -> Ack:
        """Write a direct message to the bot."""
        sent = {"text": payloads.typed(text), "blocks": payloads.rich(text)}
        message = self.slack.world.post(self.dm, sent, author=self.user.id)
        return await self.event(payloads.direct_message(self.slack.world, self.user, message))

    async def rewrite(self, message: Message, text: str) -> Ack:
        """Edit a direct message that this person wrote."""
        message.replace(payloads.typed(text), payloads.rich(text))
        return await self.event(payloads.echo(self.slack.world, message, changed=True))

    async def press(self, where: Message | View, label: str) -> Ack:
        """Press the button with this label, or this value, on a message (a copy of an older state too) or a view."""
        if isinstance(where, Message) and not where.only_for and where.channel in self.slack.world.rooms:
            self._reach(where.channel)
        for block, element in elements(where.blocks):
            if element["type"] == "button" and label in (element["text"]["text"], element.get("value")):
                return await self._act(where, block, element)
        raise NotPossible(f"no button {label!r} among {where.buttons}")

    async def choose(self, where: Message | View, action: str, choice: str) -> Ack:
        """Choose from a select, a menu or a picker outside a form."""
        for block, element in elements(where.blocks):
            if element["action_id"] == action:
                return await self._act(where, block, element, choice)
        raise NotPossible(f"no element {action!r}")

    async def _act(self, where: Message | View, block: Json, element: Json, choice: str = "") -> Ack:
        shape: Any = payloads.press_view if isinstance(where, View) else payloads.press_message
        payload = shape(self.slack.world, self.user, where, block, element, choice)
        return await self.slack.deliver("interactive", payload)

    async def submit(self, view: View | None = None, given: Json | None = None, **values: Any) -> Ack:
        """Fill in a form and send it; fields that are not named keep what stands in them.

        The acknowledgement tells what came of it: `errors`, `action`; the view itself is replaced in place.
        """
        view = view or self.view
        if view is None or view not in self.stack:
            raise NotPossible("no such form is open")
        fill(view, {**(given or {}), **values})
        may_send(view)
        may_pick(view, self.slack.world, self.user.id)
        return await self.slack.deliver("interactive", payloads.submission(self.slack.world, self.user, view))

    def _reach(self, channel: str) -> None:
        if not self.slack.world.may_read(self.user.id, channel):
            raise NotPossible(f"{self.user.id} is not in {channel}")

    async def close(self) -> None:
        """Close the modal that is open; the bot hears of it when it asked to."""
        if self.view is None:
            raise NotPossible("no modal is open")
        view = self.stack.pop()
        if view.body.get("notify_on_close"):
            await self.slack.deliver("interactive", payloads.closed(self.slack.world, self.user, view, cleared=False))

    async def open_home(self, tab: str = "home") -> Ack:
        shown = {"view": view_payload(self.slack.world, self.home)} if self.home and tab == "home" else {}
        opened = {"type": "app_home_opened", "user": self.user.id, "channel": self.dm, "tab": tab}
        return await self.event(opened | {"event_ts": self.slack.world.counter.ts()} | shown)

    async def shortcut(self, callback: str) -> Ack:
        return await self.slack.deliver("interactive", payloads.shortcut(self.slack.world, self.user, callback))

    async def message_shortcut(self, callback: str, text: str, channel: str = GENERAL, author: str = "") -> Ack:
        """Use a shortcut on a message that somebody wrote in a channel."""
        sent = {"text": payloads.typed(text), "blocks": payloads.rich(text)}
        message = self.slack.world.post(channel, sent, author=author or self.user.id)
        payload = payloads.message_shortcut(self.slack.world, self.user, callback, message)
        return await self.slack.deliver("interactive", payload)

    async def event(self, inner: Json) -> Ack:
        return await self.slack.deliver("events_api", payloads.event(self.slack.world, inner))


__all__ = ["NotAcknowledged", "NotPossible", "Person"]
