"""Reads the journals of services to show an order or a cart as it stands."""
