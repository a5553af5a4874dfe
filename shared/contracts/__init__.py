"""The published language: every message that crosses a topic, and nothing else.

One module per owner. A class here is a promise to foreign systems: change it only by adding.
"""

from shared.contracts.base import Malformed, Message, Part, message, model_for
from shared.contracts.topics import TOPICS, Topic

__all__ = ["TOPICS", "Malformed", "Message", "Part", "Topic", "message", "model_for"]
