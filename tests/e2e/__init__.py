"""The whole system, as other systems meet it."""
