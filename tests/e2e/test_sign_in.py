"""Signing in to the portal from outside, sessions, and two portals behind one session."""

import re
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.desk import PASSWORD, Desk, sign_in

pytestmark = pytest.mark.engines


def test_nothing_is_told_to_who_is_not_signed_in(desk: Desk) -> None:
    paths = httpx.get(f"{desk.url}/api/openapi.json").json()["paths"]
    assert len(paths) > 40
    for path, methods in paths.items():
        url = desk.url + re.sub(r"{[^}]+}", "x", path)
        for method in methods:
            answer = httpx.request(method, url)
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
        unknown = sign_in(client, "nobody-at-all", "another long password")
        assert (wrong.status_code, unknown.status_code) == (401, 401)
        assert "Name or password is wrong." in wrong.text
        assert "Name or password is wrong." in unknown.text
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

    def attempt(_: int) -> int:
        with httpx.Client(base_url=desk.url, timeout=60) as client:
            return sign_in(client, name).status_code

    with ThreadPoolExecutor(80) as executor:
        assert set(executor.map(attempt, range(80))) == {303}


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


def test_two_portals_behind_one_session(desk: Desk, csr: httpx.Client, placed_order: str) -> None:
    cookies, token = dict(csr.cookies), csr.headers["X-CSRF-Token"]
    other_url = desk.at(desk.portals[1])
    headers = {"X-CSRF-Token": token}
    with httpx.Client(base_url=other_url, cookies=cookies, headers=headers, timeout=30) as other:
        assert other.post("/do/order.hold", data={"order_id": placed_order}).status_code == 204
        assert "On Hold" in csr.get(f"/orders/{placed_order}").text
        assert (
            csr.post("/do/order.release-hold", data={"order_id": placed_order}).status_code == 204
        )
        assert "In Progress" in other.get(f"/orders/{placed_order}").text
