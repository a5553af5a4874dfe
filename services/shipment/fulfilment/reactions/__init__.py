"""Reactions of fulfilment to orders, payments and stock."""
