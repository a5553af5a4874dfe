"""The read models: events from topics, projected into documents for the portal's queries."""
