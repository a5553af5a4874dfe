"""A warehouse's stock: one stream per warehouse, so that it can't be oversold."""
