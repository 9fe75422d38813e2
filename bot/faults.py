"""Reports faults of the program to the host."""

from __future__ import annotations

import traceback
from secrets import token_hex

import structlog

log = structlog.get_logger()


def report_fault(error: BaseException) -> str:
    """Log the kind and place of a fault and return its reference. Its message is not logged: it may contain a name."""
    reference = token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("fault", reference=reference, error=type(error).__name__, places=places)
    return reference
