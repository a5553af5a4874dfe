"""Example data, and orders that go through the whole system step by step."""
