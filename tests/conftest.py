"""What every run of the tests tells at its end."""

from __future__ import annotations

import pytest

from tests.needs import describe_skipped


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was not tried here."""
    skipped = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())]
    if skipped:
        terminalreporter.write_line(describe_skipped(skipped))
