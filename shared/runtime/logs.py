"""Structured logs: one JSON object per line on standard output, without secrets and documents."""

import json
import logging
import re
import sys
from collections.abc import Collection
from typing import Any

import structlog

# pymongo appends the server's answer to an error message, and for a failed write the whole document
# with its personal data. This part ends with the JSON string or with its line.
_FULL_ERROR = re.compile(r'full error: (?:[^"\\]|\\[^n])*')
_LEFT_OUT = "full error: left out"
_HIDDEN = "***"
# A shorter secret would also match unrelated text.
_SHORTEST = 6


def set_up(service: str, level: str, secrets: Collection[str] = ()) -> None:
    """Configures structlog and the standard library to log JSON.

    Every occurrence of one of the `secrets` is replaced by asterisks.
    """
    chain: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*chain, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=chain,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
                redactor(secrets),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("aiokafka", "pymongo", "faststream", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)


def redactor(secrets: Collection[str]) -> structlog.typing.Processor:
    """The last processor: removes secrets and documents from a line."""
    encoded = {json.dumps(secret)[1:-1] for secret in secrets if len(secret) >= _SHORTEST}
    # Longest first: a URI contains its password.
    ordered = sorted(encoded, key=len, reverse=True)

    def redact(_: object, __: str, line: Any) -> str:
        for secret in ordered:
            line = line.replace(secret, _HIDDEN)
        return str(_FULL_ERROR.sub(_LEFT_OUT, line))

    return redact
