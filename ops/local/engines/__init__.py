"""The engines of a local system, without containers: a real Kafka and a real MongoDB."""

from ops.local.engines.choice import KafkaChoice
from ops.local.engines.engines import Engines, running, start, stop
from ops.local.engines.errors import EngineError

__all__ = ["EngineError", "Engines", "KafkaChoice", "running", "start", "stop"]
