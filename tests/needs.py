"""What some tests need of the machine: without it they are skipped, and where it is required nothing is run at all."""

from __future__ import annotations

import os

import pytest

REQUIRED_TOOLS_VARIABLE = "STALEMATE_TEST_REQUIRE"  # names of what must be there, with spaces between


def skip_without(name: str, there: object, why: str) -> pytest.MarkDecorator:
    """The mark of such tests. Raises LookupError when what is not there is required: no check is off in silence."""
    if not there and name in os.environ.get(REQUIRED_TOOLS_VARIABLE, "").split():
        raise LookupError(f"{name} is required by {REQUIRED_TOOLS_VARIABLE}, and is not there: {why}")
    return pytest.mark.skipif(not there, reason=why)
