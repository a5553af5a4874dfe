"""Reads the services' journals to show the current state of an order or cart."""
