"""What people read, what would ping them, and what Slack refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes_slack import active_mentions, buttons, visible_text
from tests.fakes_slack.checks import message_problems, view_problems
from tests.fakes_slack.tiny import card, form, note, plain


def mrkdwn(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, **more}


def section(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn(text, **more)}


def test_blocks_are_read_as_slack_shows_them() -> None:
    date = "<!date^1796000000^{date_short} at {time}|30 Nov at 14:00>"
    quoted = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "Dear <Dana>"}]}
    blocks = [
        {"type": "header", "text": plain("Your turn")},
        section(f"Dana &amp; Sons &lt;3, until {date}"),
        {"type": "section", "fields": [mrkdwn("e-mail"), plain("1/1")]},
        {"type": "context", "elements": [mrkdwn("see <https://example.com|this>"), mrkdwn("<@U0LEE>")]},
        {"type": "rich_text", "elements": [quoted]},
        {"type": "actions", "elements": [{"type": "button", "text": plain("Done"), "value": "done o1"}]},
    ]
    assert visible_text(blocks).split("\n") == [
        "Your turn",
        "Dana & Sons <3, until 30 Nov at 14:00",
        "e-mail",
        "1/1",
        "see this @U0LEE",
        "Dear <Dana>",
    ]
    assert buttons(blocks) == [("Done", "done o1")]


@pytest.mark.parametrize(
    "text",
    [
        "<!channel>",
        "<!here|here>",
        "<@U0ADA>",
        "<#C0GENERAL|general>",
        "<!subteam^S1>",
        "<https://evil.example|bank>",
        "<javascript:alert(1)|x>",
        "<mailto:a@b.example>",
        "<!date^1^{date}^https://evil.example|today>",
        "see https://evil.example now",
        "www.evil.example",
        "dana@example.com",
        "go to evil.com",
        "hey @here",
        "(@everyone)",
        "in #general",
    ],
)
def test_what_is_live_is_found(text: str) -> None:
    assert active_mentions(text)
    assert active_mentions([section(text)])
    assert active_mentions({"type": "modal", "blocks": [section(text)]})
    assert active_mentions([{"type": "section", "text": plain(text)}]) == []


@pytest.mark.parametrize(
    "text",
    [
        "&lt;!channel&gt;",
        "&lt;@U0ADA&gt;",
        "<!date^1^{date}|today>",
        "Dana & <3",
        "a < b > c",
        "3.5 days",
        "&#35;",
        "!",
    ],
)
def test_what_is_dead_is_left_alone(text: str) -> None:
    assert active_mentions(text) == []


def test_verbatim_text_keeps_words_dead_but_not_what_stands_in_brackets() -> None:
    assert active_mentions([section("@here #general https://evil.example dana@example.com", verbatim=True)]) == []
    assert active_mentions([section("<!here>", verbatim=True)]) == ["<!here>"]


def test_the_text_of_a_message_pings_too_and_links_only_without_blocks() -> None:
    assert active_mentions({"text": "<!channel>", "blocks": card("x")["blocks"]}) == ["<!channel>"]
    assert active_mentions({"text": "https://evil.example", "blocks": card("x")["blocks"]}) == []
    assert active_mentions({"text": "https://evil.example"}) == ["https://evil.example"]
    assert active_mentions({"text": "@here"}) == []
    assert active_mentions({"text": "@here", "link_names": True}) == ["@here"]


@pytest.mark.parametrize("kind", ["user", "usergroup", "channel", "broadcast", "link"])
def test_live_elements_of_rich_text_are_found(kind: str) -> None:
    line = {"type": "rich_text_section", "elements": [{"type": kind, "user_id": "U0ADA"}]}
    assert active_mentions([{"type": "rich_text", "elements": [line]}])
    line["elements"] = [{"type": "text", "text": "<!channel> https://evil.example"}]
    assert active_mentions([{"type": "rich_text", "elements": [line]}]) == []


def button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain("Done"), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def select(count: int = 2, **more: Any) -> dict[str, Any]:
    return {"type": "static_select", "options": [option(str(n)) for n in range(count)], **more}


def option(value: str, label: str = "x") -> dict[str, Any]:
    return {"text": plain(label), "value": value}


BAD = {
    "51 blocks": [{"type": "divider"}] * 51,
    "a kind unknown on messages": [{"type": "alert", "text": plain("x")}],
    "a long section": [section("x" * 3001)],
    "an empty section": [section("")],
    "a section without text": [{"type": "section"}],
    "11 fields": [{"type": "section", "fields": [plain("x")] * 11}],
    "a long field": [{"type": "section", "fields": [plain("x" * 2001)]}],
    "a header in mrkdwn": [{"type": "header", "text": mrkdwn("x")}],
    "a long header": [{"type": "header", "text": plain("x" * 151)}],
    "an empty context": [{"type": "context", "elements": []}],
    "11 in a context": [{"type": "context", "elements": [plain("x")] * 11}],
    "verbatim plain text": [{"type": "header", "text": {**plain("x"), "verbatim": True}}],
    "an unknown key": [section("x") | {"colour": "red"}],
    "a long block_id": [section("x") | {"block_id": "x" * 256}],
    "a block_id twice": [section("x") | {"block_id": "b"}] * 2,
    "26 buttons": [actions(*[button()] * 26)],
    "no buttons": [actions()],
    "a long label": [actions(button(text=plain("x" * 76)))],
    "a long value": [actions(button(value="x" * 2001))],
    "a wrong style": [actions(button(style="loud"))],
    "a long action_id": [actions(button(action_id="x" * 256))],
    "an action_id twice": [actions(button(action_id="a"), button(action_id="a"))],
    "101 options": [actions(select(101))],
    "no options": [actions(select(0))],
    "a long option": [actions(select(options=[option("1", "x" * 76)]))],
    "a long option value": [actions(select(options=[option("x" * 151)]))],
    "an option twice": [actions(select(options=[option("1"), option("1")]))],
    "a foreign initial option": [actions(select(initial_option=option("9")))],
    "a long placeholder": [actions(select(placeholder=plain("x" * 151)))],
    "a question among buttons": [actions({"type": "plain_text_input"})],
}


@pytest.mark.parametrize("blocks", BAD.values(), ids=BAD)
def test_bad_blocks_of_a_message_are_refused(blocks: list[Any]) -> None:
    assert message_problems({"text": "x", "blocks": blocks})


def asking(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "input", "block_id": "q", "label": plain("q"), "element": element}


BAD_VIEWS = {
    "a long title": form("x" * 25),
    "no submit": {name: part for name, part in form().items() if name != "submit"},
    "a long submit": form() | {"submit": plain("x" * 25)},
    "long metadata": form() | {"private_metadata": "x" * 3001},
    "a long callback_id": form() | {"callback_id": "x" * 256},
    "101 blocks": note("x") | {"blocks": [{"type": "divider"}] * 101},
    "a home": form() | {"type": "home"},
    "an unknown key": form() | {"colour": "red"},
    "no date": form() | {"blocks": [asking({"type": "datepicker", "initial_date": "30.11.2026"})]},
    "no moment": form() | {"blocks": [asking({"type": "datetimepicker", "initial_date_time": "soon"})]},
    "no number": form() | {"blocks": [asking({"type": "number_input", "initial_value": 3})]},
    "a long answer": form()
    | {"blocks": [asking({"type": "plain_text_input", "max_length": 2, "initial_value": "xxx"})]},
    "a button as a question": form() | {"blocks": [asking(button())]},
}


@pytest.mark.parametrize("view", BAD_VIEWS.values(), ids=BAD_VIEWS)
def test_bad_views_are_refused(view: dict[str, Any]) -> None:
    assert view_problems(view, "modal")


def test_good_ones_are_let_through() -> None:
    assert message_problems(card("x", "Done", "Later")) == []
    assert message_problems({"blocks": [section("x") | {"accessory": button(value="x" * 2000)}]}) == []
    assert message_problems({"blocks": [actions(select(100, initial_option=option("9")))]}) == []
    assert view_problems(form(), "modal") == []
    assert view_problems({"type": "home", "blocks": card("x", "Done")["blocks"]}, "home") == []
    assert view_problems({"type": "home", "blocks": [], "title": plain("x")}, "home")
