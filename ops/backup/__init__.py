"""Backups of the whole system: creates, verifies and restores them (docs/decisions/0050)."""
