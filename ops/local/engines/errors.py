"""The error of an engine."""

from ops.errors import ToolError


class EngineError(ToolError):
    """An engine couldn't be started or found; the hint has the end of its logs."""
