"""The page of an order with many lines."""

import pytest

from tests.desk import Desk
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines


def test_an_order_of_two_thousand_lines_has_a_small_page(system: System, desk: Desk) -> None:
    order = "two-thousand"
    content = shipment("SKU-0", 1)
    line = content["lines"][0]
    content["lines"] = [{**line, "sku": f"SKU-{n}", "name": f"Article {n}"} for n in range(2000)]
    system.place(order, content)
    eventually(lambda: desk.knows(order))
    with desk.signed_in("csr") as client:
        answer = client.get(f"/orders/{order}")
        page, on_the_wire = answer.text, answer.num_bytes_downloaded
        more = client.get(f"/orders/{order}/lines?shipment=1&begin=1950").text
        whole = client.get(f"/orders/{order}?lines=all").text
    assert page.count("Options of line") == 50
    assert on_the_wire < 20_000
    assert "2000 lines, 2000 units" in page
    assert more.count("Options of line") == 50
    assert "Show more lines" not in more
    assert whole.count("Options of line") == 2000
