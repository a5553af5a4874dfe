"""Reactions to facts that customers are notified of."""
