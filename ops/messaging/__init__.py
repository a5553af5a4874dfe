"""Sends commands and reads outcomes and events for the tools."""
