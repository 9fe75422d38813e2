"""The app is removed, or its token taken back: silence within one request, nothing lost, and on it goes."""

from __future__ import annotations

import pytest

from tests.adapters.slack.workspace import ADD_EMAILED_DANA, SlackWorkspace, last_message

TOKEN_REFUSALS = ("token_revoked", "account_inactive", "invalid_auth", "not_authed")


def methods_with_refused_token(club: SlackWorkspace) -> list[str]:
    """The methods that were answered with a refusal of the token."""
    return [call.method for call in club.slack.calls if set(call.answered) & set(TOKEN_REFUSALS)]


async def add_waiting_contact(club: SlackWorkspace) -> None:
    await club.says(ADD_EMAILED_DANA)
    await club.says("settings basket: never patience: no")


@pytest.mark.parametrize("error", TOKEN_REFUSALS)
async def test_a_refused_token_stops_all_calls_within_one_request(club: SlackWorkspace, error: str) -> None:
    await add_waiting_contact(club)
    club.slack.revoke(error)
    for word in ("Dana", "board", "help"):
        await club.ada.write(word)
        await club.idle()
    await club.says("log Dana channel: phone when: yesterday")
    await club.ada.open_home()
    await club.idle()
    assert len(methods_with_refused_token(club)) == 1
    assert not club.bot.healthy


@pytest.mark.parametrize(
    "order", [("uninstalled", "revoked"), ("revoked", "uninstalled"), ("uninstalled",), ("revoked",)]
)
async def test_a_removal_stops_all_calls_in_whatever_order_slack_tells_of_it(
    either: SlackWorkspace, order: tuple[str, ...]
) -> None:
    await add_waiting_contact(either)
    calls = len(either.slack.calls)
    for what in order:
        await (either.slack.app_uninstalled() if what == "uninstalled" else either.slack.tokens_revoked())
    await either.wait(days=30)
    assert len(either.slack.calls) == calls
    assert not either.bot.healthy
    assert await either.names() == ["Dana"]


async def test_the_token_of_a_member_is_none_of_ours(club: SlackWorkspace) -> None:
    await club.ada.event({"type": "tokens_revoked", "tokens": {"oauth": ["U0LEE"]}, "event_ts": "1"})
    await club.ada.event({"type": "tokens_revoked", "tokens": {"oauth": ["U0LEE"], "bot": []}, "event_ts": "2"})
    await club.idle()
    assert club.bot.healthy


@pytest.mark.parametrize("way", ["command", "message", "home"])
async def test_after_the_app_was_installed_again_the_first_word_of_a_member_is_answered(
    either: SlackWorkspace, way: str
) -> None:
    await add_waiting_contact(either)
    await either.slack.app_uninstalled()
    await either.slack.tokens_revoked()
    await either.wait(days=30)
    assert either.ada.received == []
    either.slack.revoke("")
    if way == "command":
        assert "Dana" in (await either.says("show Dana")).said
    elif way == "message":
        await either.ada.write("Dana")
        await either.idle()
        assert "Dana" in last_message(either.ada).said
        assert len(either.ada.received) == 1
    else:
        await either.ada.open_home()
        await either.idle()
        assert either.ada.home is not None
        assert "Dana" in either.ada.home.said
    assert either.bot.healthy


async def test_reminders_go_on_after_the_app_was_installed_again(club: SlackWorkspace) -> None:
    await add_waiting_contact(club)
    await club.slack.app_uninstalled()
    await club.wait(days=15)
    club.slack.revoke("")
    await club.says("board")
    await club.wait(days=1)
    [reminder] = club.ada.received
    assert "Dana" in reminder.said


async def test_a_token_that_stays_refused_is_tried_once_a_minute_at_most(club: SlackWorkspace) -> None:
    await add_waiting_contact(club)
    await club.slack.app_uninstalled()
    for _ in range(5):
        await club.ada.write("Dana")
        await club.idle()
    assert methods_with_refused_token(club) == ["auth.test"]
