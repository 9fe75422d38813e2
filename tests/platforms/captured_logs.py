"""All that is logged or printed, for a look at whether it tells anything of a member's."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import structlog

from bot import logs


@contextmanager
def capture_all_logs() -> Iterator[io.StringIO]:
    """The vendors' own logs are at their loudest meanwhile."""
    root, told = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    root.handlers[:] = []
    try:
        with redirect_stdout(told), redirect_stderr(told):
            logs.configure_logging("DEBUG", json=True)
            for vendor in logs.VENDOR_LOGGERS:
                logging.getLogger(vendor).setLevel(logging.DEBUG)
            yield told
    finally:
        root.handlers[:] = before
        root.setLevel(level)
        structlog.reset_defaults()
        for vendor in logs.VENDOR_LOGGERS:
            logging.getLogger(vendor).setLevel(logging.NOTSET)
