"""Reactions of a cart to messages of the order service."""
