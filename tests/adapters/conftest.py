"""How long the bot lets members wait: as in life, or hardly at all."""

from __future__ import annotations

import pytest

from adapters.common.deadline import ResponseTiming

QUICK_RESPONSE_TIMING = ResponseTiming(first_response=0.05, suggestions=0.1, modal_redraw=0.05)


@pytest.fixture
def response_timing(request: pytest.FixtureRequest) -> ResponseTiming:
    """For the bot of `club`. Tests of what comes late have the mark `quick_responses`, so that nobody waits for it."""
    return QUICK_RESPONSE_TIMING if request.node.get_closest_marker("quick_responses") else ResponseTiming()
