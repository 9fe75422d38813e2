"""How the host hears of a fault of ours."""

from __future__ import annotations

import traceback
from secrets import token_hex

import structlog

log = structlog.get_logger()


def report_fault(error: BaseException) -> str:
    """Tells the host of a fault by kind and place, and gives the reference. Its message may hold a name: not logged."""
    reference = token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("fault", reference=reference, error=type(error).__name__, places=places)
    return reference
