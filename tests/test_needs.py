"""What is not tried on a machine is told, or refused where it is required."""

from __future__ import annotations

import pytest

from tests.needs import REQUIRED_TOOLS_VARIABLE, describe_skipped, skip_without


def test_what_is_required_and_not_there_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(REQUIRED_TOOLS_VARIABLE, "tide faketime")
    with pytest.raises(LookupError, match="faketime is required"):
        skip_without("faketime", "", "no library")
    assert skip_without("faketime", "/lib/there", "no library").args == (False,)
    assert skip_without("another", "", "no other").args == (True,)


def test_what_was_skipped_is_told_in_one_line() -> None:
    told = describe_skipped(["Skipped: no list", "Skipped: no library", "Skipped: no library"])
    assert told == "Not tried: 2 of the tests (no library); 1 of the tests (no list)"
