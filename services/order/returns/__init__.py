"""Returns and exchanges of an order: goods that come back, and what they are worth."""
