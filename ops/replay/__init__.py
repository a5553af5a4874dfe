"""Replays a shop's sales as converted carts."""
