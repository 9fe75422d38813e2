"""What the console itself cannot do."""

from __future__ import annotations


class ConsoleLineRefused(Exception):
    """A line that is the console's own cannot be followed; `str()` is the sentence to say."""
