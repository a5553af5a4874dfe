"""The portal's API answers a command with its outcome."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.desk import Desk
from tests.e2e.system import System
from tests.polling import eventually

pytestmark = pytest.mark.engines


def test_a_command_is_told_its_outcome_and_shown_at_once(desk: Desk, placed_order: str) -> None:
    with desk.tool("csr") as tool:
        answer = tool.post(
            "/api/commands/order.hold", json={"order_id": placed_order, "reason": "ask"}
        )
        assert answer.status_code == 200
        assert answer.json()["status"] == "OnHold"
        again = tool.get(f"/api/commands/{answer.json()['command_id']}")
        assert again.json() == answer.json()
        refused = tool.post("/api/commands/order.cancel", json={"order_id": placed_order})
        assert refused.status_code == 409
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["blockers"][0]["code"] == "on-hold"


def test_the_same_key_is_the_same_command(desk: Desk, system: System, placed_order: str) -> None:
    note = {"order_id": placed_order, "text": "once"}
    with desk.tool("csr") as tool, ThreadPoolExecutor(8) as pool:
        headers = {"Idempotency-Key": f"key-{placed_order}"}
        answers = list(
            pool.map(
                lambda _: tool.post("/api/commands/order.add-note", json=note, headers=headers),
                range(8),
            )
        )
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.json()["command_id"] for answer in answers}) == 1
        other = tool.post(
            "/api/commands/order.add-note", json=note | {"text": "twice"}, headers=headers
        )
        assert other.status_code == 422
        tool.post("/api/commands/order.add-note", json=note | {"text": "last"})

    def notes() -> list[str]:
        return [
            e.data["text"] for e in system.events(placed_order, "order.events") if "text" in e.data
        ]

    system.until(lambda _: "last" in notes())
    assert notes().count("once") == 1
    assert "twice" not in notes()


def test_a_version_that_has_moved_on_is_told(desk: Desk, placed_order: str) -> None:
    with desk.tool("csr") as tool:
        note = {"order_id": placed_order, "text": "old news"}
        hold = tool.post("/api/commands/order.hold", json={"order_id": placed_order})
        stale = {"If-Match": '"1"'}
        answer = tool.post("/api/commands/order.release-hold", json=note, headers=stale)
        assert hold.status_code == 200
        assert answer.status_code == 412


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ("{}", "order_id"),
        ('{"order_id": {"$ne": 1}, "text": "x"}', "order_id"),
        ('{"order_id": "a b", "text": "x"}', "order_id"),
        ('{"order_id": "x", "text": ""}', "text"),
        ("[1", "body"),
    ],
)
def test_what_is_malformed_names_its_field(desk: Desk, body: str, field: str) -> None:
    with desk.tool("csr") as tool:
        answer = tool.post("/api/commands/order.add-note", content=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_a_command_that_is_too_large_is_not_read_to_its_end(desk: Desk) -> None:
    with desk.tool("csr") as tool:
        answer = tool.post("/api/commands/order.add-note", content=b"x" * 2_000_000)
    assert answer.status_code == 413


def test_an_outcome_that_takes_longer_is_found_at_its_address(
    desk: Desk, placed_order: str
) -> None:
    with desk.tool("csr") as tool:
        body = {"order_id": placed_order, "text": "in a while"}
        path = "/api/commands/order.add-note"
        answer = tool.post(path, json=body, headers={"Prefer": "wait=0"})
        if answer.status_code == 202:
            url = answer.headers["location"]
            eventually(lambda: tool.get(url).status_code == 200)
        else:  # it was faster than that
            assert answer.status_code == 200
