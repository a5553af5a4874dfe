"""Carts, and the drafts that customer service creates."""
