"""Commands of customer service of an order, one module a command or a family of them."""
