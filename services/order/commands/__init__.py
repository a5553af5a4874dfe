"""What customer service asks of an order, one module a command or a family of them."""
