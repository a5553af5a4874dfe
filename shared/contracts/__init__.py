"""The contract: every message on a topic, and nothing else.

One module per owner. Foreign systems depend on these classes: change them only by adding to them.
"""

from shared.contracts.base import Malformed, Message, Part, message, model_for
from shared.contracts.topics import TOPICS, Topic

__all__ = ["TOPICS", "Malformed", "Message", "Part", "Topic", "message", "model_for"]
