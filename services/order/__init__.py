"""Purchase orders: placed, held, canceled, completed. The rules are in `order.py`."""

from services.order.order import decider

__all__ = ["decider"]
