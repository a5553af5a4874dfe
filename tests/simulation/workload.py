"""What the world asks for: checkouts, customer service and warehouses, at random moments."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import orjson

from tests.cluster import Sent, command
from tests.e2e.system import ADDRESS, cart, converted, shipment
from tests.simulation.weather import Weather
from tests.twins import MemoryRecord

REPLIES = "waybill.replies"
SKUS = ("SKU-A", "SKU-B")
WAREHOUSE = "seattle"
SOON = 0.25  # seconds within which orders and goods come in
DECLINED = 0.2
LIFTED = 0.8
GAP = 0.04  # mean seconds between the commands about one order

Send = tuple[float, Sent]


class Workload:
    """Draws the messages of one history. `commands` has the ids of all that want an outcome."""

    def __init__(self, weather: Weather) -> None:
        self._weather = weather
        self._random = weather.random
        self.commands: dict[str, str] = {}
        self.poison: set[str] = set()
        self._answers: dict[str, str] = {}

    def messages(self) -> list[Send]:
        """All that is sent, with the moment of each; repeats and poison too."""
        sent = [*self._goods()]
        for n in range(self._random.randint(1, 3)):
            sent += self.life(f"c-{n}")
        again = [(at + self._soon(), one) for at, one in sent if self._weather.strikes("repeat")]
        poison = [(at, self._spoilt(one)) for at, one in sent if self._weather.strikes("poison")]
        return sorted([*sent, *again, *poison], key=lambda pair: pair[0])

    def provider(self, request: MemoryRecord) -> list[Send]:
        """What a payment provider answers to a request: late, twice, but always the same."""
        asked = orjson.loads(request.value or b"{}")
        name, key = asked["request_id"], asked["order_id"]
        if name not in self._answers:
            moves = asked["action"] in ("void", "refund")  # these a provider always does
            declined = not moves and self._random.random() < DECLINED
            self._answers[name] = "failed" if declined else "processed"
        data = {"order_id": key, "request_id": name, "outcome": self._answers[name]}
        kind = "waybill.payment.settle.v1"
        ids = [f"answer-{name}", f"again-{name}"] if self._weather.strikes("repeat") else [name]
        return [
            (self._weather.moment(GAP), command(each, kind, "payment.commands", key, data))
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

    def life(self, order: str) -> Iterator[Send]:
        """All that is asked for about one order, and when."""
        begins = self._soon()
        if self._random.random() < 0.7:
            yield begins, self._checkout(order, "checkout")
            if self._random.random() < 0.1:  # a checkout that tries again, and thinks it is new
                yield begins + self._soon(), self._checkout(order, "again")
        else:
            at = begins
            for at, one in self._one_after_another(begins, order, self._draft()):
                yield at, one
            begins = at
        numbers = ["1", "2"]
        steps = [
            (name, {"shipment_id": number})
            for _ in range(2)
            for number in numbers
            for name in ("shipment.release", "shipment.add-to-picklist", "shipment.complete")
        ]
        for _ in range(self._random.randint(0, 6)):
            at = self._random.randint(0, len(steps))
            steps.insert(at, self._whim())
            if steps[at][0] == "order.hold" and self._random.random() < LIFTED:
                steps.insert(self._random.randint(at + 1, len(steps)), ("order.release-hold", {}))
        steps.insert(0, ("payment.add", self.payment("p-late")))
        yield from self._one_after_another(begins + GAP, order, steps)

    def _one_after_another(
        self, at: float, order: str, steps: list[tuple[str, dict[str, Any]]]
    ) -> Iterator[Send]:
        for name, data in steps:
            at += self._weather.moment(GAP)
            yield at, self.ask(name, order, data)

    def _checkout(self, order: str, source: str) -> Sent:
        count = self._random.randint(1, 2)
        parcels = [shipment(self._random.choice(SKUS), self.pieces()) for _ in range(count)]
        if self._random.random() < 0.2:
            parcels[0]["lines"][0]["preorder"] = True
        bought = converted(cart(order, *parcels, paid=self._random.random() < 0.7))
        headers = [
            (n, f"{source}-{order}".encode() if n == "ce_id" else v) for n, v in bought.headers
        ]
        return Sent(bought.topic, bought.key, bought.value, tuple(headers))

    def _draft(self) -> list[tuple[str, dict[str, Any]]]:
        place = {"shipment_id": "1", "address": ADDRESS, "shipping_method": "standard"}
        steps: list[tuple[str, dict[str, Any]]] = [
            ("cart.create-draft", {"market": "US"}),
            ("cart.set-shipment", place),
            ("cart.add-line", {"shipment_id": "1", **self.line("1")}),
            ("cart.change-line", {"shipment_id": "1", "line_id": "1", "quantity": self.pieces()}),
            ("cart.convert", {}),
        ]
        if self._random.random() < 0.3:
            steps.append(("cart.convert", {}))
        return steps

    def line(self, line_id: str) -> dict[str, Any]:
        """An article, and how many of it."""
        return {
            "line_id": line_id,
            "sku": self._random.choice(SKUS),
            "name": "Linen dress",
            "quantity": self.pieces(),
            "placed_price": "10.00",
        }

    def pieces(self) -> int:
        """How many of something."""
        return self._random.randint(1, 3)

    def payment(self, payment_id: str) -> dict[str, Any]:
        """What is paid, and how."""
        kind = self._random.choice(("Sale", "Authorization"))
        method = self._random.choice(("telephone", "credit-card"))
        data = {"payment_id": payment_id, "method": method, "transaction_type": kind}
        if self._random.random() < 0.3:
            data["amount"] = f"{self._random.randint(1, 30)}.00"
        return data

    def _whim(self) -> tuple[str, dict[str, Any]]:
        """Something that customer service may ask for at any time, sensible or not."""
        return self._random.choice(_WHIMS)(self._random.choice("12"), self)

    def ask(self, name: str, key: str, data: dict[str, Any]) -> Sent:
        """A command that wants an outcome."""
        message_id = f"m-{len(self.commands)}"
        self.commands[message_id] = name
        aggregate = name.partition(".")[0]
        field = {"cart": "cart_id", "stock": "warehouse"}.get(aggregate, "order_id")
        return command(
            message_id,
            f"waybill.{name}.v1",
            f"{aggregate}.commands",
            key,
            {field: key, **data},
            replyto=REPLIES,
            actor="csr:17",
        )

    def _spoilt(self, sent: Sent) -> Sent:
        """Something like `sent` that can't be understood."""
        message_id = f"poison-{len(self.poison)}"
        self.poison.add(message_id)
        headers = [
            (name, message_id.encode() if name == "ce_id" else value)
            for name, value in sent.headers
            if name != "ce_replyto"
        ]
        return Sent(sent.topic, sent.key, b'{"not": "this"}', tuple(headers))


