"""Checks with one metadata request over a plain socket whether a Kafka broker answers.

A Kafka client would take a second for this and need an event loop.
"""

import socket
import struct

_METADATA, _VERSION, _CORRELATION = 3, 4, 1
# Header (no client id), no topics, no creation of topics.
_REQUEST = struct.pack(">hhihi?", _METADATA, _VERSION, _CORRELATION, -1, 0, False)
# Length, correlation id, throttle time, number of brokers.
_RESPONSE = struct.Struct(">iiii")


def kafka_answers(host: str, port: int, timeout: float = 2.0) -> bool:
    """Whether the broker at this address knows a broker that is ready for clients."""
    try:
        with socket.create_connection((host, port), timeout) as connection:
            connection.sendall(struct.pack(">i", len(_REQUEST)) + _REQUEST)
            with connection.makefile("rb") as answer:
                head = answer.read(_RESPONSE.size)
    except OSError:
        return False
    if len(head) < _RESPONSE.size:
        return False
    _, correlation, _, brokers = _RESPONSE.unpack(head)
    return correlation == _CORRELATION and brokers > 0
