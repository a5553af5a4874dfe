"""Requests to payment providers."""

from shared.contracts.base import message
from shared.contracts.payments.parts import Asked
from shared.contracts.topics import PAYMENT_REQUESTS


@message("waybill.payment.request.v1", on=PAYMENT_REQUESTS)
class Request(Asked):
    """Carry out the action once and answer with `waybill.payment.settle.v1`.

    Repeats have the same `request_id`.
    """
