"""The catalog: read from CSV, written to its topic."""
