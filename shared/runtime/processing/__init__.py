"""A batch of messages, from its records to its effects, each exactly once."""
