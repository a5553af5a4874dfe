"""The messages of checkouts, customer service and warehouses, at random times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from tests.cluster import Sent, command
from tests.e2e.system import cart, converted, shipment
from tests.fakes import MemoryRecord
from tests.simulation import csr_actions
from tests.simulation.csr_actions import SKUS, Step
from tests.simulation.faults import FaultInjector

REPLIES = "waybill.replies"
VARIANT = "waybill.variant.v1"
CUSTOMERS = ("k-1", "k-2")
WAREHOUSE = "seattle"
SOON = 0.25  # seconds within which orders and goods arrive
DECLINED = 0.2
LIFTED = 0.8
GAP = 0.04  # mean seconds between the commands about one order

FIELDS = {"cart": "cart_id", "stock": "warehouse", "customer": "customer_id"}

Send = tuple[float, Sent]


class Workload:
    """Draws the messages of one history.

    commands        ids and names of all commands that get an outcome
    poison          ids of malformed messages
    reused          ids that were also used for other content, with the key
    refused         ids of carts that follow another cart with the same id
    contested       orders whose id a draft was given too
    without_amount  ids of captures without an amount, which capture the amount owed

    Histories are short: planted bugs were found in about the same CPU time with a quarter fewer
    orders in each.
    """

    def __init__(self, faults: FaultInjector) -> None:
        self._faults = faults
        self._random = faults.random
        self.commands: dict[str, str] = {}
        self.poison: set[str] = set()
        self.reused: dict[str, str] = {}
        self.refused: set[str] = set()
        self.contested: set[str] = set()
        self.without_amount: set[str] = set()
        self._answers: dict[str, str] = {}

    def messages(self) -> list[Send]:
        """Returns all messages with their times, including repeats and poison."""
        sent = [*self._goods(), *self._articles(), *self._customers()]
        for n in range(self._random.choice((1, 1, 2))):
            sent += self.life(f"c-{n}")
        again = [(at + self._soon(), one) for at, one in sent if self._faults.happens("repeat")]
        messages = [(at, one) for at, one in sent if one.headers]  # a removal is only a key
        spoilt = [pair for pair in messages if self._faults.happens("poison")]
        poison = [(at, self._spoilt(one)) for at, one in spoilt]
        reused = [
            (at + self._soon(), self._something_else(one))
            for at, one in messages
            if _has_outcome(one) and self._faults.happens("reuse")
        ]
        return sorted([*sent, *again, *poison, *reused], key=lambda pair: pair[0])

    def provider(self, request: MemoryRecord) -> list[Send]:
        """Returns a payment provider's answers to a request: late or twice, but consistent."""
        asked = orjson.loads(request.value or b"{}")
        name, key = asked["request_id"], asked["order_id"]
        if name not in self._answers:
            moves = asked["action"] in ("void", "refund")  # providers never decline these
            declined = not moves and self._random.random() < DECLINED
            self._answers[name] = "failed" if declined else "processed"
        data = {"order_id": key, "request_id": name, "outcome": self._answers[name]}
        kind = "waybill.payment.settle.v1"
        ids = [f"answer-{name}", f"again-{name}"] if self._faults.happens("repeat") else [name]
        return [
            (self._faults.duration(GAP), command(each, kind, "payment.commands", key, data))
            for each in ids
        ]

    def _soon(self) -> float:
        return self._random.uniform(0, SOON)

    def _goods(self) -> Iterator[Send]:
        for sku in SKUS:
            for _ in range(self._random.randint(1, 3)):
                data = {"sku": sku, "quantity": self._random.randint(1, 4)}
                yield self._soon() * 2, self.ask("stock.receive", WAREHOUSE, data)
        if self._random.random() < 0.2:
            data = {"sku": self._random.choice(SKUS), "quantity": self._random.randint(0, 6)}
            yield self._soon() * 4, self.ask("stock.count", WAREHOUSE, data)
        if self._random.random() < 0.1:
            yield self._soon() * 4, self.ask("stock.explain", WAREHOUSE, {})

    def _articles(self) -> Iterator[Send]:
        """Yields the articles' catalog records, and sometimes their removal."""
        for sku in SKUS:
            for n in range(self._random.randint(0, 2)):
                prices = {"US": f"{self._random.randint(5, 15)}.00"}
                data = {"sku": sku, "name": "Linen dress", "prices": prices}
                record = command(f"{sku}-{n}", VARIANT, "catalog.variants", sku, data)
                if n and self._random.random() < 0.3:
                    record = Sent("catalog.variants", record.key, None)
                yield self._soon() * 2, record

    def _customers(self) -> Iterator[Send]:
        """Yields commands about customers; some customers stay unknown."""
        for customer in CUSTOMERS[: self._random.choice((0, 0, 0, 1, 2))]:
            steps: list[Step] = [("customer.create", {"name": "Mercy Taylor"})]
            asked = self._random.choices(csr_actions.OF_CUSTOMERS, k=self._random.randint(0, 4))
            steps += [draw(self._random) for draw in asked]
            yield from self._one_after_another(self._soon() / 2, customer, steps)

    def life(self, order: str) -> Iterator[Send]:
        """Yields all messages about one order, with their times."""
        begins = self._soon()
        parcels = 1
        if self._random.random() < 0.7:
            parcels = self._random.randint(1, 2)
            first = self._checkout(order, parcels)
            yield begins, first
            if self._random.random() < 0.15:  # a draft with the same id
                self.contested.add(order)
                yield from self._one_after_another(self._soon(), order, self._draft())
            if self._random.random() < 0.1:  # the same cart with a new message id
                yield begins + self._soon(), self._under_another_id(first, f"again-{order}")
            if self._random.random() < 0.1:  # another cart with the same cart id
                other = self._other_cart(first)
                yield begins + self._soon(), self._under_another_id(other, f"other-{order}")
                self.refused.add(f"other-{order}")
        else:
            at = begins
            for at, one in self._one_after_another(begins, order, self._draft()):
                yield at, one
            begins = at
        steps: list[Step] = [
            (name, {"shipment_id": number})
            for _ in range(self._random.choice((1, 1, 2)))
            for number in "12"[:parcels]
            for name in ("shipment.release", "shipment.add-to-picklist", "shipment.complete")
        ]
        for _ in range(self._random.randint(0, 5)):
            at = self._random.randint(0, len(steps))
            steps.insert(at, self._random.choice(csr_actions.OF_ORDERS)(self._random))
            if steps[at][0] == "order.hold" and self._random.random() < LIFTED:
                steps.insert(self._random.randint(at + 1, len(steps)), ("order.release-hold", {}))
        steps.insert(0, ("payment.add", csr_actions.payment(self._random, "p-late")))
        yield from self._one_after_another(begins + GAP, order, steps)

    def _one_after_another(self, at: float, key: str, steps: Sequence[Step]) -> Iterator[Send]:
        for name, data in steps:
            at += self._faults.duration(GAP)
            yield at, self.ask(name, key, data)

    def _checkout(self, order: str, parcels: int) -> Sent:
        skus = self._random.choices(SKUS, k=parcels)
        shipments = [shipment(sku, csr_actions.pieces(self._random)) for sku in skus]
        if self._random.random() < 0.2:
            shipments[0]["lines"][0]["preorder"] = True
        who = self._customer()
        more: dict[str, Any] = (
            {"customer": {"customer_id": who, "name": "Mercy Taylor"}} if who else {}
        )
        if self._random.random() < 0.3:
            more |= self._discounted(shipments)
        return converted(cart(order, *shipments, paid=self._random.random() < 0.7, **more))

    def _discounted(self, shipments: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """Returns 10 % off the order with its rule, and perhaps a rule for free shipping."""
        pieces = sum(line["quantity"] for each in shipments for line in each["lines"])
        share = {"kind": "percentage", "percent": "10", "scope": "order"}
        free = {"kind": "percentage", "percent": "100", "scope": "shipping"}
        rules = [{"code": "TENTH", **share}]
        if self._random.random() < 0.3:
            rules.append({"code": "FREE", **free})
        return {
            "coupons": [rule["code"] for rule in rules],
            "order_discount": f"{pieces}.00",  # a tenth of 10.00 apiece
            "pricing": {"tax_rate": "0", "discounts": rules},
        }

    def _customer(self) -> str | None:
        return self._random.choice(CUSTOMERS) if self._random.random() < 0.3 else None

    def _draft(self) -> list[Step]:
        who = self._customer()
        steps: list[Step] = [
            ("cart.create-draft", {"market": "US", **({"customer_id": who} if who else {})}),
            csr_actions.goes_to(self._random, "1"),
            ("cart.add-line", {"shipment_id": "1", **csr_actions.line(self._random, "1")}),
        ]
        for _ in range(self._random.randint(0, 4)):
            at = self._random.randint(1, len(steps))
            steps.insert(at, self._random.choice(csr_actions.OF_DRAFTS)(self._random))
        steps += [("cart.convert", {})] * self._random.choice((1, 1, 2))
        return steps

    def ask(self, name: str, key: str, data: dict[str, Any]) -> Sent:
        """Returns a command that gets an outcome."""
        message_id = f"m-{len(self.commands)}"
        self.commands[message_id] = name
        if name == "payment.capture" and "amount" not in data:
            self.without_amount.add(message_id)
        aggregate = name.partition(".")[0]
        return command(
            message_id,
            f"waybill.{name}.v1",
            f"{aggregate}.commands",
            key,
            {FIELDS.get(aggregate, "order_id"): key, **data},
            replyto=REPLIES,
            actor="csr:17",
        )

    @staticmethod
    def _under_another_id(sent: Sent, message_id: str) -> Sent:
        headers = [(n, message_id.encode() if n == "ce_id" else v) for n, v in sent.headers]
        return Sent(sent.topic, sent.key, sent.value, tuple(headers))

    @staticmethod
    def _other_cart(sent: Sent) -> Sent:
        data = orjson.loads(sent.value or b"")
        data["shipments"][0]["lines"][0]["quantity"] += 5
        return Sent(sent.topic, sent.key, orjson.dumps(data), sent.headers)

    def _something_else(self, sent: Sent) -> Sent:
        """Returns another request with the id of `sent`."""
        headers = dict(sent.headers)
        key = (sent.key or b"").decode()
        self.reused[headers["ce_id"].decode()] = key
        if sent.topic == "checkout.cart-converted":
            return self._other_cart(sent)
        aggregate = sent.topic.partition(".")[0]
        name, data = csr_actions.SOMETHING_ELSE[aggregate]
        headers["ce_type"] = f"waybill.{name}.v1".encode()
        value = orjson.dumps({FIELDS.get(aggregate, "order_id"): key, **data})
        return Sent(sent.topic, sent.key, value, tuple(headers.items()))

    def _spoilt(self, sent: Sent) -> Sent:
        """Returns a malformed copy of `sent`."""
        message_id = f"poison-{len(self.poison)}"
        self.poison.add(message_id)
        headers = [
            (name, message_id.encode() if name == "ce_id" else value)
            for name, value in sent.headers
            if name != "ce_replyto"
        ]
        value = b'{"not": "this"}'
        if sent.topic == "checkout.cart-converted":
            value = _spoilt_cart(sent.value or b"", len(self.poison))
        return Sent(sent.topic, sent.key, value, tuple(headers))


def _spoilt_cart(value: bytes, number: int) -> bytes:
    """Returns a cart with an invalid field, or something that isn't a cart."""
    cart = orjson.loads(value)
    address = cart["shipments"][0]["address"]
    match number % 4:
        case 0:
            cart["converted_at"] = "9999-12-31T23:59:59Z"
        case 1:
            address["city"] = "\u3000"
        case 2:
            address["name"] = "Mercy\u202eTaylor"
        case _:
            cart = {"not": "this"}
    return orjson.dumps(cart)


def _has_outcome(sent: Sent) -> bool:
    """Whether the journal keeps its outcome: true for commands and carts, false for queries."""
    kind = dict(sent.headers)["ce_type"]
    asked = sent.topic.endswith(".commands") or sent.topic == "checkout.cart-converted"
    return asked and not kind.endswith(b".explain.v1")
