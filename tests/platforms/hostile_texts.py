"""Names and notes that try to ping, to link, to format or to break out, on any platform.

`STALEMATE_TEST_HOSTILE` is the number of examples; the big run takes 10000.
"""

from __future__ import annotations

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.domain.messages import (
    Button,
    Card,
    Choice,
    Choose,
    Field,
    Form,
    Input,
    Instant,
    Line,
    Mention,
    Row,
    Section,
)
from tests.cards import NOON

hostile_settings = settings(
    max_examples=int(os.environ.get("STALEMATE_TEST_HOSTILE", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

SLACK_HOSTILE_TRICKS = (
    *("<!channel>", "<!here>", "<!everyone>", "<@U012AB3CD>", "<#C012AB3CD>", "<!subteam^S012|staff>", "@channel"),
    *("<http://evil.example|bank>", "http://evil.example", "<mailto:a@b.example|Dana>", "slack://open", "javascript:x"),
    *("*bold*", "_slanted_", "~struck~", "`code`", "```fence", "> quoted", "&gt; quoted", "• listed", "1. listed"),
    *(":smile:", "<!date^0^{date}^http://evil.example|today>", "{date}", "|", "^", "&lt;!channel&gt;", "&", "<", ">"),
    *("\u202e", "\u2066", "\x00", "\x1b[31m", "\r", "\n", "\u2028", "\udcff", "\u200d", "e" + "\u0301" * 40),
    *("🇩🇪", "👩‍👩‍👧"),
)
DISCORD_HOSTILE_TRICKS = (
    *("@everyone", "@here", "<@80351110224678912>", "<@!803511>", "<@&165511591545143296>", "<#1037357>", "@time"),
    *("</airhorn:816437322781949972>", "</a b c:81>", "<:mmLol:216154654256398347>", "<a:b1nzy:392938283556143104>"),
    *("<t:1618953630:F>", "<t:0>", "<id:customize>", "<sound:0:1>", "<user@mail.example>", "<+49 151 123>", ":smile:"),
    *("http://evil.example", "<https://evil.example>", "steam://run", "[bank](http://evil.example)", "[", "](<", ")"),
    *("discord.gg/evil", "DISCORD.com/invite/evil", "discordapp.com/gifts/x", "dis.gd/x", "://", ":/", "<a", "<3"),
    *("<3 151 123>", "<3 ( )>"),
    *("*", "**", "***", "*slanted*", "**bold**", "_", "__", "_slanted_", "~~", "~~struck~~", "||", "||hidden||", "`"),
    *("``", "```", "```py\n", "`code`", "\\", "\\\\", "\n", "\n\n", " ", "  ", "…", "\u3000", "\ufdd0", "\u200b"),
    *("# big", "## big", "-# small", "> quoted", ">>> quoted", "- listed", "* listed", "+ listed", "1. listed"),
    *("#\u2003a", "x>", "#", "-", ">", "1.", "12. ", "\u202e", "\u2066", "\x00", "\x1b[31m"),
    *("\r", "\u2028", "\udcff", "\u200d", "🇩🇪", "e" + "\u0301" * 40, "👩‍👩‍👧", "Dana"),
)  # fmt: skip
HOSTILE_TRICKS = tuple(dict.fromkeys((*SLACK_HOSTILE_TRICKS, *DISCORD_HOSTILE_TRICKS)))

hostile_names = st.lists(st.sampled_from(HOSTILE_TRICKS) | st.text(max_size=8), min_size=1, max_size=6).map("".join)
hostile_long_texts = st.builds(lambda name, size: (name * size)[:size], hostile_names, st.integers(1, 4500))
hostile_instants = hostile_names.map(lambda said: Instant(NOON + timedelta(days=1), said))
hostile_mentions = st.builds(
    Mention, st.sampled_from(("person", "channel")), st.sampled_from(("", "7>", "Ü0")), hostile_names
)
hostile_lines: st.SearchStrategy[Line] = st.lists(hostile_names | hostile_instants | hostile_mentions, max_size=4).map(
    tuple
)
hostile_buttons = st.lists(
    st.builds(Button, hostile_names, st.just("show") | st.text('ab\n:"', min_size=1, max_size=97)), max_size=27
).map(tuple)


def hostile_sections(
    texts: st.SearchStrategy[str], said: st.SearchStrategy[Line], headings: st.SearchStrategy[str]
) -> st.SearchStrategy[tuple[Section, ...]]:
    rows = st.builds(Row, said, st.none() | hostile_names.map(lambda name: Button(name, "show")), texts | st.just(""))
    return st.lists(st.builds(Section, headings, st.lists(rows, max_size=3).map(tuple)), max_size=3).map(tuple)


def hostile_cards(texts: st.SearchStrategy[str], most: int, *, whole: bool = False) -> st.SearchStrategy[Card]:
    """`whole`: all that is read of it stands in its texts: no heading, and nothing that is left out and counted."""
    said = st.lists(texts | hostile_instants, max_size=most).map(tuple)
    headings = st.just("") if whole else hostile_names | st.just("")
    left_out = st.just(0) if whole else st.integers(0, 2)
    return st.builds(
        Card,
        lines=st.lists(said, max_size=most).map(tuple),
        fields=st.lists(st.builds(Field, texts | st.just(""), said), max_size=most).map(tuple),
        quote=texts | st.just(""),
        buttons=hostile_buttons,
        notification=texts | st.just(""),
        head=texts | st.just(""),
        sections=hostile_sections(texts, said, headings),
        choose=st.none() | st.builds(Choose, hostile_names, hostile_buttons, left_out),
    )


hostile_questions = st.builds(
    Input,
    name=st.just("contact"),
    label=hostile_names | hostile_long_texts,
    kind=st.sampled_from(["text", "long", "date", "moment", "number", "select"]),
    required=st.booleans(),
    value=hostile_names | hostile_long_texts | st.just(""),
    options=st.lists(st.builds(Choice, hostile_names, hostile_names), max_size=4).map(tuple),
    hint=hostile_names | hostile_long_texts | st.just(""),
    error=hostile_names | hostile_long_texts | st.just(""),
)
hostile_forms = st.builds(
    Form,
    title=hostile_names | hostile_long_texts,
    command=st.just("add"),
    inputs=hostile_questions.map(lambda one: (one,)),
    intro=st.lists(hostile_lines | hostile_long_texts.map(lambda one: (one,)), max_size=3).map(tuple),
)
