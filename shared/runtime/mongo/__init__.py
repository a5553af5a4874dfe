"""MongoDB: connecting, the journal, tables, order numbers."""
