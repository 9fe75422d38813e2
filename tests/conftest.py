"""What holds for every run of the tests, and what it tells at its end."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

from tests.needs import describe_skipped

# A machine may be busy: how long an example takes says nothing of it.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was not tried here."""
    skipped = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())]
    if skipped:
        terminalreporter.write_line(describe_skipped(skipped))
