"""Backups of real engines, and their restores."""
