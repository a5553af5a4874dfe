"""Structured logs: one JSON object a line on standard output, without secrets and documents."""

import json
import logging
import re
import sys
from collections.abc import Collection
from typing import Any

import structlog

# What MongoDB's client adds to the words of an error: the command's answer, and of a write that
# failed the whole document, whoever's name is in it. It ends with the JSON string or its line.
_FULL_ERROR = re.compile(r'full error: (?:[^"\\]|\\[^n])*')
_LEFT_OUT = "full error: left out"
_HIDDEN = "***"
# A shorter one would turn up in words that have nothing to do with it.
_SHORTEST = 6


def set_up(service: str, level: str, secrets: Collection[str] = ()) -> None:
    """Sends structlog's and the standard library's messages the same way, as JSON.

    None of the `secrets` is written, wherever it turns up.
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
                discreet(secrets),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("aiokafka", "pymongo", "faststream", "uvicorn.access"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(service=service)


def discreet(secrets: Collection[str]) -> structlog.typing.Processor:
    """The last step: a line as it may be written."""
    words = {json.dumps(secret)[1:-1] for secret in secrets if len(secret) >= _SHORTEST}
    # The longest first: a URI holds its password.
    ordered = sorted(words, key=len, reverse=True)

    def without(_: object, __: str, line: Any) -> str:
        for word in ordered:
            line = line.replace(word, _HIDDEN)
        return str(_FULL_ERROR.sub(_LEFT_OUT, line))

    return without
