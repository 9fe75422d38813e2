"""The state of the workspace, and the rules that each way into it shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tests.fakes_common.world import FakePlatformClock, FakeWorld
from tests.fakes_slack.checks import slack_message_problems, slack_view_problems
from tests.fakes_slack.state import (
    Json,
    ResponseAddress,
    SlackChannel,
    SlackIds,
    SlackScreen,
    SlackScreenMessage,
    SlackTrigger,
    SlackUser,
    SlackView,
    with_block_ids,
)

TRIGGER_LIFETIME_SECONDS = 3
SLACK_BOT_USER_ID = "U0BOT"
SLACK_APP_ID = "A0APP"


class SlackApiRefusal(Exception):
    """`ok: false`, with Slack's word for it."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.answer: Json = {"ok": False, "error": error, **more}


class SlackWorld(FakeWorld):
    def __init__(self, team: str, users: list[SlackUser], clock: FakePlatformClock) -> None:
        super().__init__(clock)
        self.team = team
        self.counter = SlackIds(clock)
        self.users = {user.id: user for user in [SlackUser(SLACK_BOT_USER_ID, "stalemate", is_bot=True), *users]}
        self.channels: dict[str, list[SlackScreenMessage]] = {}
        self.rooms: dict[str, SlackChannel] = {}
        self.new_room("C0GENERAL", "general", members=self.users)
        self.escaping: set[str] = set()  # the slash commands whose text names people and channels by their ids
        self.screens: defaultdict[str, SlackScreen] = defaultdict(SlackScreen)
        self.views: dict[str, SlackView] = {}
        self.triggers: dict[str, SlackTrigger] = {}
        self.addresses: dict[str, ResponseAddress] = {}
        self.shown: defaultdict[str, list[SlackScreenMessage]] = defaultdict(list)
        self.token_error = ""

    # -- channels and messages

    def dm(self, user: str) -> str:
        """The channel of the bot's direct messages with a person."""
        channel = f"D{user[1:]}"
        self.channels.setdefault(channel, [])
        return channel

    def channel(self, named: str) -> str:
        """The channel of this id, or of the direct messages with the user of this id."""
        if named in self.users and not self.users[named].is_bot:
            return self.dm(named)
        if named not in self.channels:
            raise SlackApiRefusal("channel_not_found")
        return named

    def new_room(self, named: str, name: str, *, private: bool = False, members: Iterable[str] = ()) -> SlackChannel:
        self.channels[named] = []
        room = self.rooms[named] = SlackChannel(named, name, private, set(members))
        return room

    def open_to_bot(self, channel: str) -> str:
        """The channel where the bot may post; refuses as Slack does, for which a private one elsewhere is not there."""
        room = self.rooms.get(named := self.channel(channel))
        if room is None:
            return named
        outside = SLACK_BOT_USER_ID not in room.members
        if room.deleted or (room.private and outside):
            raise SlackApiRefusal("channel_not_found")
        if room.archived:
            raise SlackApiRefusal("is_archived")
        if outside or room.refuses:
            raise SlackApiRefusal("not_in_channel" if outside else room.refuses)
        return named

    def may_read(self, user: str, channel: str) -> bool:
        room = self.rooms.get(channel)
        return self.partner(channel) == user if room is None else not room.deleted and user in room.members

    def partner(self, channel: str) -> str:
        """Whose direct messages these are, empty for another channel."""
        return next((user for user in self.users if channel == f"D{user[1:]}"), "")

    def find(self, channel: str, ts: str) -> SlackScreenMessage:
        for message in self.channels[channel]:
            if message.ts == ts and not message.gone:
                return message
        raise SlackApiRefusal("message_not_found")

    def checked(self, about: str, message: Json) -> None:
        """Refuses a message that Slack would refuse; complains of it, and of one without a text for notifications."""
        text, blocks = message.get("text") or "", message.get("blocks")
        if not text.strip():
            self.complain(about, "no top-level text")
        if not text and not blocks:
            raise SlackApiRefusal("no_text")
        if len(text) > 40_000:
            self.complain(about, "text longer than 40,000")
            raise SlackApiRefusal("msg_too_long")
        if problems := slack_message_problems(message):
            self.complain(about, *problems)
            raise SlackApiRefusal(
                "invalid_blocks", response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]}
            )

    def post(self, channel: str, sent: Json, author: str = SLACK_BOT_USER_ID, only_for: str = "") -> SlackScreenMessage:
        """Put a checked message on the screens it is meant for."""
        kept = with_block_ids(sent.get("blocks") or [], self.counter.id)
        message = SlackScreenMessage(self.counter.ts(), channel, author, sent.get("text") or "", kept, only_for)
        message.metadata = sent.get("metadata")
        if only_for:
            self.screens[only_for].ephemerals.append(message)
        else:
            self.channels[channel].append(message)
        if author == SLACK_BOT_USER_ID:
            self.shown[only_for or self.partner(channel)].append(message)
        return message

    def change(self, message: SlackScreenMessage, sent: Json) -> None:
        message.replace(sent.get("text") or "", with_block_ids(sent.get("blocks") or [], self.counter.id))

    # -- what an interaction hands to the bot

    def new_trigger(self, user: str) -> str:
        trigger = self.counter.id("9") + ".1.trigger"
        self.triggers[trigger] = SlackTrigger(user, self.clock())
        return trigger

    def use_trigger(self, given: str) -> SlackTrigger:
        trigger = self.triggers.get(given)
        if trigger is None:
            raise SlackApiRefusal("invalid_trigger_id")
        if trigger.used:
            raise SlackApiRefusal("exchanged_trigger_id")
        if self.clock() - trigger.made > TRIGGER_LIFETIME_SECONDS:
            raise SlackApiRefusal("expired_trigger_id")
        trigger.used = True
        return trigger

    def new_address(self, user: str, channel: str, original: SlackScreenMessage | None = None) -> str:
        token = self.counter.id("r")
        self.addresses[token] = ResponseAddress(user, channel, self.clock(), original)
        return f"{self.url}/response/{token}"

    # -- views

    def checked_view(self, about: str, body: Any, surface: Any) -> None:
        if problems := slack_view_problems(body, surface):
            self.complain(about, *problems)
            raise SlackApiRefusal(
                "invalid_arguments", response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]}
            )

    def new_view(self, user: str, body: Json) -> SlackView:
        view = SlackView(self.counter.id("V"), user, self._kept(body), self.counter.id("h"))
        self.views[view.id] = view
        return view

    def change_view(self, view: SlackView, body: Json) -> None:
        """Draw a view anew; what was typed stays where block and element are the same."""
        before = {block["block_id"]: block["element"]["action_id"] for block in view.blocks if "element" in block}
        view.body, view.hash, view.errors = self._kept(body), self.counter.id("h"), {}
        after = {block["block_id"]: block["element"]["action_id"] for block in view.blocks if "element" in block}
        view.typed = {name: typed for name, typed in view.typed.items() if before.get(name) == after.get(name)}

    def _kept(self, body: Json) -> Json:
        return {**body, "blocks": with_block_ids(body["blocks"], self.counter.id)}
