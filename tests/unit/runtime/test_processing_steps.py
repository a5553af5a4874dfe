"""The steps of a batch, from its arrival to its commit, in the right order."""

from tests.unit.runtime import tally as rules
from tests.unit.runtime.world import REPLIES, World, add, headers_of, record


async def test_message_has_its_effect_and_everything_that_follows_is_published(
    world: World,
) -> None:
    process = world.process()

    await process.handle(add("a", 2, "m1", reply=True), add("a", 3, "m2"))

    assert world.total("a") == 5
    assert world.events("a") == [(1, 2), (2, 5)]
    assert len(world.publisher.on(rules.ECHOES.name)) == 4
    assert world.replies() == [
        {"command_id": "m1", "outcome": "accepted", "subject": "a", "version": 1, "status": "at 2"}
    ]
    assert process.commits == 1


async def test_steps_come_in_the_order_that_the_guarantees_rest_on(world: World) -> None:
    process = world.process()

    await process.handle(add("a", 1, "m1"))

    assert process.steps == [
        "decoded", "loaded", "decided", "appended", "published", "marked", "committed",
    ]  # fmt: skip


async def test_nothing_is_published_before_it_is_written(world: World) -> None:
    process = world.process()
    seen: list[tuple[str, int, int]] = []
    process.context.on_step = lambda step: seen.append(
        (step, len(world.journal.documents), len(world.publisher.log))
    )

    await process.handle(add("a", 1, "m1", reply=True))

    assert seen[-4:] == [("appended", 1, 0), ("published", 1, 4), ("marked", 1, 4), (
        "committed", 1, 4)]  # fmt: skip


async def test_mark_comes_after_everything_is_published(world: World) -> None:
    process = world.process()
    marks: dict[str, int] = {}
    process.context.on_step = lambda step: marks.__setitem__(step, len(world.journal.marks))

    await process.handle(add("a", 1, "m1"))

    assert (marks["published"], marks["marked"]) == (0, 1)


async def test_document_is_one_for_each_stream_and_batch(world: World) -> None:
    process = world.process()

    await process.handle(*(add(name, 1, f"{name}{n}") for n in range(3) for name in "ab"))
    await process.handle(add("a", 1, "again"))

    assert [(d["_id"], len(d["causes"])) for d in world.journal.documents] == [
        ("tally/a@0000000001", 3),
        ("tally/a@0000000002", 1),
        ("tally/b@0000000001", 3),
    ]


async def test_large_batch_keeps_the_order_of_every_stream(world: World) -> None:
    process = world.process()
    batch = [add(f"t{n % 40}", 1, f"m{n:03}", offset=n) for n in range(400)]

    await process.handle(*batch)

    for n in range(40):
        assert world.causes(f"tally/t{n}") == [f"m{m:03}" for m in range(n, 400, 40)]
        assert world.events(f"t{n}") == [(m, m) for m in range(1, 11)]


async def test_facts_come_before_requests_of_the_same_batch(world: World) -> None:
    # Who asks about an order has seen it placed, on another topic.
    from services.order.app import SERVICE
    from tests.unit.order.builders import cart, hold

    world = World(SERVICE)
    process = world.process()
    process.context.numbers = _Numbers()

    await process.handle(record(hold(), "h1", reply=True), record(cart(), "c1"))

    assert world.causes("order/c-1") == ["c1", "h1"]


class _Numbers:
    async def reserve(self, count: int) -> None:
        self.left = count

    def take(self) -> str:
        self.left -= 1
        assert self.left >= 0
        return f"PO{self.left}"


async def test_reply_to_a_topic_that_is_missing_is_a_dead_letter(world: World) -> None:
    world.publisher.absent.add(REPLIES)

    await world.process().handle(add("a", 1, "m1", reply=True), add("a", 1, "m2"))

    assert world.total("a") == 2
    assert world.replies() == []
    (letter,) = world.dead()
    assert letter["waybill_code"] == "no-reply-topic"
    assert letter["waybill_topic"] == REPLIES
    assert letter["ce_type"] == "waybill.reply.v1"


async def test_published_records_carry_the_whole_conversation(world: World) -> None:
    await world.process().handle(add("a", 1, "m1", reply=True))

    for publication in world.publisher.log:
        headers = headers_of(publication)
        assert headers["ce_correlationid"] == "m1"
        assert headers["ce_causationid"] == "m1"
        assert headers["ce_source"] == "waybill/tally"
        if publication.topic != REPLIES:
            assert headers["ce_actor"] == "csr:17"
            assert headers["traceparent"].startswith("00-0af7")
