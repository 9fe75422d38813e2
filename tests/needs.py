"""What some tests need of the machine: without it they are skipped, and where it is required nothing is run at all."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

import pytest

REQUIRED_TOOLS_VARIABLE = "STALEMATE_TEST_REQUIRE"  # names of what must be there, with spaces between


def skip_without(name: str, there: object, why: str) -> pytest.MarkDecorator:
    """The mark of such tests. Raises LookupError when what is not there is required: no check is off in silence."""
    if not there and name in os.environ.get(REQUIRED_TOOLS_VARIABLE, "").split():
        raise LookupError(f"{name} is required by {REQUIRED_TOOLS_VARIABLE}, and is not there: {why}")
    return pytest.mark.skipif(not there, reason=why)


def describe_skipped(reasons: Iterable[str]) -> str:
    """One line that counts the tests that were skipped for each reason, as pytest words it."""
    counts = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    return "Not tried: " + "; ".join(f"{count} of the tests ({why})" for why, count in counts.most_common())
