"""The portal from outside: sign-in, roles, and outcomes of commands."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from services.portal.auth.rights import ALLOWED, ROLES, may
from shared.contracts.commands import offered
from tests.desk import PASSWORD, Desk, csrf_of, sign_in
from tests.e2e.system import System, shipment
from tests.polling import eventually

pytestmark = pytest.mark.engines

NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}"


@pytest.fixture
def csr(desk: Desk) -> Iterator[httpx.Client]:
    with desk.signed_in("csr") as client:
        yield client


@pytest.fixture
def placed(system: System, desk: Desk, order: str, sku: str) -> str:
    """An order that the portal shows."""
    system.place(order, shipment(sku), customer={"name": NASTY, "email": "mercy@example.com"})
    eventually(lambda: desk.knows(order), within=30)
    return order


# Sign-in


def test_nothing_is_told_to_who_is_not_signed_in(desk: Desk) -> None:
    paths = httpx.get(f"{desk.url}/api/openapi.json").json()["paths"]
    assert len(paths) > 40
    for path, methods in paths.items():
        where = desk.url + re.sub(r"{[^}]+}", "x", path)
        for method in methods:
            answer = httpx.request(method, where)
            assert answer.status_code == 401, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
    for page in ("/", "/orders", "/orders/x", "/carts", "/create", "/customers", "/warehouse"):
        answer = httpx.get(desk.url + page)
        assert (answer.status_code, answer.headers["location"][:9]) == (303, "/sign-in?"), page
    assert httpx.get(f"{desk.url}/live?about=order/x").status_code == 401
    assert httpx.post(f"{desk.url}/do/order.hold").status_code == 303


def test_a_wrong_password_is_no_way_in(desk: Desk) -> None:
    name = desk.account("csr")
    with httpx.Client(base_url=desk.url, timeout=30) as client:
        wrong = sign_in(client, name, "another long password")
        nobody = sign_in(client, "nobody-at-all", "another long password")
        assert (wrong.status_code, nobody.status_code) == (401, 401)
        assert "Name or password is wrong." in wrong.text
        assert "Name or password is wrong." in nobody.text
        assert client.get("/orders").status_code == 303


def test_guessing_has_to_wait_at_every_portal(desk: Desk) -> None:
    name = desk.account("csr")
    with httpx.Client(base_url=desk.url, timeout=30) as client:
        codes = [sign_in(client, name, f"guess number {n}").status_code for n in range(6)]
    assert codes == [401] * 5 + [429]
    with httpx.Client(base_url=desk.at(desk.portals[1]), timeout=30) as client:
        assert sign_in(client, name, PASSWORD).status_code == 429


def test_any_number_may_sign_in_at_once_from_one_address(desk: Desk) -> None:
    """More sign-ins than may fail from one address, as when a shift begins behind one router."""
    name = desk.account("csr")

    def one(_: int) -> int:
        with httpx.Client(base_url=desk.url, timeout=60) as client:
            return sign_in(client, name).status_code

    with ThreadPoolExecutor(80) as people:
        assert set(people.map(one, range(80))) == {303}


def test_a_session_that_was_planted_is_worth_nothing(desk: Desk) -> None:
    name = desk.account("csr")
    with httpx.Client(base_url=desk.url, timeout=30, cookies={"waybill": "planted"}) as client:
        answer = sign_in(client, name)
        first = re.findall(r"waybill=([\w-]{20,})", str(answer.headers.get_list("set-cookie")))[-1]
        assert first != "planted"
        client.cookies = httpx.Cookies({"waybill": first})
        assert sign_in(client, name).status_code == 303
    with httpx.Client(base_url=desk.url, cookies={"waybill": first}) as other:
        assert other.get("/orders").status_code == 303  # signing in again has ended it


def test_the_sign_in_form_of_another_browser_is_not_taken(desk: Desk) -> None:
    name = desk.account("csr")
    with httpx.Client(base_url=desk.url, timeout=30) as client:
        fields = {"name": name, "password": PASSWORD, "token": "made-up"}
        assert client.post("/sign-in", data=fields).status_code == 400


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_a_sign_in_leads_to_pages_of_ours_alone(desk: Desk, where: str) -> None:
    with httpx.Client(base_url=desk.url, timeout=30) as client:
        assert sign_in(client, desk.account("csr"), where=where).headers["location"] == "/"


def test_the_cookie_is_out_of_reach(desk: Desk) -> None:
    with httpx.Client(base_url=desk.url, timeout=30) as client:
        answer = sign_in(client, desk.account("csr"))
    (given,) = [
        cookie
        for cookie in answer.headers.get_list("set-cookie")
        if cookie.startswith("waybill=") and "Max-Age=0" not in cookie
    ]
    assert "HttpOnly" in given
    assert "SameSite=lax" in given
    elsewhere = {"host": "portal.example"}  # another host: over TLS, or not at all
    assert "Secure" in httpx.get(f"{desk.url}/sign-in", headers=elsewhere).headers["set-cookie"]


def test_signing_out_ends_the_session_everywhere(desk: Desk, csr: httpx.Client) -> None:
    cookie = csr.cookies.get("waybill")
    assert csr.post("/sign-out").status_code == 303
    with httpx.Client(base_url=desk.at(desk.portals[1]), cookies={"waybill": cookie}) as other:
        assert other.get("/orders").status_code == 303


def test_pages_load_nothing_from_elsewhere_and_run_nothing_inline(csr: httpx.Client) -> None:
    answer = csr.get("/orders")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "no-store" in answer.headers["cache-control"]
    loaded = re.findall(r'(?:src|href|action)="([^"]*)"', answer.text)
    assert [each for each in loaded if "//" in each] == []
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|style=", answer.text)


# Roles


def test_every_role_against_every_command(desk: Desk) -> None:
    """Users without the right are refused; for others the command itself is checked."""
    for role in ROLES:
        with desk.tool(role) as tool:
            for name, model in offered().items():
                fields = model.model_fields
                body = dict.fromkeys((f for f in fields if f.endswith("_id")), "nobody-has-this")
                answer = tool.post(
                    f"/api/commands/{name}", json=body | _other(name), headers={"Prefer": "wait=20"}
                )
                allowed = may([role], name)
                assert (answer.status_code == 403) != allowed, (role, name, answer.text)
                assert answer.status_code < 500, (role, name, answer.text)


def _other(name: str) -> dict[str, object]:
    """Returns the fields that commands need besides ids, so that only the role decides."""
    address = {"name": "A", "line1": "B", "city": "C", "country": "US"}
    fields: dict[str, object] = {
        "text": "x",
        "method": "cash",
        "transaction_type": "Sale",
        "amount": "1.00",
        "warehouse": "nowhere",
        "sku": "X",
        "name": "X",
        "quantity": 1,
        "placed_price": "1.00",
        "code": "X",
        "market": "US",
        "address": address,
        "shipping_method": "standard",
        "status": "Processed",
        "email": "a@example.com",
    }
    return {
        field: value for field, value in fields.items() if field in offered()[name].model_fields
    }


def test_pages_hold_roles_to_the_same_table(desk: Desk, placed: str) -> None:
    with desk.signed_in("viewer") as viewer:
        answer = viewer.post("/do/order.hold", data={"order_id": placed})
        assert answer.status_code == 403
        for kind in ("order", "cart"):
            for path in (f"/{kind}s/delete/confirm", f"/{kind}s/delete"):
                assert viewer.post(path, data={kind: [placed]}).status_code == 403
            assert 'id="chosen"' not in viewer.get(f"/{kind}s").text
        assert "supervisor" in viewer.get(f"/orders/{placed}").text
    assert "order.hold" in ALLOWED


def test_another_sites_form_changes_nothing(desk: Desk, csr: httpx.Client, placed: str) -> None:
    del csr.headers["X-CSRF-Token"]
    refused = csr.post("/do/order.hold", data={"order_id": placed})
    assert refused.status_code == 403
    forged = csr.post("/do/order.hold", data={"order_id": placed, "csrf": "forged"})
    assert forged.status_code == 403
    assert csr.post("/api/commands/order.hold", json={"order_id": placed}).status_code == 403
    own = csr.post("/do/order.hold", data={"order_id": placed, "csrf": csrf_of(csr)})
    assert own.status_code == 204


# Outcomes of commands


def test_a_command_is_told_its_outcome_and_shown_at_once(desk: Desk, placed: str) -> None:
    with desk.tool("csr") as tool:
        answer = tool.post("/api/commands/order.hold", json={"order_id": placed, "reason": "ask"})
        assert answer.status_code == 200
        assert answer.json()["status"] == "OnHold"
        again = tool.get(f"/api/commands/{answer.json()['command_id']}")
        assert again.json() == answer.json()
        refused = tool.post("/api/commands/order.cancel", json={"order_id": placed})
        assert refused.status_code == 409
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["blockers"][0]["code"] == "on-hold"


def test_the_same_key_is_the_same_command(desk: Desk, system: System, placed: str) -> None:
    note = {"order_id": placed, "text": "once"}
    with desk.tool("csr") as tool, ThreadPoolExecutor(8) as pool:
        headers = {"Idempotency-Key": f"key-{placed}"}
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
        return [e.data["text"] for e in system.events(placed, "order.events") if "text" in e.data]

    system.until(lambda _: "last" in notes())
    assert notes().count("once") == 1
    assert "twice" not in notes()


def test_a_version_that_has_moved_on_is_told(desk: Desk, placed: str) -> None:
    with desk.tool("csr") as tool:
        note = {"order_id": placed, "text": "old news"}
        hold = tool.post("/api/commands/order.hold", json={"order_id": placed})
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


def test_an_outcome_that_takes_longer_is_found_at_its_address(desk: Desk, placed: str) -> None:
    with desk.tool("csr") as tool:
        body = {"order_id": placed, "text": "in a while"}
        path = "/api/commands/order.add-note"
        answer = tool.post(path, json=body, headers={"Prefer": "wait=0"})
        if answer.status_code == 202:
            where = answer.headers["location"]
            eventually(lambda: tool.get(where).status_code == 200)
        else:  # it was faster than that
            assert answer.status_code == 200


# People's input


def test_what_customers_type_is_shown_as_text(desk: Desk, placed: str) -> None:
    with desk.signed_in("supervisor") as person:
        fields = {"order_id": placed, "text": NASTY}
        assert person.post("/do/order.add-note", data=fields).status_code == 204
        fields = {"order_id": placed, "reason": NASTY}
        assert person.post("/do/order.hold", data=fields).status_code == 204
        for page in ("", "?tab=notes", "?tab=timeline", "/dialog/hold", "/dialog/cancel"):
            text = person.get(f"/orders/{placed}{page}").text
            assert "<script>alert" not in text, page
            assert "<img src=x" not in text, page
        listed = person.get("/orders", params={"email": "mercy@example.com"}).text
        assert "&lt;script&gt;alert" in listed
        assert "<script>alert" not in listed
        for name in ("number", "name", "customer", "email", "created", "start", "status", "market"):
            echoed = person.get("/orders", params={name: NASTY})
            assert echoed.status_code == 200, name
            assert "<script>alert" not in echoed.text, name


@pytest.mark.parametrize("typed", ['{"$ne": null}', ".*", "^", "(", "[a", "\\", "$where", "%" * 50])
def test_what_is_typed_into_a_filter_is_never_a_pattern(csr: httpx.Client, typed: str) -> None:
    for name in ("number", "name", "customer", "email", "customer_id"):
        answer = csr.get("/orders", params={name: typed})
        assert answer.status_code == 200, (name, typed)
    assert csr.get("/orders", params={"name[$ne]": "x", "status[$gt]": ""}).status_code == 200


# Several portals


def test_two_portals_behind_one_session(desk: Desk, csr: httpx.Client, placed: str) -> None:
    cookies, token = dict(csr.cookies), csr.headers["X-CSRF-Token"]
    other_url = desk.at(desk.portals[1])
    headers = {"X-CSRF-Token": token}
    with httpx.Client(base_url=other_url, cookies=cookies, headers=headers, timeout=30) as other:
        assert other.post("/do/order.hold", data={"order_id": placed}).status_code == 204
        assert "On Hold" in csr.get(f"/orders/{placed}").text
        assert csr.post("/do/order.release-hold", data={"order_id": placed}).status_code == 204
        assert "In Progress" in other.get(f"/orders/{placed}").text


def test_an_order_of_two_thousand_lines_has_a_small_page(system: System, desk: Desk) -> None:
    order = "two-thousand"
    made = shipment("SKU-0", 1)
    line = made["lines"][0]
    made["lines"] = [{**line, "sku": f"SKU-{n}", "name": f"Article {n}"} for n in range(2000)]
    system.place(order, made)
    eventually(lambda: desk.knows(order))
    with desk.signed_in("csr") as client:
        page = client.get(f"/orders/{order}").text
        more = client.get(f"/orders/{order}/lines?shipment=1&begin=1950").text
        whole = client.get(f"/orders/{order}?lines=all").text
    assert page.count("Options of line") == 50
    assert len(page) < 150_000
    assert "2000 lines, 2000 units" in page
    assert more.count("Options of line") == 50
    assert "Show more lines" not in more
    assert whole.count("Options of line") == 2000


def test_a_second_contact_with_one_email_is_pointed_out(desk: Desk) -> None:
    with desk.signed_in("csr") as client:
        for customer, is_warned in (("cu-first", False), ("cu-second", True)):
            form = {"customer_id": customer, "name": "Ada Same", "email": "ada.same@example.com"}
            answer = client.post("/customers", data=form)
            assert answer.status_code == 200
            assert ("Another customer has this email" in answer.text) is is_warned
            assert ("/customers/cu-first" in answer.text) is is_warned


def test_who_came_by_a_checkout_is_found_among_the_customers(system: System, desk: Desk) -> None:
    buyer = {"name": "Wanda Checkout", "email": "wanda@example.com", "customer_id": "shop-17"}
    system.place("by-checkout", shipment("SKU-C", 1), customer=buyer)
    eventually(lambda: desk.knows("by-checkout"))
    with desk.signed_in("csr") as client:
        for typed in ("wanda", "wanda@example.com"):
            assert "Wanda Checkout" in client.get("/customers", params={"search": typed}).text
        order = client.get("/orders/by-checkout").text
        assert 'href="/customers/shop-17"' in order
        assert client.get("/customers/shop-17").headers["location"] == "/orders?customer_id=shop-17"
