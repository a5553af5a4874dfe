"""What the order service tells and asks of a cart."""
