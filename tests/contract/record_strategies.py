"""Hypothesis strategies for all books and clubs there can be."""

from __future__ import annotations

import os
from dataclasses import fields, replace
from datetime import UTC, datetime, time

from hypothesis import settings
from hypothesis import strategies as st

from bot.domain.model import Address, Book, Club, Contact

EXAMPLES_PER_PROPERTY = int(os.environ.get("STALEMATE_EXAMPLES", "30"))
contract_settings = settings(max_examples=EXAMPLES_PER_PROPERTY, deadline=None)

HARD_TEXTS = ("👩🏽‍💻", "Zoe\u0308", "שלום עולם", "مرحبا", "a\u202eb", "汉字", '"\\/', "\u2028")
record_texts = st.sampled_from(HARD_TEXTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
record_datetimes = st.datetimes(timezones=st.just(UTC))

st.register_type_strategy(str, record_texts)
st.register_type_strategy(datetime, record_datetimes)
# Nobody meets at a fraction of a second, and orjson 3.11 writes one of a `time` without its leading zeros.
st.register_type_strategy(time, st.times().map(lambda one: one.replace(microsecond=0)))
st.register_type_strategy(int, st.integers(0, 2**31))


contact_records = st.builds(Contact, entries=st.lists(st.deferred(lambda: entry_records), max_size=4).map(tuple))


def _any_entry() -> st.SearchStrategy[object]:
    from bot.domain.model import Entry

    return st.from_type(Entry)


entry_records = _any_entry()
book_field_strategies = {
    "version": st.just(0),
    "owner": st.builds(Address, platform=st.sampled_from(["slack", "discord"]), user=record_texts, team=record_texts),
    "contacts": st.lists(contact_records, max_size=3).map(tuple),
}
# `...`: of every field there is, also of one that has a default
book_records = st.builds(Book, **{**{field.name: ... for field in fields(Book)}, **book_field_strategies})
club_records = st.from_type(Club).map(lambda club: replace(club, version=0))
