"""The cart service: carts and the drafts of customer service, and the customers themselves."""
