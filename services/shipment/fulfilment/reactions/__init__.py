"""What orders, payments and the stock tell and ask of fulfilment."""
