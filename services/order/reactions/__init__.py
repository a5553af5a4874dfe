"""What other services tell the order service, one module a fact or a family of them."""
