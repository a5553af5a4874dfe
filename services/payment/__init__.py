"""An order's money: recorded, captured, voided, refunded. The rules are in `payment.py`."""

from services.payment.payment import decider

__all__ = ["decider"]
