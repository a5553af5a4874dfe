"""One suite of behaviour for consumer groups and publishers: on Kafka and in the simulation.

What the simulation proves is worth as much as its Kafka is like Kafka.
"""

from collections import Counter
from collections.abc import Callable

import pytest

from shared.runtime.ports import Publication
from shared.runtime.processing.batch_runner import Abandoned
from tests.cluster import Cluster
from tests.integration.runtime.conftest import NewCluster
from tests.integration.runtime.groups import Reader, Scenario, World, caught_up, publish
from tests.integration.runtime.groups.real import KafkaWorld
from tests.integration.runtime.groups.simulated import simulate

Play = Callable[[Scenario], None]


@pytest.fixture(scope="module")
def ground(clusters: NewCluster) -> Cluster:
    """The engine of the topics."""
    return clusters()


@pytest.fixture(params=["simulated", pytest.param("kafka", marks=pytest.mark.engines)])
def play(request: pytest.FixtureRequest) -> Play:
    """Runs a scenario on Kafka and in the simulation."""
    if request.param == "simulated":
        return simulate
    return KafkaWorld(request.getfixturevalue("ground")).play


def test_records_of_a_key_are_in_one_partition_in_their_order(play: Play) -> None:
    async def scenario(world: World) -> None:
        reader = Reader()
        await publish(world, range(300), headers=[("x", b"\xff"), ("x", b"")])
        await world.join("one", reader)
        await world.until(lambda: len(reader.got) == 300)

        for key in range(7):
            mine = [r for r in reader.got if r.key == f"k{key}".encode()]
            assert [int(r.value or b"") for r in mine] == list(range(key, 300, 7))
            assert len({r.partition for r in mine}) == 1
        for partition in (0, 1):
            offsets = [r.offset for r in reader.got if r.partition == partition]
            assert offsets == list(range(len(offsets)))
            assert offsets
        assert all(list(r.headers) == [("x", b"\xff"), ("x", b"")] for r in reader.got)

    play(scenario)


def test_record_may_lack_its_key_or_its_value(play: Play) -> None:
    async def scenario(world: World) -> None:
        reader, there = Reader(), {(b"k", None), (None, b"v")}
        await world.publisher.publish([Publication(world.topics[0], *one, []) for one in there])
        await world.join("one", reader)
        await world.until(lambda: {(r.key, r.value) for r in reader.got} == there)

    play(scenario)


def test_what_is_committed_does_not_come_again(play: Play) -> None:
    async def scenario(world: World) -> None:
        first, second = Reader(), Reader()
        await publish(world, range(20))
        member = await world.join("first", first)
        await world.until(lambda: len(first.got) == 20)
        await caught_up(world)
        await member.leave()

        await world.join("second", second)
        await publish(world, range(20, 25))
        await world.until(lambda: len(second.got) >= 5)
        assert sorted(second.values) == list(range(20, 25))

    play(scenario)


@pytest.mark.parametrize("fate", ["never commits", "abandons"])
def test_what_is_not_committed_comes_again_to_the_next(play: Play, fate: str) -> None:
    async def scenario(world: World) -> None:
        first, second = Reader(commits=False), Reader()
        if fate == "abandons":
            first.failures.extend(Abandoned() for _ in range(100))
        await publish(world, range(20))
        member = await world.join("first", first)
        await world.until(lambda: len(first.got) == 20)
        assert await world.behind() == 20
        await member.leave()

        await world.join("second", second)
        await world.until(lambda: len(second.got) >= 20)
        assert sorted(second.values) == list(range(20))
        for partition in (0, 1):
            offsets = [r.offset for r in second.got if r.partition == partition]
            assert offsets == list(range(len(offsets)))

    play(scenario)


def test_batch_that_fails_comes_again_with_all_that_follows(play: Play) -> None:
    async def scenario(world: World) -> None:
        reader = Reader()
        reader.failures.append(RuntimeError("as planned"))
        await publish(world, range(40))
        await world.join("one", reader)
        await world.until(lambda: len(set(reader.values)) == 40)
        await world.until(lambda: len(reader.got) >= 40 + reader.batches[0])

        failed, rest = reader.values[: reader.batches[0]], reader.values[reader.batches[0] :]
        assert failed
        assert sorted(rest) == list(range(40))
        for partition in (0, 1):
            again = [r.offset for r in reader.got[len(failed) :] if r.partition == partition]
            assert again == list(range(len(again)))
        await caught_up(world)

    play(scenario)


def test_members_share_what_there_is_and_one_has_a_partition_of_all_topics(
    play: Play,
) -> None:
    async def scenario(world: World) -> None:
        readers = [Reader(), Reader()]
        await world.join("a", readers[0])
        await world.join("b", readers[1])
        for topic in (0, 1):
            await publish(world, range(40), topic)
        await world.until(lambda: sum(len(reader.got) for reader in readers) >= 80)

        read = Counter((r.topic, r.value) for reader in readers for r in reader.got)
        assert set(read.values()) == {1}
        halves = [{r.partition for r in reader.got} for reader in readers]
        assert sorted(map(sorted, halves)) == [[0], [1]]
        for reader in readers:
            assert {r.topic for r in reader.got} == set(world.topics)

    play(scenario)


def test_partitions_are_taken_away_before_they_are_given_anew(play: Play) -> None:
    async def scenario(world: World) -> None:
        first, second = Reader(), Reader()
        await world.join("first", first)
        member = await world.join("second", second)
        await world.until(lambda: first.told.count("given") == 2)
        await member.leave()
        await world.until(lambda: first.told.count("given") == 3)

        told = first.told[first.told.index("given") :]
        assert told == ["given", "taken", "given", "taken", "given"]

    play(scenario)


def test_others_go_on_where_a_member_has_committed(play: Play) -> None:
    async def scenario(world: World) -> None:
        first, second = Reader(), Reader()
        leaves = await world.join("first", first)
        await world.join("second", second)
        await publish(world, range(20))
        await world.until(lambda: len(first.got) + len(second.got) == 20)
        assert first.got
        await caught_up(world)  # who leaves with a batch in hand may leave it to the other
        await leaves.leave()
        await publish(world, range(20, 40))
        await world.until(lambda: len(first.got) + len(second.got) >= 40)

        assert sorted(first.values + second.values) == list(range(40))
        assert set(range(20, 40)) <= set(second.values)

    play(scenario)


def test_who_was_given_up_for_dead_commits_nothing(play: Play) -> None:
    async def scenario(world: World) -> None:
        zombie, other = Reader(), Reader()
        await publish(world, range(10))
        sleeper = await world.join("zombie", zombie, freezes=True)
        zombie.before_commit = sleeper.freeze
        await publish(world, range(10, 20))
        await world.until(lambda: set(zombie.values) - set(range(10)))

        await world.join("other", other)
        await publish(world, range(20, 30))
        await world.until(lambda: set(range(20, 30)) <= set(other.values))
        await caught_up(world)
        zombie.before_commit = None
        sleeper.wake()
        await world.until(lambda: zombie.told.count("given") == 2)
        await publish(world, range(30, 40))
        await world.until(lambda: set(range(30, 40)) <= {*other.values, *zombie.values})

        late = Counter(v for v in zombie.values + other.values if v >= 20)
        assert late == Counter(range(20, 40))
        await caught_up(world)

    play(scenario)
