"""Kafka: connecting, consuming, publishing, topics."""
