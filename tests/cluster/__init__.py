"""Topics and databases of a test's own on the engines that all tests share.

Written with confluent-kafka and pymongo alone, so that a mistake in the runtime can't hide itself
from the tests.
"""

from tests.cluster.cluster import SESSION_MS, Cluster
from tests.cluster.kafka_records import Got, Sent, command

__all__ = ["SESSION_MS", "Cluster", "Got", "Sent", "command"]
