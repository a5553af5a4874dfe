"""Against real engines."""
