"""The drill's orders can be sent again, and what is expected of them is known beforehand."""

from bench.drill.orders import FATES, expected, fate, order_id, secrets


def test_ids_have_the_same_length() -> None:
    assert {len(order_id(n)) for n in (0, 9, 99_999, 1_000_000)} == {13}


def test_texts_of_an_order_are_those_of_no_other_order() -> None:
    texts = [text for number in range(1000) for text in secrets(number)]

    assert secrets(7) == secrets(7)
    assert len(set(texts)) == len(texts)


def test_sums_follow_from_what_becomes_of_the_orders() -> None:
    placed = range(100 * len(FATES))
    assert fate(1) == "shipped"

    found = expected(placed, {"shipped": 50, "canceled": 30}, erased="shipped")

    assert found == {
        "orders": 900 + 80 - 100 - 1,
        "deleted": 101,
        "paid": {"USD": "16160.10"},  # 649 orders are paid and neither canceled nor deleted
        "on_hand": 500 * 100_000 + 20 - 2 * 100,
        "allocated": 20 + 2 * 400,
        "waiting": 100 - 10,
    }
