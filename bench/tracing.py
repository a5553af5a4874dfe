"""What tracing costs, under the load of `lifecycle`: nothing, everything, one in a hundred traced.

Each has a system of its own, one after the other, so a run is a triple of figures. The collector is
a server in this process that takes spans and forgets them; a real one is on another machine.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from unittest.mock import patch

from bench import lifecycle
from bench.instances import by_service
from bench.results import Figures
from bench.system import running

RATIO = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": "0.01"}
WAYS: Mapping[str, Mapping[str, str]] = {
    "off": {"OTEL_SDK_DISABLED": "true"},
    "on": {},
    "one-in-a-hundred": RATIO,
}


class Collector(BaseHTTPRequestHandler):
    """Takes whatever is sent to it, and counts the bytes."""

    received = 0

    def do_POST(self) -> None:
        """Reads a request and answers 200."""
        size = int(self.headers["Content-Length"])
        self.rfile.read(size)
        Collector.received += size
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Logs nothing."""


@contextmanager
def collecting() -> Iterator[str]:
    """Runs a collector; yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


async def measure(orders: int) -> Figures:
    """Orders a second, processor time and kilobytes of spans for an order, by way of tracing."""
    return {name: await _measure(name, variables, orders) for name, variables in WAYS.items()}


async def _measure(name: str, variables: Mapping[str, str], orders: int) -> Figures:
    print(f"tracing: {name}")
    with collecting() as address:
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, **variables}
        before = Collector.received
        with patch.dict(os.environ, environment):  # the services inherit it
            async with running() as system:
                found: dict[str, Any] = await lifecycle.measure(system, orders)
        kilobytes = (Collector.received - before) / orders / 1000
    return {
        "per_second": found["per_second"],
        "cpu_ms_per_order": round(sum(by_service(found["cpu_ms_per_order"]).values()), 2),
        "megabytes": round(sum(by_service(found["megabytes"]).values())),
        "span_kilobytes_per_order": round(kilobytes, 2),
    }
