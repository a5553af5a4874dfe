"""A warehouse's stock: one stream per warehouse, so that nothing is oversold."""
