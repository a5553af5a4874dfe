"""What is owed, in words."""

from decimal import Decimal

import pytest

from ops.cli.outcome_texts import owed
from shared.contracts.replies import Owed


@pytest.mark.parametrize(
    ("paid", "words"),
    [
        ("0.00", "Total 20.00 USD, paid 0.00 USD: 20.00 USD outstanding."),
        ("20.00", "Total 20.00 USD, paid 20.00 USD: paid in full."),
        ("25.50", "Total 20.00 USD, paid 25.50 USD: overpaid by 5.50 USD."),
    ],
)
def test_what_is_owed_is_said_exactly(paid: str, words: str) -> None:
    total = Decimal("20.00")
    left = total - Decimal(paid)
    money = Owed(currency="USD", total=total, paid=Decimal(paid), outstanding=left)
    assert owed(money) == words
