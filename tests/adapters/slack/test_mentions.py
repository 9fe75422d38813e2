"""People and channels in what we say: live with an id of Slack's, and never more than words without one."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.render import render_card_modal, render_slack_home, render_slack_message
from bot.domain.messages import Button, Card, Field, Instant, Line, Mention, Page, Row, Section
from tests.adapters.slack.checking import check_slack_payload
from tests.adapters.slack.visible_text import slack_live_marks
from tests.cards import NOON
from tests.platforms.hostile_texts import hostile_names, hostile_settings

SLACK_LEE_MENTION = Mention("person", "U0LEE", "Lee")
SLACK_CHANNEL_MENTION = Mention("channel", "C0CLUB", "#jobclub")
NOON_INSTANT = Instant(NOON, "noon")
INVALID_SLACK_IDS = ("", "u0lee", "U0LEE|x", "U0 LEE", "U0LEE>", "!here", "Ü0", "٣", "U0LEE\n", "<@U0LEE>")

SLACK_MENTION_TOKEN = re.compile("<[@#]([A-Z0-9]+)>", re.ASCII)

mention_ids = st.sampled_from(("U0LEE", "C0CLUB", "7")) | st.sampled_from(INVALID_SLACK_IDS) | hostile_names
slack_mentions = st.builds(Mention, st.sampled_from(("person", "channel")), mention_ids, hostile_names | st.just(""))
mention_instants = hostile_names.map(lambda said: Instant(NOON, said))
mention_lines: st.SearchStrategy[Line] = st.lists(hostile_names | mention_instants | slack_mentions, max_size=5).map(
    tuple
)
mention_line_lists = st.lists(mention_lines, min_size=1, max_size=3).map(tuple)


def only_block(drawn: dict[str, Any]) -> dict[str, Any]:
    [block] = drawn["blocks"]
    return dict(block)


def without_mentions(drawn: Any, known: Collection[str] = ("U0LEE",)) -> Any:
    """The drawing, the mentions of these ids taken for words."""
    if isinstance(drawn, list):
        return [without_mentions(one, known) for one in drawn]
    if not isinstance(drawn, dict):
        return drawn
    if drawn.get("type") in ("user", "channel") and drawn[f"{drawn['type']}_id"] in known:
        return {"type": "text", "text": "somebody"}
    if drawn.get("type") == "mrkdwn":
        return {
            **drawn,
            "text": SLACK_MENTION_TOKEN.sub(lambda found: "somebody" if found[1] in known else found[0], drawn["text"]),
        }
    return {key: without_mentions(one, known) for key, one in drawn.items()}


def test_a_person_and_a_channel_are_elements_of_rich_text() -> None:
    drawn = render_slack_message(Card((("Write to ", SLACK_LEE_MENTION, " in ", SLACK_CHANNEL_MENTION, "."),)))
    assert only_block(drawn)["elements"][0]["elements"] == [
        {"type": "text", "text": "Write to "},
        {"type": "user", "user_id": "U0LEE"},
        {"type": "text", "text": " in "},
        {"type": "channel", "channel_id": "C0CLUB"},
        {"type": "text", "text": "."},
    ]
    check_slack_payload(drawn)


def test_a_notification_says_a_mention_in_words() -> None:
    drawn = render_slack_message(Card((("Write to ", Mention("person", "U0LEE", "Lee <!here> & co")),)))
    assert drawn["text"] == "Write to Lee &lt;!here&gt; &amp; co"


def test_a_sentence_with_a_moment_mentions_too() -> None:
    drawn = render_slack_message(
        Card((("Lee & ", SLACK_LEE_MENTION, " meet ", NOON_INSTANT, " in ", SLACK_CHANNEL_MENTION),))
    )
    token = f"<!date^{int(NOON.timestamp())}^{{date_long_pretty}}, {{time}}|noon>"
    assert only_block(drawn)["text"]["text"] == f"Lee &amp; <@U0LEE> meet {token} in <#C0CLUB>"
    check_slack_payload(drawn)


def test_a_mention_alone_makes_no_markup_language_of_a_sentence() -> None:
    assert only_block(render_slack_message(Card(((SLACK_LEE_MENTION, " likes *this*"),))))["type"] == "rich_text"


def test_beside_a_button_and_on_one_a_mention_is_said_in_words() -> None:
    row = Row((SLACK_LEE_MENTION, ": your turn in ", SLACK_CHANNEL_MENTION), Button("See", "show"))
    block = render_slack_home(Page((), (Section("", (row,)),)))["blocks"][0]
    assert block["text"] == {"type": "plain_text", "text": "Lee: your turn in #jobclub", "emoji": False}


def test_a_sentence_of_very_many_mentions_still_fits() -> None:
    many = tuple(Mention("person", "U" + "0" * 40, "x") for _ in range(200))
    check_slack_payload(render_slack_message(Card(((*many, NOON_INSTANT),))))


@hostile_settings
@given(mention_line_lists, hostile_names)
def test_whatever_stands_around_a_mention_nothing_else_is_live(spans: tuple[Line, ...], key: str) -> None:
    known = {
        span.id
        for line in spans
        for span in line
        if isinstance(span, Mention) and SLACK_MENTION_TOKEN.fullmatch(f"<@{span.id}>")
    }
    row = Row(spans[0], Button("See", "show"))
    card = Card(spans, tuple(Field("Who", line) for line in spans))
    for drawn in (
        render_slack_message(card),
        render_card_modal(card, key),
        render_slack_home(Page(spans, (Section("", (row, Row(spans[0]))),))),
    ):
        check_slack_payload(drawn)
        assert slack_live_marks(without_mentions(drawn, known)) == []
