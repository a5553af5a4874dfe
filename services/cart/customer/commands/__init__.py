"""What customer service asks about a customer."""
