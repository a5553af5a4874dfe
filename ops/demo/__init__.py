"""Example data, and orders taken through the whole system step by step."""
