"""What can go wrong with an engine, in words for the person at the keyboard."""

from ops.errors import ToolError


class EngineError(ToolError):
    """An engine could not be started or found; the message ends with what it last logged."""
