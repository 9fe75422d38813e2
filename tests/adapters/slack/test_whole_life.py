"""One life of a member through every flow: what was asked of Slack, what Slack may tell, and what a log may say."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack import inbound
from adapters.slack.inbound import SLACK_PLATFORM
from adapters.slack.manifest import EVENT_SCOPES, METHOD_SCOPES, build_slack_manifest
from bot.domain.model import Address
from tests.adapters.slack.workspace import SLACK_TEAM_ID, SlackWorkspace, first_block_id, last_message
from tests.fakes_slack import MissingAcknowledgement, faults
from tests.platforms.captured_logs import capture_all_logs

LIFE_NAME_CANARY, LIFE_NOTE_CANARY, LIFE_COMPANY_CANARY, LIFE_WORDS_CANARY = (
    "Canaryname",
    "canarynote",
    "Canaryworks",
    "canarywords",
)


async def live_through_every_flow(club: SlackWorkspace) -> None:
    """Commands, forms, brakes, presses, messages, the home, shortcuts, reminders, a removal, a return."""
    await club.ada.open_home()
    await club.says(f"add {LIFE_NAME_CANARY} channel: email company: {LIFE_COMPANY_CANARY} note: {LIFE_NOTE_CANARY}")
    await club.ada.command("/club", LIFE_WORDS_CANARY)
    await club.ada.command("/outreach", "log")
    await club.idle()
    await club.ada.submit(contact=LIFE_NAME_CANARY, channel="email", note=LIFE_NOTE_CANARY)
    view = club.ada.view
    assert view is not None
    await club.ada.press(view, "Log it anyway")
    await club.idle()
    await club.ada.close()
    await club.ada.write(f"{LIFE_WORDS_CANARY} {LIFE_NAME_CANARY}")
    await club.ada.write(f"add {LIFE_WORDS_CANARY}")
    await club.ada.shortcut("log")
    await club.idle()
    await club.ada.message_shortcut("log_message", f"{LIFE_WORDS_CANARY} {LIFE_NOTE_CANARY}")
    await club.idle()
    await club.ada.submit(contact=LIFE_NAME_CANARY, channel="phone", when="2026-11-23")
    await club.idle()
    await club.far.command("/outreach", LIFE_WORDS_CANARY)
    await club.far.write(LIFE_WORDS_CANARY)
    await club.slack.change_user("U0ADA", tz="Europe/Berlin")
    await lose_reminder_answer(club)
    await club.slack.app_uninstalled()
    await club.slack.tokens_revoked()
    club.slack.revoke("")
    await club.says("board")


async def lose_reminder_answer(club: SlackWorkspace) -> None:
    """One whose answer is lost, so that it is looked for."""
    await club.says("settings basket: never patience: no")
    club.slack.fail("chat.postMessage", with_=faults.dropped(), stored=True)
    await club.wait(days=15)
    reminders = [one for one in club.ada.received if first_block_id(one).startswith("st:")]
    assert reminders
    assert len({first_block_id(reminder) for reminder in reminders}) == len(reminders), "none came twice"
    club.slack.fail("response_url", with_=faults.status(404, "used_url"))
    await club.ada.press(reminders[0], reminders[0].buttons[0][0])
    await club.idle()


class RecordingBoltApp:
    """Takes the place of Bolt's app, and keeps what is registered with it."""

    def __init__(self) -> None:
        self.listeners: dict[str, list[Any]] = {}

    def __getattr__(self, kind: str) -> Any:
        def register(what: Any) -> Any:
            self.listeners.setdefault(kind, []).append(what)
            return lambda listener: listener

        return register


async def test_the_manifest_names_the_methods_that_are_called_and_no_other(club: SlackWorkspace) -> None:
    await live_through_every_flow(club)
    called = {call.method for call in club.slack.calls} - {"response_url"}
    assert called == set(METHOD_SCOPES)


