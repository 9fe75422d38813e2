"""What a person does and sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes_slack import payloads
from tests.fakes_slack.events import Acknowledgement, MissingAcknowledgement
from tests.fakes_slack.forms import SlackClientRefusal, check_picks_offered, check_view_can_be_sent, fill_view
from tests.fakes_slack.methods import view_payload
from tests.fakes_slack.reading import interactive_elements, pressable_faces
from tests.fakes_slack.state import Json, SlackScreen, SlackScreenMessage, SlackUser, SlackView
from tests.fakes_slack.world import SLACK_BOT_USER_ID

if TYPE_CHECKING:
    from tests.fakes_slack.slack import FakeSlack

SLACK_GENERAL_CHANNEL = "C0GENERAL"


class SlackPerson:
    """One member at their screen. What they do returns the bot's acknowledgement, or fails after 3 s without one."""

    def __init__(self, slack: FakeSlack, user: SlackUser) -> None:
        self.slack = slack
        self.user = user

    # -- what they see

    @property
    def dm(self) -> str:
        return self.slack.world.dm(self.user.id)

    @property
    def messages(self) -> list[SlackScreenMessage]:
        """The direct messages with the bot, the oldest first, each as it stands now."""
        return [channel for channel in self.slack.world.channels[self.dm] if not channel.gone]

    @property
    def received(self) -> list[SlackScreenMessage]:
        """The direct messages of the bot."""
        return [message for message in self.messages if message.author == SLACK_BOT_USER_ID]

    @property
    def ephemerals(self) -> list[SlackScreenMessage]:
        """The private answers, the oldest first, each as it stands now."""
        return [ephemeral for ephemeral in self._screen.ephemerals if not ephemeral.gone]

    @property
    def last(self) -> SlackScreenMessage | None:
        """The newest answer or message of the bot to this person."""
        shown = [one for one in self.slack.world.shown[self.user.id] if not one.gone]
        return shown[-1] if shown else None

    @property
    def stack(self) -> list[SlackView]:
        return self._screen.stack

    @property
    def view(self) -> SlackView | None:
        """The modal that is open."""
        return self.stack[-1] if self.stack else None

    @property
    def home(self) -> SlackView | None:
        return self._screen.home

    @property
    def sees(self) -> str:
        """All the text before this person: direct messages, their channels, private answers, the modals, the home."""
        home = [self.home] if self.home else []
        rooms = [one for room in self.slack.world.rooms for one in self._public(room)]
        shown: list[SlackScreenMessage | SlackView] = [*self.messages, *rooms, *self.ephemerals, *self.stack, *home]
        return "\n".join(one.said for one in shown)

    def reads(self, channel: str) -> list[SlackScreenMessage]:
        """What stands before this person in a channel, the oldest first: what all read there, and their own answers."""
        own = [ephemeral for ephemeral in self.ephemerals if ephemeral.channel == channel]
        return sorted([*self._public(channel), *own], key=lambda one: float(one.ts))

    def _public(self, channel: str) -> list[SlackScreenMessage]:
        if not self.slack.world.may_read(self.user.id, channel):
            return []
        return [one for one in self.slack.world.channels[channel] if not one.gone]

    @property
    def _screen(self) -> SlackScreen:
        return self.slack.world.screens[self.user.id]

    # -- what they do

    async def command(self, name: str, text: str = "", channel: str = SLACK_GENERAL_CHANNEL) -> Acknowledgement:
        payload = payloads.command_payload(self.slack.world, self.user, name, text, channel)
        return await self.slack.deliver("slash_commands", payload)

    async def write(self, text: str) -> Acknowledgement:
        """Write a direct message to the bot."""
        sent = {"text": payloads.escape_typed_text(text), "blocks": payloads.typed_rich_text(text)}
        message = self.slack.world.post(self.dm, sent, author=self.user.id)
        return await self.event(payloads.direct_message_event(self.slack.world, self.user, message))

    async def rewrite(self, message: SlackScreenMessage, text: str) -> Acknowledgement:
        """Edit a direct message that this person wrote."""
        message.replace(payloads.escape_typed_text(text), payloads.typed_rich_text(text))
        return await self.event(payloads.own_message_event(self.slack.world, message, changed=True))

    async def press(self, where: SlackScreenMessage | SlackView, label: str) -> Acknowledgement:
        """Press the button, or choose the option, with this label or value on a message (also an old one) or a view."""
        if isinstance(where, SlackScreenMessage) and not where.only_for and where.channel in self.slack.world.rooms:
            self._reach(where.channel)
        for shown, value, block, element in pressable_faces(where.blocks):
            if label in (shown, value):
                return await self._act(where, block, element, "" if element["type"] == "button" else value)
        raise SlackClientRefusal(f"no button {label!r} among {where.buttons}")

    async def choose(self, where: SlackScreenMessage | SlackView, action: str, choice: str) -> Acknowledgement:
        """Choose from a select, a menu or a picker outside a form."""
        for block, element in interactive_elements(where.blocks):
            if element["action_id"] == action:
                return await self._act(where, block, element, choice)
        raise SlackClientRefusal(f"no element {action!r}")

    async def _act(
        self, where: SlackScreenMessage | SlackView, block: Json, element: Json, choice: str = ""
    ) -> Acknowledgement:
        shape: Any = payloads.view_press_payload if isinstance(where, SlackView) else payloads.message_press_payload
        payload = shape(self.slack.world, self.user, where, block, element, choice)
        return await self.slack.deliver("interactive", payload)

    async def submit(self, view: SlackView | None = None, given: Json | None = None, **values: Any) -> Acknowledgement:
        """Fill in a form and send it; fields that are not named keep what stands in them.

        The acknowledgement tells what came of it: `errors`, `action`; the view itself is replaced in place.
        """
        view = view or self.view
        if view is None or view not in self.stack:
            raise SlackClientRefusal("no such form is open")
        fill_view(view, {**(given or {}), **values})
        check_view_can_be_sent(view)
        check_picks_offered(view, self.slack.world, self.user.id)
        return await self.slack.deliver(
            "interactive", payloads.view_submission_payload(self.slack.world, self.user, view)
        )

    def _reach(self, channel: str) -> None:
        if not self.slack.world.may_read(self.user.id, channel):
            raise SlackClientRefusal(f"{self.user.id} is not in {channel}")

    async def close(self) -> None:
        """Close the modal that is open; the bot hears of it when it asked to."""
        if self.view is None:
            raise SlackClientRefusal("no modal is open")
        view = self.stack.pop()
        if view.body.get("notify_on_close"):
            await self.slack.deliver(
                "interactive", payloads.view_closed_payload(self.slack.world, self.user, view, cleared=False)
            )

    async def open_home(self, tab: str = "home") -> Acknowledgement:
        shown = {"view": view_payload(self.slack.world, self.home)} if self.home and tab == "home" else {}
        opened = {"type": "app_home_opened", "user": self.user.id, "channel": self.dm, "tab": tab}
        return await self.event(opened | {"event_ts": self.slack.world.counter.ts()} | shown)

    async def shortcut(self, callback: str) -> Acknowledgement:
        return await self.slack.deliver("interactive", payloads.shortcut_payload(self.slack.world, self.user, callback))

    async def message_shortcut(
        self, callback: str, text: str, channel: str = SLACK_GENERAL_CHANNEL, author: str = ""
    ) -> Acknowledgement:
        """Use a shortcut on a message that somebody wrote in a channel."""
        sent = {"text": payloads.escape_typed_text(text), "blocks": payloads.typed_rich_text(text)}
        message = self.slack.world.post(channel, sent, author=author or self.user.id)
        payload = payloads.message_shortcut_payload(self.slack.world, self.user, callback, message)
        return await self.slack.deliver("interactive", payload)

    async def event(self, inner: Json) -> Acknowledgement:
        return await self.slack.deliver("events_api", payloads.event_payload(self.slack.world, inner))


__all__ = ["MissingAcknowledgement", "SlackClientRefusal", "SlackPerson"]
