"""The runtime by itself, on engines in memory."""