Whim = Callable[[str, Workload], tuple[str, dict[str, Any]]]

_WHIMS: tuple[Whim, ...] = (
    lambda number, work: ("order.hold", {"reason": "ask first"}),
    lambda number, work: ("order.hold", {}),
    lambda number, work: ("order.release-hold", {}),
    lambda number, work: ("order.release-hold", {}),
    lambda number, work: ("order.cancel", {"reason": "changed my mind"}),
    lambda number, work: ("order.add-note", {"text": "called back"}),
    lambda number, work: ("shipment.cancel", {"shipment_id": number}),
    lambda number, work: ("shipment.remove-from-picklist", {"shipment_id": number}),
    lambda number, work: (
        "shipment.edit",
        {"shipment_id": number, "address": {**ADDRESS, "line1": f"{number} Elm St"}},
    ),
    lambda number, work: ("payment.add", work.payment("p-2")),
    lambda number, work: ("payment.capture", {"payment_id": "p-late"}),
    lambda number, work: ("payment.void", {"payment_id": "p-late"}),
    lambda number, work: ("payment.refund", {"payment_id": "p-1", "amount": "3.00"}),
    lambda number, work: ("payment.refund", {"payment_id": "p-late"}),
    lambda number, work: ("order.add-line", {"shipment_id": number, **work.line("9")}),
    lambda number, work: (
        "order.change-line",
        {"shipment_id": number, "line_id": "1", "quantity": work.pieces()},
    ),
    lambda number, work: ("order.remove-line", {"shipment_id": number, "line_id": "9"}),
    lambda number, work: (
        "order.move-line",
        {
            "shipment_id": number,
            "line_id": "1",
            "quantity": 1,
            "to_shipment_id": "3",
            "address": ADDRESS,
            "shipping_method": "standard",
        },
    ),
    lambda number, work: ("order.set-discount", {"amount": f"{work.pieces()}.00"}),
    lambda number, work: ("order.delete", {}),
    lambda number, work: ("order.reorder", {"cart_id": f"again-{work.pieces()}"}),
    lambda number, work: ("order.explain", {}),
    lambda number, work: ("payment.explain", {}),
    lambda number, work: ("shipment.explain", {}),
)
