"""Commands that checkouts and customer service send to a cart."""
