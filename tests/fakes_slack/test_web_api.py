"""The Web API, called by the real AsyncWebClient."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.fakes_slack import FakeSlack, faults
from tests.fakes_slack.responses import RESPONSE_SECONDS
from tests.fakes_slack.tiny import noted_modal, section_message, tiny_slack_modal


@pytest.fixture
async def client(slack: FakeSlack) -> AsyncIterator[AsyncWebClient]:
    async with aiohttp.ClientSession() as session:
        yield AsyncWebClient(slack.bot_token, base_url=slack.api_url, session=session, retry_handlers=[], timeout=1)


async def slack_error_of(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    return str(error.value.response["error"])


async def test_a_message_arrives_and_is_found_again_page_by_page(slack: FakeSlack, client: AsyncWebClient) -> None:
    channel = (await client.conversations_open(users="U0ADA"))["channel"]["id"]
    sent = []
    for number in range(5):
        event = {"event_type": "reminder", "event_payload": {"n": number}}
        sent.append(
            (await client.chat_postMessage(channel=channel, **section_message(f"n{number}"), metadata=event))["ts"]
        )
    found: list[Any] = []
    cursor = ""
    while cursor or not found:
        page = await client.conversations_history(
            channel=channel, limit=2, cursor=cursor, oldest=sent[0], inclusive=True, include_all_metadata=True
        )
        found += page["messages"]
        cursor = page["response_metadata"]["next_cursor"]
    assert [one["ts"] for one in found] == sent[::-1]
    assert found[0]["metadata"]["event_payload"] == {"n": 4}
    bounded = await client.conversations_history(channel=channel, oldest=sent[1], latest=sent[3])
    assert [one["text"] for one in bounded["messages"]] == ["n2"]
    assert [one.said for one in slack.person("U0ADA").received] == ["n0", "n1", "n2", "n3", "n4"]
    assert slack.complaints == []


async def test_a_message_is_changed_where_it_stands(slack: FakeSlack, client: AsyncWebClient) -> None:
    sent = await client.chat_postMessage(channel="U0ADA", **section_message("before"))
    await client.chat_update(channel=sent["channel"], ts=sent["ts"], **section_message("after"))
    ada = slack.person("U0ADA")
    assert [(one.said, one.versions) for one in ada.received] == [("after", ["before"])]
    theirs = slack.world.post(ada.dm, section_message("mine"), author="U0ADA")
    private = slack.world.post(ada.dm, section_message("for you"), only_for="U0ADA")
    for ts, error in ((theirs.ts, "cant_update_message"), (private.ts, "message_not_found")):
        assert await slack_error_of(client.chat_update(channel=ada.dm, ts=ts, text="x")) == error
    assert [one["text"] for one in (await client.conversations_history(channel=ada.dm))["messages"]] == [
        "mine",
        "after",
    ]


async def test_users_tell_their_zone_and_language_when_asked(slack: FakeSlack, client: AsyncWebClient) -> None:
    user = (await client.users_info(user="U0ADA", include_locale=True))["user"]
    assert (user["tz"], user["locale"]) == ("Europe/Berlin", "de-DE")
    assert "locale" not in (await client.users_info(user="U0ADA"))["user"]


async def test_tokens_are_checked(slack: FakeSlack, client: AsyncWebClient) -> None:
    assert (await client.auth_test())["team_id"] == "T0CLUB"
    stranger = AsyncWebClient("xoxb-other", base_url=slack.api_url, retry_handlers=[])
    assert await slack_error_of(stranger.auth_test()) == "invalid_auth"
    assert await slack_error_of(AsyncWebClient(base_url=slack.api_url, retry_handlers=[]).auth_test()) == "not_authed"
    assert await slack_error_of(client.apps_connections_open(app_token=slack.bot_token)) == "not_allowed_token_type"
    for error in ("token_revoked", "account_inactive"):
        slack.revoke(error)
        assert await slack_error_of(client.auth_test()) == error


async def test_a_trigger_serves_once_and_not_for_long(slack: FakeSlack, client: AsyncWebClient) -> None:
    first, late = slack.world.new_trigger("U0ADA"), slack.world.new_trigger("U0ADA")
    await client.views_open(trigger_id=first, view=tiny_slack_modal())
    assert await slack_error_of(client.views_open(trigger_id=first, view=tiny_slack_modal())) == "exchanged_trigger_id"
    slack.clock.move(3.1)
    assert await slack_error_of(client.views_open(trigger_id=late, view=tiny_slack_modal())) == "expired_trigger_id"
    assert (
        await slack_error_of(client.views_open(trigger_id="made up", view=tiny_slack_modal())) == "invalid_trigger_id"
    )


async def test_views_are_changed_by_hash(slack: FakeSlack, client: AsyncWebClient) -> None:
    view = (await client.views_open(trigger_id=slack.world.new_trigger("U0ADA"), view=tiny_slack_modal()))["view"]
    ada = slack.person("U0ADA")
    await client.views_update(view_id=view["id"], hash=view["hash"], view=noted_modal("new"))
    assert ada.view is not None
    assert ada.view.said == "new"
    assert (
        await slack_error_of(client.views_update(view_id=view["id"], hash=view["hash"], view=noted_modal("x")))
        == "hash_conflict"
    )
    assert await slack_error_of(client.views_update(view_id="V0", view=noted_modal("x"))) == "not_found"


async def test_the_home_is_published_by_hash(slack: FakeSlack, client: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": section_message("one")["blocks"]}
    view = (await client.views_publish(user_id="U0ADA", view=home))["view"]
    await client.views_publish(user_id="U0ADA", view=home, hash=view["hash"])
    assert await slack_error_of(client.views_publish(user_id="U0ADA", view=home, hash=view["hash"])) == "hash_conflict"


async def test_a_message_that_slack_refuses_is_refused_and_complained_of(
    slack: FakeSlack, client: AsyncWebClient
) -> None:
    long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
    assert await slack_error_of(client.chat_postMessage(channel="U0ADA", text="x", blocks=[long])) == "invalid_blocks"
    assert await slack_error_of(client.views_publish(user_id="U0ADA", view=tiny_slack_modal())) == "invalid_arguments"
    assert slack.person("U0ADA").received == []
    assert {one.partition(":")[0] for one in slack.complaints} == {"chat.postMessage", "views.publish"}


async def test_a_message_without_a_text_for_notifications_is_sent_and_complained_of(
    slack: FakeSlack, client: AsyncWebClient
) -> None:
    sent = {"channel": "U0ADA", "text": " ", "blocks": section_message("x")["blocks"]}
    await client.api_call("chat.postMessage", json=sent)
    assert slack.complaints == ["chat.postMessage: no top-level text"]


async def test_json_where_slack_takes_none_is_complained_of(slack: FakeSlack, client: AsyncWebClient) -> None:
    await client.api_call("users.info", json={"user": "U0ADA"})
    assert slack.complaints == (["users.info: takes no JSON"] if slack.web.spec else [])


async def test_a_response_address_serves_five_times_within_half_an_hour(slack: FakeSlack) -> None:
    used = AsyncWebhookClient(slack.world.new_address("U0ADA", "C0GENERAL"))
    for number in range(5):
        assert (await used.send(text=str(number))).body == "ok"
    answer = await used.send(text="6")
    assert (answer.status_code, "used_url" in answer.body) == (404, True)
    late = AsyncWebhookClient(slack.world.new_address("U0ADA", "C0GENERAL"))
    slack.clock.move(RESPONSE_SECONDS + 1)
    answer = await late.send(text="late")
    assert (answer.status_code, "expired_url" in answer.body) == (404, True)
    assert len(slack.person("U0ADA").ephemerals) == 5


async def test_a_response_address_replaces_deletes_and_tells_the_channel(slack: FakeSlack) -> None:
    ada = slack.person("U0ADA")
    for text in ("first", "second"):
        slack.world.post("C0GENERAL", section_message(text), only_for="U0ADA")
    first, second = (
        AsyncWebhookClient(slack.world.new_address("U0ADA", "C0GENERAL", ephemeral)) for ephemeral in ada.ephemerals
    )
    await first.send(text="instead", replace_original=True)
    await second.send(text="", delete_original=True)
    await first.send(text="for all", response_type="in_channel")
    assert [ephemeral.said for ephemeral in ada.ephemerals] == ["instead"]
    assert [channel.said for channel in slack.world.channels["C0GENERAL"]] == ["for all"]
    assert slack.complaints == []
    await AsyncWebhookClient(slack.world.new_address("U0ADA", "C0GENERAL")).send(text="x", replace_original=True)
    assert slack.complaints == ["response_url: there is no original to replace or delete"]


@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (faults.error("internal_error"), 200),
        (faults.error("ratelimited"), 200),
        (faults.limited(None), 429),
        (faults.limited("soon"), 429),
    ],
)
async def test_slack_says_no_in_words_of_its_own(
    slack: FakeSlack, client: AsyncWebClient, failure: faults.Failure, status: int
) -> None:
    slack.fail(with_=failure)
    with pytest.raises(SlackApiError) as error:
        await client.auth_test()
    assert error.value.response.status_code == status
    assert (await client.auth_test())["ok"]  # nothing is closed
    assert slack.complaints == []
