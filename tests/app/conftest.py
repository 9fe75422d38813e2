from __future__ import annotations

import pytest

from tests.fakes import Member


@pytest.fixture
def ada() -> Member:
    """A newcomer on a Tuesday morning in Berlin."""
    return Member()
