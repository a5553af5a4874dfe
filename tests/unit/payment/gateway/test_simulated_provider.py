"""The simulated provider misbehaves just as its reference says."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from services.payment.gateway.provider import Answer, Later
from services.payment.gateway.providers import simulated
from services.payment.gateway.providers.outside import Outside
from services.payment.gateway.registry import check, make_all, names
from shared.contracts import Malformed
from shared.contracts.payments import Request
from tests.unit.given import NOW, SITE


def request(reference: str | None = None, action: str = "add", **more: Any) -> Request:
    return Request.model_validate(
        {
            "order_id": "c-1", "payment_id": "p", "request_id": "c-1:1", "provider": "simulated",
            "action": action, "amount": Decimal("1.00"), "currency": "USD",
            "method": "credit-card", "transaction_type": "Sale", "reference": reference,
            "provider_reference": None, "requested_at": NOW, **more,
        }
    )  # fmt: skip


class Told:
    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.provider = simulated.Simulated(self.tell)

    async def tell(self, _: Request, answer: Answer) -> None:
        self.answers.append(answer)

    async def ask(self, *args: Any, **more: Any) -> Answer | Later:
        return await self.provider.ask(request(*args, **more))


@pytest.mark.parametrize("reference", [None, "call 7", "simulate:", "simulate:refund:decline"])
async def test_it_approves_at_once_and_says_the_same_again(reference):
    told = Told()
    answer = await told.ask(reference)
    assert isinstance(answer, Answer)
    assert answer.outcome == "processed"
    assert answer == await told.ask(reference) == await Told().ask(reference)
    assert told.answers == []


async def test_it_declines():
    assert await Told().ask("simulate:decline") == simulated.NO


async def test_what_comes_after_the_payment_has_a_wish_of_its_own():
    told = Told()
    assert await told.ask("simulate:refund:decline", "refund") == simulated.NO
    assert await told.ask("simulate:refund:decline", "capture") != simulated.NO
    assert await told.ask("simulate:decline", "refund") != simulated.NO


async def test_it_answers_late():
    told = Told()
    assert await told.ask("simulate:late") == Later(simulated.LATE_SECONDS)
    assert isinstance(await told.ask("simulate:late"), Answer)


@pytest.mark.parametrize(("wish", "times"), [("time-out", 1), ("time-out-3", 3)])
async def test_it_does_not_answer_so_many_times(wish, times):
    told = Told()
    for _ in range(times):
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(told.ask(f"simulate:{wish}"), 0.01)
    assert isinstance(await told.ask(f"simulate:{wish}"), Answer)


async def test_it_answers_twice_or_contradicts_itself():
    twice, torn = Told(), Told()
    assert await twice.ask("simulate:twice") == twice.answers[0]
    assert await torn.ask("simulate:contradict") == simulated.NO
    assert torn.answers[0].outcome == "processed"


async def test_it_answers_out_of_order():
    told = Told()
    wish = "simulate:out-of-order"
    assert await told.ask(wish) == Later(simulated.HELD_SECONDS)
    await told.ask(None, order_id="c-2", request_id="c-2:1")
    assert await told.ask(wish) == Later(simulated.HELD_SECONDS)
    await told.ask(None, request_id="c-1:2")
    assert isinstance(await told.ask(wish), Answer)


async def test_one_outside_is_waited_for():
    assert await Outside().ask(request()) == Later()


def test_every_provider_is_found_by_its_file():
    assert names() == ["outside", "simulated"] == list(make_all(Told().tell))


def test_a_method_names_a_provider_that_is_known():
    check(SITE)
    methods = {"card": {"name": "Card", "provider": "mystery"}}
    wrong = SITE.model_copy(
        update={"payment_methods": dict.fromkeys(methods, SITE.payment_methods["check"])}
    )
    wrong.payment_methods["card"] = SITE.payment_methods["check"].model_copy(  # type: ignore[index]
        update={"provider": "mystery"}
    )
    with pytest.raises(Malformed, match="no provider is called mystery") as refused:
        check(wrong)
    assert refused.value.field == "payment_methods.card.provider"
