"""Carts and the drafts of customer service. The rules are in `cart.py`."""

from services.cart.cart import decider

__all__ = ["decider"]
