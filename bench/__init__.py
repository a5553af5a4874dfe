"""Measures speed and size, mostly as ratios within one run: `make bench`."""
