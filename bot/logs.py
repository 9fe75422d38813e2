"""What the host reads on standard error. Standard output belongs to the console.

Nothing a member wrote is ever logged: log ids, counts and kinds.
"""

from __future__ import annotations

import logging
import re
import sys

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASK = "••••"
SECRET_KEYS = re.compile(r"token|secret|password|authorization|cookie", re.IGNORECASE)
# Tokens of Slack and Discord, wherever they stand: a vendor's traceback may quote one.
SECRET_TEXT = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}")
VENDORS = ("slack_bolt", "slack_sdk", "discord", "aiohttp", "apscheduler", "asyncio", "tzlocal")


def mask_keys(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The event without the values of keys that are named like secrets."""
    return {key: MASK if SECRET_KEYS.search(key) else value for key, value in event.items()}


def mask_text(_: WrappedLogger, __: str, rendered: EventDict | str) -> str:
    """The finished line without anything that has the shape of a token. Stands after the renderer."""
    return SECRET_TEXT.sub(MASK, str(rendered))


def setup(level: str, json: bool | None = None) -> None:
    """Send our log and the vendors' to standard error: for people on a terminal, as JSON lines elsewhere."""
    json = not sys.stderr.isatty() if json is None else json
    structlog.configure(
        processors=[*_common(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(json))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for vendor in VENDORS:
        logging.getLogger(vendor).setLevel(max(logging.WARNING, logging.getLogger().level))


def _common() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask_keys,
    ]


def _formatter(json: bool) -> logging.Formatter:
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    foreign = [step for step in _common() if step is not structlog.stdlib.filter_by_level]
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=foreign, processors=[drop, *_drawn(json), mask_text])


def _drawn(json: bool) -> list[Processor]:
    if json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    # Plain: the default draws local variables, and those hold what members wrote.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
