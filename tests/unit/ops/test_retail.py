"""The retail data set: what is in it, what is made of it, and what is left out by name."""

from decimal import Decimal
from pathlib import Path

import pytest

from ops.errors import ToolError
from ops.replay.retail_carts import Figures, Replay, plan
from ops.replay.retail_data import read
from shared.contracts.totals import total
from shared.site import load

SITE = load(Path(__file__).parents[3] / "config" / "site.yaml")
HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
GOOD = (
    "1001,22196,SMALL SPOONS,24,12/1/2010 10:03,0.85,12431,Australia",
    "1001,22196,SMALL SPOONS,1,12/1/2010 10:03,4.3,12431,Australia",
    "1002,85123A,HEART HOLDER ,6,12/1/2010 8:26,18,,United Kingdom",
)


def written(folder: Path, *rows: str) -> Path:
    file = folder / "sales.csv"
    file.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return file


def planned(folder: Path, *rows: str) -> Replay:
    return plan(read(written(folder, *rows)), SITE)


def test_figures_are_those_of_the_file(tmp_path: Path) -> None:
    replay = planned(tmp_path, *GOOD)

    assert replay.expected == Figures(orders=2, lines=3, pieces=31, money=Decimal("132.70"))
    assert replay.totals == {"retail-1001": Decimal("24.70"), "retail-1002": Decimal("108.00")}


def test_carts_cost_what_the_file_says_and_are_paid_in_full(tmp_path: Path) -> None:
    for cart in planned(tmp_path, *GOOD).carts:
        owed = total(cart.shipments, cart.order_discount, cart.currency)
        assert [p.amount for p in cart.payments] == [owed]
        assert (cart.payments[0].status, cart.payments[0].transaction_type) == ("Processed", "Sale")


def test_market_comes_from_the_country_and_a_missing_customer_is_anonymous(tmp_path: Path) -> None:
    irish = "1003,22196,SPOONS,1,12/1/2010 10:03,0.85,,EIRE"

    australian, british, other = planned(tmp_path, *GOOD, irish).carts

    assert (australian.market, british.market, other.market) == ("AU", "UK", "IE")
    assert australian.customer
    assert australian.customer.customer_id == "12431"
    assert british.customer is None
    assert other.shipments[0].address.country == "IE"


def test_reading_twice_makes_the_same_messages(tmp_path: Path) -> None:
    file = written(tmp_path, *GOOD)
    assert plan(read(file), SITE).carts == plan(read(file), SITE).carts


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ("1004,22196,SPOONS,many,12/1/2010 10:03,0.85,12431,Australia", "Quantity: 'many'"),
        ("1004,22196,SPOONS,1,12/1/2010 10:03,cheap,12431,Australia", "UnitPrice: 'cheap'"),
        ("1004,22196,SPOONS,1,12/1/2010 10:03,NaN,12431,Australia", "UnitPrice: 'NaN'"),
        ("1004,22196,SPOONS,1,yesterday,0.85,12431,Australia", "InvoiceDate: 'yesterday'"),
        (",22196,SPOONS,1,12/1/2010 10:03,0.85,12431,Australia", "InvoiceNo: missing"),
        ("1004,22196,SPOONS", "Quantity: missing"),
        ("1004,22196,A,B,1,12/1/2010 10:03,0.85,12431,Australia", "more values than columns"),
    ],
)
def test_broken_row_is_reported_with_its_line_number(tmp_path: Path, row: str, field: str) -> None:
    ledger = read(written(tmp_path, *GOOD, row, *GOOD))

    assert [remark.line for remark in ledger.broken] == [len(GOOD) + 2]
    assert ledger.broken[0].reason.startswith(field)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("C1005,22196,SPOONS,-3,12/1/2010 10:03,0.85,12431,Australia", "a cancellation"),
        ("1005,22196,,-3,12/1/2010 10:03,0,,United Kingdom", "a quantity of -3"),
        (
            "A1005,B,Adjust bad debt,1,12/1/2010 10:03,-11062.06,,United Kingdom",
            "a price of -11062",
        ),
        ("1005,22196,SPOONS,1,12/1/2010 10:03,0.85,12431,Bahrain", "no market sells to Bahrain"),
        ("1005,22196,SPOONS,1,12/1/2010 10:03,0.001,,United Kingdom", "1 × 0.001 isn't a whole"),
    ],
)
def test_what_is_no_sale_here_is_set_aside_by_name(tmp_path: Path, row: str, reason: str) -> None:
    replay = planned(tmp_path, *GOOD, row)

    assert [remark.line for remark in replay.aside] == [len(GOOD) + 2]
    assert replay.aside[0].reason.startswith(reason)
    assert replay.expected == planned(tmp_path, *GOOD).expected


def test_price_with_parts_of_a_penny_costs_exactly_what_the_file_says(tmp_path: Path) -> None:
    replay = planned(tmp_path, "1006,22196,SPOONS,100,12/1/2010 10:03,0.055,,United Kingdom")

    (line,) = replay.carts[0].shipments[0].lines
    assert (line.placed_price, line.discount) == (Decimal("0.06"), Decimal("0.50"))
    assert replay.expected.money == replay.carts[0].payments[0].amount == Decimal("5.50")


def test_free_goods_with_an_odd_code_and_no_name_are_an_order_without_payment(
    tmp_path: Path,
) -> None:
    replay = planned(tmp_path, "1007,BANK CHARGES,,1,12/1/2010 10:03,0,,United Kingdom")

    (line,) = replay.carts[0].shipments[0].lines
    assert (line.sku, line.name) == ("BANK-CHARGES", "BANK CHARGES")
    assert replay.carts[0].payments == ()


def test_file_in_the_other_encoding_is_read(tmp_path: Path) -> None:
    file = written(tmp_path, "1008,22196,CAFÉ SIGN £5,1,12/1/2010 10:03,5.00,,United Kingdom")
    file.write_bytes(file.read_text(encoding="utf-8").encode("cp1252"))

    assert next(iter(read(file).invoices.values()))[0].name == "CAFÉ SIGN £5"


def test_file_that_is_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")

    with pytest.raises(ToolError, match="line 1: no column InvoiceNo"):
        read(file)
    with pytest.raises(ToolError, match="No such file"):
        read(tmp_path / "none.csv")


SAMPLE = Path(__file__).parents[4] / "shared" / "data" / "online-retail-sample.csv"


@pytest.mark.skipif(not SAMPLE.exists(), reason=f"the real shop's sales aren't at {SAMPLE}")
def test_real_shops_sales_become_carts_to_the_penny() -> None:
    ledger = read(SAMPLE)
    replay = plan(ledger, SITE)

    carts = replay.carts
    assert len(carts) == replay.expected.orders == 236
    assert sum(len(s.lines) for cart in carts for s in cart.shipments) == 4688
    owed = sum(total(cart.shipments, cart.order_discount, cart.currency) for cart in carts)
    assert owed == replay.expected.money == Decimal("93029.47")
    assert max(len(s.lines) for cart in carts for s in cart.shipments) == 591