async def test_the_manifest_names_what_is_listened_to_and_nothing_else(club: SlackWorkspace) -> None:
    listeners = RecordingBoltApp()
    club.bot._listeners.register(listeners)  # type: ignore[arg-type]
    asked = build_slack_manifest()
    assert set(listeners.listeners["event"]) == {name.partition(".")[0] for name in EVENT_SCOPES}
    assert listeners.listeners["command"] == [one["command"] for one in asked["features"]["slash_commands"]]
    assert listeners.listeners["shortcut"] == [one["callback_id"] for one in asked["features"]["shortcuts"]]


async def test_every_event_of_the_manifest_is_taken_in_a_life(either: SlackWorkspace) -> None:
    await live_through_every_flow(either)
    events = [
        delivery.payload["event"]
        for delivery in either.slack.deliveries
        if delivery.kind == "events_api" and delivery.acks
    ]
    assert {f"{event['type']}.im" if event["type"] == "message" else event["type"] for event in events} == set(
        EVENT_SCOPES
    )


async def test_a_life_ends_with_nothing_left_when_it_is_forgotten(club: SlackWorkspace) -> None:
    await live_through_every_flow(club)
    await club.says("forget me")
    await club.pressed("Erase my book")
    assert last_message(club.ada).said.startswith("Your book is erased.")
    assert club.ada.home is not None
    assert LIFE_NAME_CANARY not in club.ada.home.said
    assert await club.store.load(Address(SLACK_PLATFORM, "U0ADA", SLACK_TEAM_ID)) is None


async def cause_slack_trouble(club: SlackWorkspace, monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes wrong, each with a member's words in it."""
    for method in ("views.open", "views.publish", "response_url", "chat.postMessage", "users.info"):
        club.slack.fail(method, with_=faults.error("some_error", needed=LIFE_NOTE_CANARY))
        club.slack.fail(method, with_=faults.html())
        club.slack.fail(method, with_=faults.dropped())
    for _ in range(3):
        await club.ada.command("/outreach", "add")
        await club.idle()
        await club.ada.write(f"{LIFE_WORDS_CANARY} {LIFE_NAME_CANARY}")
        await club.idle()
    club.store.broken = True
    await club.says(f"log {LIFE_NAME_CANARY} channel: email when: yesterday note: {LIFE_NOTE_CANARY}")
    club.store.broken = False

    async def broken(_self: object, _owner: object) -> None:
        raise ZeroDivisionError(LIFE_NAME_CANARY)

    monkeypatch.setattr(type(club.store), "load", broken)
    await club.ada.command("/outreach", f"show {LIFE_NAME_CANARY}")
    await club.ada.write(LIFE_NAME_CANARY)
    await club.ada.open_home()
    await club.idle()

    def unread(_said: object) -> bool:
        raise ZeroDivisionError(LIFE_WORDS_CANARY)

    monkeypatch.setattr(inbound, "is_direct_message", unread)
    club.slack.patience = 0.2
    with pytest.raises(MissingAcknowledgement):
        await club.ada.write(LIFE_WORDS_CANARY)


async def test_a_log_at_its_loudest_says_nothing_of_what_members_wrote_and_no_secret(
    either: SlackWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with capture_all_logs() as told:
        await either.restart()
        await live_through_every_flow(either)
        await cause_slack_trouble(either, monkeypatch)
        await either.bot.stop()
    logged = told.getvalue().casefold()
    for expected in (
        "answer lost",
        "not shown in its place",
        "answer not taken",
        "store_unavailable",
        "fault",
        "token is refused",
    ):
        assert expected in logged
    slack, world = either.slack, either.slack.world
    secrets = [slack.bot_token, slack.app_token, slack.signing_secret, *world.addresses, *world.triggers]
    assert [
        secret
        for secret in (*secrets, LIFE_NAME_CANARY, LIFE_NOTE_CANARY, LIFE_COMPANY_CANARY, LIFE_WORDS_CANARY)
        if secret.casefold() in logged
    ] == []
