"""Replays a real shop's sales as converted carts."""
