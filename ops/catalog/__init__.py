"""Reads a catalog from CSV and publishes it on its topic."""
