"""Monitoring of a running system: Kafka, MongoDB, processes and consumer lag."""
