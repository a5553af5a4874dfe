"""The result types of the queries, one module per subject."""
