"""People and channels on cards: named by Discord, whole or not at all, and nobody is called by it."""

from __future__ import annotations

import pytest

from adapters.discord.text import TIMESTAMP_IN_ROW, render_discord_line
from bot.domain.messages import Button, Card, Instant, Line, Mention
from tests import cards
from tests.adapters.discord.markdown_reader import parse_discord_markdown, unescaped_marks
from tests.adapters.discord.workspace import DiscordWorkspace

DISCORD_LEE_MENTION = Mention("person", "100000000000000002", "Lee *the first*")
DISCORD_CHANNEL_MENTION = Mention("channel", "700000000000000002", "general")


def test_a_person_and_a_channel_are_discords_own() -> None:
    said = ("Ask ", DISCORD_LEE_MENTION, " in ", DISCORD_CHANNEL_MENTION, ".")
    assert render_discord_line(said, 200) == "Ask <@100000000000000002> in <#700000000000000002>."
    assert [kind for kind, _ in parse_discord_markdown(render_discord_line(said, 200)) if kind] == [
        "mention",
        "mention",
    ]


def test_what_a_person_types_names_nobody() -> None:
    assert unescaped_marks(
        render_discord_line(("<@100000000000000002> <#700000000000000002> \ufdd0", DISCORD_LEE_MENTION), 200)
    ) == ["mention"]


def test_a_mention_and_a_moment_stand_where_they_were_said() -> None:
    said = (DISCORD_LEE_MENTION, " meets ", Instant(cards.NOON, "noon"), " in ", DISCORD_CHANNEL_MENTION)
    at = int(cards.NOON.timestamp())
    assert (
        render_discord_line(said, 200, TIMESTAMP_IN_ROW)
        == f"<@{DISCORD_LEE_MENTION.id}> meets <t:{at}:F> in <#{DISCORD_CHANNEL_MENTION.id}>"
    )


@pytest.mark.parametrize("limit", range(1, 120))
def test_cut_anywhere_it_is_whole_or_left_out(limit: int) -> None:
    said: Line = ("One two ", DISCORD_LEE_MENTION, " three ", DISCORD_CHANNEL_MENTION, " and *more* than fits")
    drawn = render_discord_line(said, limit)
    assert len(drawn) <= limit
    bare = drawn.replace(f"<@{DISCORD_LEE_MENTION.id}>", "").replace(f"<#{DISCORD_CHANNEL_MENTION.id}>", "")
    assert not set("<>@#0") & set(bare)


async def test_nobody_is_called(club: DiscordWorkspace) -> None:
    """The fixture looks at every message for what could ping."""
    post = await club.post(Card((("Hello ", DISCORD_LEE_MENTION, " @everyone"),), buttons=(Button("Join", "help"),)))
    assert post.content == f"Hello <@{DISCORD_LEE_MENTION.id}> \\@everyone"
    assert post.allowed_mentions == {"parse": []}
