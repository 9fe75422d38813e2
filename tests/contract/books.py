"""Hypothesis strategies for all books there can be."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from hypothesis import settings
from hypothesis import strategies as st

from bot.model import Address, Book, Outreach

EXAMPLES = int(os.environ.get("STALEMATE_EXAMPLES", "30"))
few = settings(max_examples=EXAMPLES, deadline=None)

HARD = ("👩🏽‍💻", "Zoe\u0308", "שלום עולם", "مرحبا", "a\u202eb", "汉字", '"\\/', "\u2028")
texts = st.sampled_from(HARD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
moments = st.datetimes(timezones=st.just(UTC))

st.register_type_strategy(str, texts)
st.register_type_strategy(datetime, moments)
st.register_type_strategy(int, st.integers(0, 2**31))


contacts = st.builds(Outreach, entries=st.lists(st.deferred(lambda: entries), max_size=4).map(tuple))


def _entries() -> st.SearchStrategy[object]:
    from bot.model import Entry

    return st.from_type(Entry)


entries = _entries()
books = st.builds(
    Book,
    version=st.just(0),
    owner=st.builds(Address, platform=st.sampled_from(["slack", "discord"]), user=texts, team=texts),
    contacts=st.lists(contacts, max_size=3).map(tuple),
)
