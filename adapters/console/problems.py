"""Errors of the console itself."""

from __future__ import annotations


class ConsoleLineRefused(Exception):
    """A directive cannot be followed; `str()` is the sentence to show."""
