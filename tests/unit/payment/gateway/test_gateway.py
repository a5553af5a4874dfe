"""The gateway: every request is answered, none holds up another, nobody is charged twice."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from services.payment.gateway.gateway import LEASE_SECONDS, LONGEST_PAUSE_SECONDS
from services.payment.gateway.provider import Answer, Later
from services.payment.gateway.request_store import StoredRequest
from shared.contracts.payments import Settle
from shared.runtime.processing.decoding import decode
from tests.examples import examples
from tests.fakes import MemoryRecord
from tests.unit.payment.gateway.builders import YES, Ledger, World, numbered
from tests.unit.payment.gateway.test_simulated_provider import request


async def test_a_request_is_answered_by_a_command_of_the_contract():
    world = World(Ledger())
    await world.take(request())
    (one,) = world.log
    incoming = decode(MemoryRecord(one.topic, 0, 0, one.key, one.value, one.headers))
    assert incoming is not None
    assert incoming.message == Settle(
        order_id="c-1", request_id="c-1:1", outcome="processed", provider_reference="psp-1"
    )
    assert incoming.envelope.actor == "provider:simulated"


async def test_a_repeat_is_not_asked_again_and_one_that_is_done_never():
    world = World(Ledger())
    await world.take(request(), request())
    await world.take(request())
    await world.gateway.done(["c-1:1", "c-2:1"])
    await world.take(request(), numbered(2))
    await world.later(LONGEST_PAUSE_SECONDS)
    assert world.provider.times == {"c-1:1": 1}


async def test_the_same_answer_has_the_same_id_and_another_one_another():
    world = World(Ledger())
    await world.gateway.tell(request(), YES)
    await world.gateway.tell(request(), YES)
    await world.gateway.tell(request(), Answer("failed", reason="no"))
    assert world.ids[0] == world.ids[1] != world.ids[2]


async def test_one_that_is_silent_is_asked_again_after_growing_pauses_and_holds_up_nobody():
    silent = Ledger(lambda r, times: None if r.order_id == "c-1" and times < 4 else YES)
    world = World(silent)
    await world.take(numbered(1), numbered(2))
    assert [a["order_id"] for a in world.answers] == ["c-2"]
    for pause in (0.5, 1, 2):
        await world.later(pause - 0.01)
        before = silent.times["c-1:1"]
        await world.later(0.01)
        assert silent.times["c-1:1"] == before + 1
    assert [a["order_id"] for a in world.answers] == ["c-2", "c-1"]


async def test_one_that_is_down_is_tried_for_as_long_as_it_takes():
    down = Ledger(lambda r, times: ConnectionError("down") if times < 30 else YES)
    world = World(down)
    await world.take(request())
    for _ in range(29):
        await world.later(LONGEST_PAUSE_SECONDS)
    assert [a["outcome"] for a in world.answers] == ["processed"]
    assert len(down.moved) == 1


async def test_later_is_asked_again_when_it_said_so_or_never():
    world = World(Ledger(lambda r, times: Later(7.0) if times == 1 else YES))
    await world.take(request())
    await world.later(6.9)
    assert world.answers == []
    await world.later(0.1)
    assert len(world.answers) == 1

    patient = World(Ledger(lambda r, times: Later()))
    await patient.take(request())
    await patient.later(10**6)
    assert patient.provider.times == {"c-1:1": 1}


async def test_an_answer_that_cannot_be_published_is_given_after_the_lease():
    world = World(Ledger())
    world.broken = 1
    await world.take(request())
    assert world.answers == []
    await world.later(LEASE_SECONDS)
    assert len(world.answers) == 1
    assert world.provider.moved == {"c-1:1": YES}


async def test_an_answer_whose_effect_nobody_hears_of_is_given_again_with_the_same_id():
    world = World(Ledger())
    await world.take(request())
    await world.later(LEASE_SECONDS)
    assert len(world.ids) == 2
    assert len(set(world.ids)) == 1
    await world.gateway.done(["c-1:1"])
    await world.later(10**6)
    assert len(world.ids) == 2


async def test_whoever_is_killed_leaves_its_requests_to_the_next():
    world = World(Ledger(lambda r, times: None if times == 1 else YES))
    dying = world.gateway
    await dying.take([StoredRequest(request())])
    await asyncio.sleep(0)
    await dying.stop()
    world.gateway = world.another()
    await world.later(LEASE_SECONDS - 1)
    assert world.answers == []
    await world.later(1)
    assert len(world.answers) == 1


async def test_of_two_processes_one_asks():
    world = World(Ledger())
    await world.gateway.take([StoredRequest(request())])
    await world.another().go_on()
    await world.gateway.drain()
    assert world.provider.times == {"c-1:1": 1}


async def test_a_card_number_in_a_providers_words_stays_there():
    world = World(Ledger(lambda r, times: Answer("failed", reason="no: 4111111111111111")))
    await world.take(request())
    assert world.answers[0]["reason"] == "no: ****************"


async def test_what_waits_and_for_how_long_shows():
    world = World(Ledger(lambda r, times: Later()))
    await world.take(numbered(1), numbered(2))
    await world.later(90)
    await world.gateway.measure()

    def value(name, **labels):
        return world.registry.get_sample_value(f"waybill_payment_requests_{name}", labels)

    assert value("pending", provider="simulated") == 2
    assert value("oldest_seconds", provider="simulated") == 90
    assert value("asked_total", provider="simulated", said="later") == 2
    await world.gateway.done(["c-1:1", "c-2:1"])
    await world.gateway.measure()
    assert value("pending", provider="simulated") == 0
    assert value("oldest_seconds", provider="simulated") == 0


moods = st.sampled_from([YES, Answer("failed", reason="no"), Later(1.0), ValueError("?")])


@examples(40)
@given(st.lists(st.lists(moods, max_size=5), min_size=1, max_size=5), st.data())
def test_whatever_goes_wrong_each_request_has_one_answer_that_is_the_providers(plans, data):
    async def history():
        def say(asked, times):
            plan = plans[int(asked.order_id[2:])]
            return plan[times - 1] if times <= len(plan) else YES

        world = World(Ledger(say))
        for n in range(len(plans)):
            await world.take(numbered(n))
        for _ in range(12):
            if data.draw(st.booleans()):
                world.gateway = world.another()  # the old one was killed
            world.broken = data.draw(st.integers(0, 1))
            await world.take(numbered(data.draw(st.integers(0, len(plans) - 1))))
            await world.later(LONGEST_PAUSE_SECONDS)
        world.broken = 0
        await world.later(LONGEST_PAUSE_SECONDS)
        said = {(a["request_id"], a["outcome"]) for a in world.answers}
        moved = {(key, answer.outcome) for key, answer in world.provider.moved.items()}
        assert said == moved
        assert len(moved) == len(plans)

    asyncio.run(history())
