"""Commands that customer service sends to a customer."""
