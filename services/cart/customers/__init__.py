"""Customers and their address books. The rules are in `customer.py`."""

from services.cart.customers.customer import decider

__all__ = ["decider"]
