"""Texts cut to a limit, and between graphemes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.common.text import truncate_with_ellipsis


@given(st.text(), st.integers(1, 40))
def test_a_text_is_cut_to_its_limit_and_says_so(text: str, limit: int) -> None:
    cut = truncate_with_ellipsis(text, limit)
    assert len(cut) <= limit
    assert cut == text if len(text) <= limit else cut.endswith("…")


@pytest.mark.parametrize(
    "grapheme", ["e\u0301", "🇩🇪", "👍🏽", "👩‍👩‍👧", "❤️", "\u1100\u1161\u11a8", "🏴\U000e0067\U000e0062\U000e007f"]
)
def test_no_grapheme_is_cut_in_two(grapheme: str) -> None:
    for limit in range(1, 40):
        short = truncate_with_ellipsis(grapheme * 50, limit)
        assert short.removesuffix("…") == grapheme * (len(short) // len(grapheme))
