"""The HTTP endpoints of a process: health, metrics and its AsyncAPI document."""
