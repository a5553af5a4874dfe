"""Processes batches of records, with each effect exactly once."""
