"""What customer service asks of an order's money, one module a command."""
