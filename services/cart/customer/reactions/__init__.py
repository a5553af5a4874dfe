"""Reactions of a customer to their carts and orders."""
