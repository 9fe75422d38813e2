"""Hypothesis strategies for all books and clubs there can be."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from datetime import UTC, datetime, time

from hypothesis import settings
from hypothesis import strategies as st

from bot.domain.model import Address, Book, Club, Contact

EXAMPLES = int(os.environ.get("STALEMATE_EXAMPLES", "30"))
few = settings(max_examples=EXAMPLES, deadline=None)

HARD = ("👩🏽‍💻", "Zoe\u0308", "שלום עולם", "مرحبا", "a\u202eb", "汉字", '"\\/', "\u2028")
texts = st.sampled_from(HARD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
moments = st.datetimes(timezones=st.just(UTC))

st.register_type_strategy(str, texts)
st.register_type_strategy(datetime, moments)
# Nobody meets at a fraction of a second, and orjson 3.11 writes one of a `time` without its leading zeros.
st.register_type_strategy(time, st.times().map(lambda one: one.replace(microsecond=0)))
st.register_type_strategy(int, st.integers(0, 2**31))


contacts = st.builds(Contact, entries=st.lists(st.deferred(lambda: entries), max_size=4).map(tuple))


def _entries() -> st.SearchStrategy[object]:
    from bot.domain.model import Entry

    return st.from_type(Entry)


entries = _entries()
given = {
    "version": st.just(0),
    "owner": st.builds(Address, platform=st.sampled_from(["slack", "discord"]), user=texts, team=texts),
    "contacts": st.lists(contacts, max_size=3).map(tuple),
}
# `...`: of every field there is, also of one that has a default
books = st.builds(Book, **{**{field.name: ... for field in fields(Book)}, **given})
clubs = st.from_type(Club).map(lambda club: replace(club, version=0))
