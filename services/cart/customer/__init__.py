"""Customers and their address books."""
