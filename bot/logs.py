"""The log, on standard error, for the host. Standard output belongs to the console.

Nothing a member wrote is ever logged: log ids, counts and kinds.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from secrets import token_hex

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

log = structlog.get_logger()

VALUE_MASK = "••••"
MASKED_KEY_PATTERN = re.compile(r"token|secret|password|authorization|cookie", re.IGNORECASE)
# Tokens of Slack and Discord, anywhere in a line: a vendor's traceback may quote one.
TOKEN_PATTERN = re.compile(r"xox[a-z]-[\w-]+|xapp-[\w-]+|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}")
VENDOR_LOGGERS = ("slack_bolt", "slack_sdk", "discord", "aiohttp", "apscheduler", "asyncio", "tzlocal")


def report_fault(error: BaseException) -> str:
    """Log the kind and place of a fault and return its reference. Its message is not logged: it may contain a name."""
    reference = token_hex(4)
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    places = [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]
    log.error("fault", reference=reference, error=type(error).__name__, places=places)
    return reference


def mask_secret_keys(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The event, with the values of keys that are named like secrets masked."""
    return {key: VALUE_MASK if MASKED_KEY_PATTERN.search(key) else value for key, value in event.items()}


def mask_tokens(_: WrappedLogger, __: str, rendered: EventDict | str) -> str:
    """The finished line, with everything that has the shape of a token masked. Must run after the renderer."""
    return TOKEN_PATTERN.sub(VALUE_MASK, str(rendered))


def configure_logging(level: str, json: bool | None = None) -> None:
    """Send our log and the vendors' to standard error: for people on a terminal, as JSON lines elsewhere."""
    json = not sys.stderr.isatty() if json is None else json
    structlog.configure(
        processors=[*_common_log_processors(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_build_log_formatter(json))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for vendor in VENDOR_LOGGERS:
        logging.getLogger(vendor).setLevel(max(logging.WARNING, logging.getLogger().level))


def _common_log_processors() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        mask_secret_keys,
    ]


def _build_log_formatter(json: bool) -> logging.Formatter:
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    foreign = [step for step in _common_log_processors() if step is not structlog.stdlib.filter_by_level]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=foreign, processors=[drop, *_log_renderers(json), mask_tokens]
    )


def _log_renderers(json: bool) -> list[Processor]:
    if json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    # Plain: the default draws local variables, and those hold what members wrote.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
