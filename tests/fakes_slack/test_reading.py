"""What people read, what would ping them, and what Slack refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fakes_slack import active_mentions, block_buttons, visible_block_text
from tests.fakes_slack.checks import slack_message_problems, slack_view_problems
from tests.fakes_slack.tiny import noted_modal, plain_text, section_message, tiny_slack_modal


def mrkdwn_object(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, **more}


def section_block(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "section", "text": mrkdwn_object(text, **more)}


def test_blocks_are_read_as_slack_shows_them() -> None:
    date = "<!date^1796000000^{date_short} at {time}|30 Nov at 14:00>"
    quoted = {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "Dear <Dana>"}]}
    blocks = [
        {"type": "header", "text": plain_text("Your turn")},
        section_block(f"Dana &amp; Sons &lt;3, until {date}"),
        {"type": "section", "fields": [mrkdwn_object("e-mail"), plain_text("1/1")]},
        {"type": "context", "elements": [mrkdwn_object("see <https://example.com|this>"), mrkdwn_object("<@U0LEE>")]},
        {"type": "rich_text", "elements": [quoted]},
        {"type": "actions", "elements": [{"type": "button", "text": plain_text("Done"), "value": "done o1"}]},
    ]
    assert visible_block_text(blocks).split("\n") == [
        "Your turn",
        "Dana & Sons <3, until 30 Nov at 14:00",
        "e-mail",
        "1/1",
        "see this @U0LEE",
        "Dear <Dana>",
    ]
    assert block_buttons(blocks) == [("Done", "done o1")]


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
    assert active_mentions([section_block(text)])
    assert active_mentions({"type": "modal", "blocks": [section_block(text)]})
    assert active_mentions([{"type": "section", "text": plain_text(text)}]) == []


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
    assert active_mentions([section_block("@here #general https://evil.example dana@example.com", verbatim=True)]) == []
    assert active_mentions([section_block("<!here>", verbatim=True)]) == ["<!here>"]


def test_the_text_of_a_message_pings_too_and_links_only_without_blocks() -> None:
    assert active_mentions({"text": "<!channel>", "blocks": section_message("x")["blocks"]}) == ["<!channel>"]
    assert active_mentions({"text": "https://evil.example", "blocks": section_message("x")["blocks"]}) == []
    assert active_mentions({"text": "https://evil.example"}) == ["https://evil.example"]
    assert active_mentions({"text": "@here"}) == []
    assert active_mentions({"text": "@here", "link_names": True}) == ["@here"]


@pytest.mark.parametrize("kind", ["user", "usergroup", "channel", "broadcast", "link"])
def test_live_elements_of_rich_text_are_found(kind: str) -> None:
    line = {"type": "rich_text_section", "elements": [{"type": kind, "user_id": "U0ADA"}]}
    assert active_mentions([{"type": "rich_text", "elements": [line]}])
    line["elements"] = [{"type": "text", "text": "<!channel> https://evil.example"}]
    assert active_mentions([{"type": "rich_text", "elements": [line]}]) == []


def done_button(**more: Any) -> dict[str, Any]:
    return {"type": "button", "text": plain_text("Done"), **more}


def actions_block(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def static_select(count: int = 2, **more: Any) -> dict[str, Any]:
    return {"type": "static_select", "options": [select_option(str(n)) for n in range(count)], **more}


def select_option(value: str, label: str = "x") -> dict[str, Any]:
    return {"text": plain_text(label), "value": value}


BAD_BLOCKS = {
    "51 blocks": [{"type": "divider"}] * 51,
    "a kind unknown on messages": [{"type": "alert", "text": plain_text("x")}],
    "a long section": [section_block("x" * 3001)],
    "an empty section": [section_block("")],
    "a section without text": [{"type": "section"}],
    "11 fields": [{"type": "section", "fields": [plain_text("x")] * 11}],
    "a long field": [{"type": "section", "fields": [plain_text("x" * 2001)]}],
    "a header in mrkdwn": [{"type": "header", "text": mrkdwn_object("x")}],
    "a long header": [{"type": "header", "text": plain_text("x" * 151)}],
    "an empty context": [{"type": "context", "elements": []}],
    "11 in a context": [{"type": "context", "elements": [plain_text("x")] * 11}],
    "verbatim plain text": [{"type": "header", "text": {**plain_text("x"), "verbatim": True}}],
    "an unknown key": [section_block("x") | {"colour": "red"}],
    "a long block_id": [section_block("x") | {"block_id": "x" * 256}],
    "a block_id twice": [section_block("x") | {"block_id": "b"}] * 2,
    "26 buttons": [actions_block(*[done_button()] * 26)],
    "no buttons": [actions_block()],
    "a long label": [actions_block(done_button(text=plain_text("x" * 76)))],
    "a long value": [actions_block(done_button(value="x" * 2001))],
    "a wrong style": [actions_block(done_button(style="loud"))],
    "a long action_id": [actions_block(done_button(action_id="x" * 256))],
    "an action_id twice": [actions_block(done_button(action_id="a"), done_button(action_id="a"))],
    "101 options": [actions_block(static_select(101))],
    "no options": [actions_block(static_select(0))],
    "a long option": [actions_block(static_select(options=[select_option("1", "x" * 76)]))],
    "a long option value": [actions_block(static_select(options=[select_option("x" * 151)]))],
    "an option twice": [actions_block(static_select(options=[select_option("1"), select_option("1")]))],
    "a foreign initial option": [actions_block(static_select(initial_option=select_option("9")))],
    "a long placeholder": [actions_block(static_select(placeholder=plain_text("x" * 151)))],
    "a question among buttons": [actions_block({"type": "plain_text_input"})],
}


@pytest.mark.parametrize("blocks", BAD_BLOCKS.values(), ids=BAD_BLOCKS)
def test_bad_blocks_of_a_message_are_refused(blocks: list[Any]) -> None:
    assert slack_message_problems({"text": "x", "blocks": blocks})


def question_block(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "input", "block_id": "q", "label": plain_text("q"), "element": element}


BAD_VIEWS = {
    "a long title": tiny_slack_modal("x" * 25),
    "no submit": {name: part for name, part in tiny_slack_modal().items() if name != "submit"},
    "a long submit": tiny_slack_modal() | {"submit": plain_text("x" * 25)},
    "long metadata": tiny_slack_modal() | {"private_metadata": "x" * 3001},
    "a long callback_id": tiny_slack_modal() | {"callback_id": "x" * 256},
    "101 blocks": noted_modal("x") | {"blocks": [{"type": "divider"}] * 101},
    "a home": tiny_slack_modal() | {"type": "home"},
    "an unknown key": tiny_slack_modal() | {"colour": "red"},
    "no date": tiny_slack_modal() | {"blocks": [question_block({"type": "datepicker", "initial_date": "30.11.2026"})]},
    "no moment": tiny_slack_modal()
    | {"blocks": [question_block({"type": "datetimepicker", "initial_date_time": "soon"})]},
    "no number": tiny_slack_modal() | {"blocks": [question_block({"type": "number_input", "initial_value": 3})]},
    "a long answer": tiny_slack_modal()
    | {"blocks": [question_block({"type": "plain_text_input", "max_length": 2, "initial_value": "xxx"})]},
    "a button as a question": tiny_slack_modal() | {"blocks": [question_block(done_button())]},
}


@pytest.mark.parametrize("view", BAD_VIEWS.values(), ids=BAD_VIEWS)
def test_bad_views_are_refused(view: dict[str, Any]) -> None:
    assert slack_view_problems(view, "modal")


def test_good_ones_are_let_through() -> None:
    assert slack_message_problems(section_message("x", "Done", "Later")) == []
    assert slack_message_problems({"blocks": [section_block("x") | {"accessory": done_button(value="x" * 2000)}]}) == []
    assert (
        slack_message_problems({"blocks": [actions_block(static_select(100, initial_option=select_option("9")))]}) == []
    )
    assert slack_view_problems(tiny_slack_modal(), "modal") == []
    assert slack_view_problems({"type": "home", "blocks": section_message("x", "Done")["blocks"]}, "home") == []
    assert slack_view_problems({"type": "home", "blocks": [], "title": plain_text("x")}, "home")
