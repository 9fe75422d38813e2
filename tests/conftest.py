"""What holds for every run of the tests, what it tells at its end, and how long the bot lets members wait."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from adapters.common.deadline import ResponseTiming
from tests.needs import describe_skipped

# A machine may be busy: how long an example takes says nothing of it.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was not tried here."""
    skipped = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())]
    if skipped:
        terminalreporter.write_line(describe_skipped(skipped))


QUICK_RESPONSE_TIMING = ResponseTiming(first_response=0.05, suggestions=0.1, modal_redraw=0.05)


@pytest.fixture
def response_timing(request: pytest.FixtureRequest) -> ResponseTiming:
    """For the bot of a stage. Tests of what comes late have the mark `quick_responses`, so that nobody waits for it."""
    return QUICK_RESPONSE_TIMING if request.node.get_closest_marker("quick_responses") else ResponseTiming()
