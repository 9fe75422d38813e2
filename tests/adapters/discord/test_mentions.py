"""People and channels on cards: named by Discord, whole or not at all, and nobody is called by it."""

from __future__ import annotations

import pytest

from adapters.discord.forms import render_discord_form
from adapters.discord.render import render_discord_message
from adapters.discord.text import TIMESTAMP_IN_ROW, render_discord_line
from bot.domain.messages import Button, Card, Field, Form, Input, Instant, Line, Mention
from tests import cards
from tests.adapters.discord.reading import marks, read
from tests.adapters.discord.workspace import Club

LEE = Mention("person", "100000000000000002", "Lee *the first*")
CLUB = Mention("channel", "700000000000000002", "general")
STRANGE = ("", "lee", "U012AB", "-1", "1>2", "٣", "1" * 21, "1\n")


def test_a_person_and_a_channel_are_discords_own() -> None:
    said = ("Ask ", LEE, " in ", CLUB, ".")
    assert render_discord_line(said, 200) == "Ask <@100000000000000002> in <#700000000000000002>."
    assert [kind for kind, _ in read(render_discord_line(said, 200)) if kind] == ["mention", "mention"]


@pytest.mark.parametrize("strange", STRANGE)
def test_somebody_whose_id_is_none_of_discords_is_named_literally(strange: str) -> None:
    for kind in ("person", "channel"):
        drawn = render_discord_line(("Ask ", Mention(kind, strange, "*Lee* <@5> @everyone"), "."), 200)  # type: ignore[arg-type]
        assert drawn == "Ask \\*Lee\\* \\<@5> \\@everyone."
        assert marks(drawn) == []


def test_what_a_person_types_names_nobody() -> None:
    assert marks(render_discord_line(("<@100000000000000002> <#700000000000000002> \ufdd0", LEE), 200)) == ["mention"]


def test_a_mention_and_a_moment_stand_where_they_were_said() -> None:
    said = (LEE, " meets ", Instant(cards.NOON, "noon"), " in ", CLUB)
    at = int(cards.NOON.timestamp())
    assert render_discord_line(said, 200, TIMESTAMP_IN_ROW) == f"<@{LEE.id}> meets <t:{at}:F> in <#{CLUB.id}>"


@pytest.mark.parametrize("limit", range(1, 120))
def test_cut_anywhere_it_is_whole_or_left_out(limit: int) -> None:
    said: Line = ("One two ", LEE, " three ", CLUB, " and *more* than fits")
    drawn = render_discord_line(said, limit)
    assert len(drawn) <= limit
    bare = drawn.replace(f"<@{LEE.id}>", "").replace(f"<#{CLUB.id}>", "")
    assert not set("<>@#0") & set(bare)


def test_they_are_named_in_lists_and_forms_too() -> None:
    card = Card((("Hello ", LEE),), fields=(Field("where", (CLUB,)),))
    assert render_discord_message(card).content == f"Hello <@{LEE.id}>\n- **where**: <#{CLUB.id}>"
    asked = render_discord_form(Form("Join", "help", (Input("topic", "What?"),), intro=(("Ask ", LEE),))).to_dict()
    assert asked["components"][0]["content"] == f"Ask <@{LEE.id}>"  # type: ignore[index, typeddict-item]


async def test_nobody_is_called(club: Club) -> None:
    """The fixture looks at every message for what could ping."""
    post = await club.post(Card((("Hello ", LEE, " @everyone"),), buttons=(Button("Join", "help"),)))
    assert post.content == f"Hello <@{LEE.id}> \\@everyone"
    assert post.allowed_mentions == {"parse": []}
