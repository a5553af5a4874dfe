"""The messages of checkouts, customer service and warehouses, at random times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import orjson

from tests.cluster import Sent, command
from tests.e2e.system import cart, converted, shipment
from tests.fakes import MemoryRecord
from tests.simulation import csr_actions, return_actions, shipping_refunds, tracking_actions
from tests.simulation.csr_actions import SKUS, Step
from tests.simulation.faults import FaultInjector

REPLIES = "waybill.replies"
VARIANT = "waybill.variant.v1"
CUSTOMERS = ("k-1", "k-2")
WAREHOUSE = "seattle"
SOON = 0.25  # seconds within which orders and goods arrive
DECLINED = 0.2
DECLINED_RETURN = 0.5
LIFTED = 0.8
DELETED = 0.3
GAP = 0.04  # mean seconds between the commands about one order

RETURNED = 0.5
ARRIVES = 0.3  # seconds until stock, payments and shipments have followed
# Commands about returns go to the order.
AGGREGATES = {"return": "order", "exchange": "order"}
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
        self._returning = faults.returns
        self.commands: dict[str, str] = {}
        self.poison: set[str] = set()
        self.reused: dict[str, str] = {}
        self.refused: set[str] = set()
        self.contested: set[str] = set()
        self.without_amount: set[str] = set()
        self._answers: dict[str, str] = {}
        # Of its own, so that histories without holds are what they were before holds had types.
        self._holds = Random(repr(faults.random.getstate()))
        self._deletions = Random(f"customers {faults.random.getstate()}")
        self._for_returns: set[str] = set()
        self._charged: set[str] = set()
        self._later = Random(repr(faults.random.getstate()) + "later")
        self._sourcing = faults.sourcing

    def messages(self) -> list[Send]:
        """Returns all messages with their times, including repeats and poison."""
        sent = [*self._goods(), *self._goods_elsewhere(), *self._goods_to_split()]
        sent += self._levels()
        sent += [*self._articles(), *self._customers()]
        lives = [f"c-{n}" for n in range(self._random.choice((1, 1, 2)))]
        for order in lives:
            sent += self.life(order)
        for order in lives if self._faults.splits else ():
            sent += self._after_a_split(order)
        sent += self._deleted_customers()
        again = [(at + self._soon(), one) for at, one in sent if self._faults.happens("repeat")]
        messages = [(at, one) for at, one in sent if one.headers]  # a removal is only a key
        spoilt = [pair for pair in messages if self._faults.happens("poison")]
        poison = [(at, self._spoilt(one)) for at, one in spoilt]
        reused = [
            (at + self._soon(), self._something_else(one))
            for at, one in messages
            if _has_outcome(one) and self._faults.happens("reuse")
        ]
        late = [one for order in lives for one in self._after_shipping(order)]
        late += [one for order in lives for one in self._captures(order)]
        return sorted([*sent, *again, *poison, *reused, *late], key=lambda pair: pair[0])

    def hear_of_refund(self, record: MemoryRecord) -> None:
        """Notes whether a request to a provider refunds a return: such a request may fail."""
        if dict(record.headers).get("ce_type") == b"waybill.payment.requested.v1":
            asked = orjson.loads(record.value or b"{}")
            if asked.get("return_id"):
                self._for_returns.add(asked["request_id"])

    def provider(self, request: MemoryRecord) -> list[Send]:
        """Returns a payment provider's answers to a request: late or twice, but consistent."""
        asked = orjson.loads(request.value or b"{}")
        name, key = asked["request_id"], asked["order_id"]
        if name not in self._answers:
            # Providers never decline these, unless it is for a return, which can be asked again.
            moves = asked["action"] in ("void", "refund") and name not in self._for_returns
            likely = DECLINED_RETURN if name in self._for_returns else DECLINED
            declined = not moves and self._random.random() < likely
            self._answers[name] = "failed" if declined else "processed"
        data = {"order_id": key, "request_id": name, "outcome": self._answers[name]}
        kind = "waybill.payment.settle.v1"
        ids = [f"answer-{name}", f"again-{name}"] if self._faults.happens("repeat") else [name]
        late = self._faults.calendar.delay()
        return [
            (late + self._faults.duration(GAP), command(each, kind, "payment.commands", key, data))
            for each in ids
        ]

    def _soon(self) -> float:
        return self._random.uniform(0, SOON)

    def _goods(self) -> Iterator[Send]:
        several = len(self._faults.warehouses) > 1
        for sku in SKUS:
            for _ in range(self._random.randint(1, 3)):
                data = {"sku": sku, "quantity": self._random.randint(1, 4)}
                if self._faults.splits:
                    continue  # as no warehouse is to have all
                if several and self._sourcing.random() < 0.7:
                    data["quantity"] = 1  # so that the others are asked
                yield self._soon() * 2, self.ask("stock.receive", WAREHOUSE, data)
        if self._random.random() < 0.2:
            data = {"sku": self._random.choice(SKUS), "quantity": self._random.randint(0, 6)}
            yield self._soon() * 4, self.ask("stock.count", WAREHOUSE, data)
        if self._random.random() < 0.1:
            yield self._soon() * 4, self.ask("stock.explain", WAREHOUSE, {})
        if self._returning.random() < 0.3:
            data = return_actions.release_quarantine(self._returning)
            at = self._returning.uniform(1, 2.5)
            yield at, self.ask("stock.release-quarantine", WAREHOUSE, data)

    def _goods_elsewhere(self) -> Iterator[Send]:
        """Yields the goods of the market's other warehouses; some arrive late."""
        for warehouse in self._faults.warehouses[1:]:
            for sku in () if self._faults.splits else SKUS:
                for _ in range(self._sourcing.randint(0, 2)):
                    data = {"sku": sku, "quantity": self._sourcing.randint(1, 4)}
                    at = self._sourcing.choice((SOON, 2.0)) * self._sourcing.random()
                    yield at, self.ask("stock.receive", warehouse, data)
            if self._sourcing.random() < 0.2:
                data = {
                    "sku": self._sourcing.choice(SKUS),
                    "quantity": self._sourcing.randint(0, 6),
                }
                yield self._sourcing.random(), self.ask("stock.count", warehouse, data)

    def _goods_to_split(self) -> Iterator[Send]:
        """Yields single pieces here and there, of which no warehouse has all that is ordered."""
        draw = self._faults.splitting
        for warehouse in self._faults.warehouses if self._faults.splits else ():
            counts = draw.choice(((0,), (0, 1, 1, 2), (0, 1, 1, 2), (1, 2)))
            for sku in SKUS:
                for _ in range(draw.choice(counts)):
                    at = draw.choice((SOON, 2.0)) * draw.random()
                    yield at, self.ask("stock.receive", warehouse, {"sku": sku, "quantity": 1})

    def _after_a_split(self, order: str) -> Iterator[Send]:
        """Yields commands about the new shipments: some are moved back, some are sent."""
        draw = self._faults.splitting
        for which in "23":
            back = {"shipment_id": which, "line_id": draw.choice("12"), "to_shipment_id": "1"}
            at = draw.uniform(0.5, 3)
            if draw.random() < 0.5:
                yield at, self.ask("order.move-line", order, back)
            for n, step in enumerate(("release", "add-to-picklist", "complete")):
                later = at + n * GAP + draw.random()
                yield later, self.ask(f"shipment.{step}", order, {"shipment_id": which})

    def _levels(self) -> Iterator[Send]:
        """Yields safety stocks, which change, and goods that are expected."""
        draw = self._sourcing
        for sku in SKUS if len(self._faults.warehouses) > 1 else ():
            for _ in range(draw.choice((0, 0, 0, 1, 2))):
                warehouse = draw.choice(self._faults.warehouses)
                data: dict[str, Any] = {"sku": sku, "quantity": draw.randint(0, 2)}
                yield draw.random() * 2, self.ask("stock.set-safety", warehouse, data)
            for _ in range(draw.choice((0, 0, 0, 1, 2))):
                warehouse = draw.choice(self._faults.warehouses)
                day = f"2026-12-0{draw.randint(1, 3)}"
                data = {"sku": sku, "quantity": draw.randint(0, 3), "expected_on": day}
                yield draw.random(), self.ask("stock.expect", warehouse, data)

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

    def _deleted_customers(self) -> Iterator[Send]:
        """Yields the deletion of some customers, with or without their orders, and of strangers."""
        for customer in CUSTOMERS:
            if self._deletions.random() < DELETED:
                data = {"orders": True} if self._deletions.random() < 0.6 else {}
                late = self._deletions.random() < 0.5
                at = self._deletions.uniform(1.5, 5) if late else self._deletions.uniform(0, 1)
                yield at, self.ask("customer.delete", customer, data)
                if self._deletions.random() < 0.5:
                    yield from self._meanwhile(at, customer)

    def _meanwhile(self, at: float, customer: str) -> Iterator[Send]:
        """Yields a draft of a customer who is deleted about then; its id may be taken."""
        draft, random = f"late-{customer}", self._deletions
        begins = at - random.uniform(0, 5 * GAP)
        steps: list[Step] = [
            ("cart.create-draft", {"market": "US", "customer_id": customer}),
            csr_actions.goes_to(random, "1"),
            ("cart.add-line", {"shipment_id": "1", **csr_actions.line(random, "1")}),
            ("cart.convert", {}),
        ][: random.choice((1, 4, 4))]
        yield from self._one_after_another(max(begins, 0), draft, steps)
        if random.random() < 0.4:
            self.contested.add(draft)
            yield max(begins + 3 * GAP, 0), self._checkout(draft, 1, returned=False)

    def life(self, order: str) -> Iterator[Send]:
        """Yields all messages about one order, with their times."""
        begins = self._soon()
        parcels = 1
        returned = self._returning.random() < RETURNED
        if self._random.random() < 0.7:
            parcels = self._random.randint(1, 2)
            first = self._checkout(order, parcels, returned=returned)
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
            for _ in range(2 if returned else self._random.choice((1, 1, 2)))
            for number in "12"[:parcels]
            for name in ("shipment.release", "shipment.add-to-picklist", "shipment.complete")
        ]
        for _ in range(self._random.randint(0, 1 if returned else 5)):
            at = self._random.randint(0, len(steps))
            steps.insert(at, self._random.choice(csr_actions.OF_ORDERS)(self._random))
            if steps[at][0] == "order.hold" and self._random.random() < LIFTED:
                steps.insert(self._random.randint(at + 1, len(steps)), ("order.release-hold", {}))
        steps = [csr_actions.with_hold_type(self._holds, step) for step in steps]
        steps.insert(0, ("payment.add", csr_actions.payment(self._random, "p-late")))
        at = begins + GAP + (ARRIVES if returned else 0)
        for at, one in self._one_after_another(at, order, steps):  # noqa: B020
            yield at, one
        if returned:
            yield from self._returns(at + self._faults.duration(ARRIVES), order, parcels)

    def _returns(self, at: float, order: str, parcels: int) -> Iterator[Send]:
        """Yields commands about returns of an order, and about the orders that they bring about."""
        steps = return_actions.steps(self._returning, order, parcels)
        yield from self._one_after_another(at, order, steps)
        for exchange_order in return_actions.exchange_orders(steps):
            if exchange_order != order:
                begins = at + self._faults.duration(len(steps) * GAP)
                follow = return_actions.of_exchange_order(self._returning)
                yield from self._one_after_another(begins, exchange_order, follow)

    def _after_shipping(self, order: str) -> Iterator[Send]:
        """Yields commands about what may have shipped; each of them may be sent twice."""
        late = tracking_actions.corrections(self._later)
        refunds = shipping_refunds.refunds(self._later, charged=order in self._charged)
        for name, data in [*late, *refunds]:
            one = self.ask(name, order, data)
            for _ in range(self._later.choice((1, 1, 2))):
                yield self._later.uniform(0.5, 3), one

    def _captures(self, order: str) -> Iterator[Send]:
        """Yields payments and captures about the time when authorizations expire, if they do."""
        for at, (name, data) in self._faults.calendar.steps():
            yield at, self.ask(name, order, data)

    def _one_after_another(self, at: float, key: str, steps: Sequence[Step]) -> Iterator[Send]:
        for name, data in steps:
            at += self._faults.duration(GAP)
            yield at, self.ask(name, key, data)

    def _checkout(self, order: str, parcels: int, *, returned: bool) -> Sent:
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
        paid = self._random.random() < 0.7
        data = cart(order, *shipments, paid=paid or returned, **more)
        self._faults.calendar.authorize(data)
        if self._later.random() < shipping_refunds.CHARGED:
            shipping_refunds.charge_shipping(data)
            self._charged.add(order)
        return converted(data)

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
        aggregate = AGGREGATES.get(name.partition(".")[0], name.partition(".")[0])
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
