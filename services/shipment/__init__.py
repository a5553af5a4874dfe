"""Fulfilment: an order's shipments, and the stock of the warehouses that they ship from."""
