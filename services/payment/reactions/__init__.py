"""What orders and payment providers tell the payment service, one module a fact."""
