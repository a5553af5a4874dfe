"""What is wrong with the fields of a request, in words for people, with an example for each field.

Every form, and every path, query and body of the API, gets its words from here.
"""

from collections.abc import Iterator, Mapping

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from services.portal.field_messages import translated
from services.portal.i18n import _
from shared.contracts import Malformed
from shared.contracts.field_errors import Mistake, listed, mistakes

Invalid = RequestValidationError | ValidationError | Malformed

# The labels that don't follow from the names of fields; of one form only, if they begin with it.
LABELS: Mapping[str, str] = {
    "arrival": "What happened",
    "code": "Coupon code",
    "customer.create.name": "Full name",
    "customer.update.name": "Full name",
    "end": "End Date",
    "exchange.create.warehouse": "Expected in",
    "expected": "Expected goods",
    "fee": "Fee kept back",
    "letter": "Dead letter",
    "hold_type": "Type",
    "line1": "Address",
    "line2": "Address, second line",
    "method": "Payment method",
    "note": "Reason",
    "placed_price": "Placed Price",
    "order.refund-shipping.method": "Refund to",
    "return.complete.method": "Refund to",
    "return.complete.note": "Why a fee",
    "return.create.warehouse": "Expected in",
    "review_on": "Review by",
    "safety": "Safety stock",
    "sku": "SKU",
    "start": "Start Date",
    "shared": "Show it to everybody",
    "stock.count.quantity": "Units on hand",
    "stock.expect.quantity": "Units expected",
    "stock.set-safety.quantity": "Units kept back",
    "stock.receive.quantity": "Units received",
    "text": "New note",
    "types": "Events",
    "url": "Address",
    "view_id": "View",
}
# A valid value of each field of a form and each parameter, by its name.
EXAMPLES: Mapping[str, str] = {
    "about": "order/c-1001",
    "action": "hold",
    "address_id": "a-1",
    "adjustment": "-5.00",
    "amount": "19.99",
    "arrival": "received",
    "begin": "50",
    "carrier": "UPS",
    "cart": "c-1001",
    "cart_id": "c-1001",
    "city": "Seattle",
    "code": "SPRING10",
    "comment": "The zip is broken",
    "condition": "as-new",
    "command_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "country": "US",
    "created": "today",
    "created_from": "2026-11-23",
    "created_to": "2026-11-23",
    "currency": "USD",
    "customer": "Mercy",
    "customer_id": "cu-1",
    "decision": "accepted",
    "discount": "1.00",
    "disposition": "restock",
    "email": "mercy@example.com",
    "entry": "order/c-1001@3",
    "exchange_order_id": "xc-1001",
    "expected_on": "2026-12-01",
    "fee": "5.00",
    "hold_id": "fraud",
    "hold_type": "fraud",
    "idempotency-key": "2026-11-23-17",
    "if-match": '"3"',
    "in_state": "rejected",
    "job_id": "job-3f9c2a7b5d1e8064",
    "key": "job-9f8e7d6c5b4a",
    "letter": "order-434ca6e36007",
    "letter_id": "order-434ca6e36007",
    "letters": "order-434ca6e36007",
    "limit": "50",
    "line1": "1 Pike Place",
    "line2": "Apartment 4",
    "line_id": "1",
    "market": "US",
    "method": "credit-card",
    "name": "Mercy Taylor",
    "note": "A test",
    "number": "PO1000042",
    "order": "c-1001",
    "order_id": "c-1001",
    "orders": "c-1001",
    "owner": "csr:anna",
    "payment_id": "p-1",
    "phone": "+1 206 555 0100",
    "placed_price": "19.99",
    "postal_code": "98101",
    "quantity": "2",
    "reason": "The customer called",
    "reference": "Check 1234",
    "refund_id": "ref-1001",
    "region": "WA",
    "return_id": "ret-1001",
    "review_on": "2026-12-31",
    "search": "mercy",
    "service": "order",
    "shipment": "1",
    "shipment_id": "1",
    "shown": "no",
    "shipping_cost": "4.90",
    "shipping_method": "standard",
    "since": "1764273600",
    "sku": "TEA-MUG",
    "state": "open",
    "step": "confirm",
    "stops": "ship",
    "tax": "1.80",
    "text": "Ring twice",
    "to_line_id": "2",
    "to_shipment_id": "2",
    "topic": "order.commands",
    "tracking_number": "1Z999AA10123456784",
    "transaction_type": "Sale",
    "types": "waybill.order.*",
    "url": "https://shop.example/waybill",
    "type": "fraud",
    "view_id": "5f1c",
    "warehouse": "seattle",
    "what": "redrive",
    "which": "selected",
    "zone": "Europe/Stockholm",
}
# Messages with these words need no example.
CLEAR = ("such as", "longer than")


def field_errors(error: Invalid) -> list[Mistake]:
    """The invalid fields, by the names that were sent; the messages never contain the values."""
    if isinstance(error, Malformed):
        found = [Mistake(error.field, error.message)]
    elif isinstance(error, RequestValidationError):
        # Each place begins with the part of the request: path, query, header or body.
        found = listed({**each, "loc": each["loc"][1:]} for each in error.errors())
    else:
        found = mistakes(error)
    return [_with_example(*each) for each in found]


def field_error_texts(error: Invalid, form: str = "") -> list[str]:
    """The invalid fields by the labels of a form, such as `stock.count`, each with its message.

    Both are in the language of the request.
    """
    return [
        f"{_(label(field, form))}: {translated(message)}" for field, message in field_errors(error)
    ]


def label(field: str, form: str = "") -> str:
    """The label of a form's field: `address.postal_code` is Postal code, `order_id` is Order."""
    name = _name(field)
    plain = name.removesuffix("_id").replace("_", " ").capitalize()
    return LABELS.get(f"{form}.{field}") or LABELS.get(name, plain)


def labels() -> Iterator[str]:
    """Yields the label of every field of a form and every parameter, in English."""
    yield from LABELS.values()
    yield from map(label, EXAMPLES)


def _with_example(field: str, message: str) -> Mistake:
    example = EXAMPLES.get(_name(field))
    if example and example not in message and not any(words in message for words in CLEAR):
        message = f"{message} (example: {example})"
    return Mistake("body" if field == "value" else field, message)


def _name(field: str) -> str:
    """The last name in a place: of `letters.0`, letters."""
    names = [step for step in field.split(".") if not step.isdigit()]
    return names[-1] if names else field
