"""Which test shows which sentence of the specification."""
