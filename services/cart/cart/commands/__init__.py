"""What checkouts and customer service ask of a cart."""
