"""The cart service: carts, drafts of customer service, and customers."""
