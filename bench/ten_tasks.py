"""Ten tasks of customer service: where each begins, and what a hand does until it is done."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from bench.hand import Hand
from bench.task_data import Data

METHOD = "Telephone payment"


@dataclass(frozen=True)
class Task:
    """A task: the address of the page where it begins, and its steps."""

    name: str
    start: Callable[[Data], str]
    steps: Callable[[Hand, Data], None]


def _button(page: Page | Locator, words: str) -> Locator:
    return page.get_by_role("button", name=words, exact=True).locator("visible=true").first


def _dialog(hand: Hand, words: str) -> None:
    dialog = hand.page.locator("#dialog")
    hand.press(_button(dialog, words))
    dialog.wait_for(state="hidden")


def _menu(hand: Hand, of: str, words: str) -> None:
    hand.press(hand.page.get_by_label(of, exact=True))
    hand.press(_button(hand.page, words))


def _pay(hand: Hand) -> None:
    method = hand.page.locator("#dialog").get_by_label("Payment method")
    hand.choose(method, METHOD)
    _dialog(hand, "Save")
    hand.page.locator("main").get_by_text(METHOD).first.wait_for()


def find(hand: Hand, data: Data) -> None:
    """An order by half of a name."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Orders", exact=True))
    page.wait_for_url("**/orders")
    hand.type(page.locator("#filters [name=q]"), data.name[6:])
    row = page.locator(f"#rows a[href='/orders/{data.found}']")
    row.wait_for()
    page.wait_for_url("**q=*")
    hand.press(row)
    page.wait_for_url(f"**/orders/{data.found}")


def hold_three(hand: Hand, _: Data) -> None:
    """Ticks three orders, has them checked, and confirms."""
    boxes = hand.page.locator("#rows [data-choose]")
    boxes.nth(2).wait_for()
    for n in range(3):
        hand.tick(boxes.nth(n))
    hand.press(_button(hand.page.locator("#chosen"), "Hold"))
    hand.press(_button(hand.page.locator("#dialog"), "Check orders"))
    hand.press(_button(hand.page, "Hold 3 orders"))
    hand.page.locator(".badge.s-finished").wait_for()


def phone_order(hand: Hand, data: Data) -> None:
    """Two lines for a customer with an address."""
    page = hand.page
    hand.choose(page.get_by_label("Market"), "United States (USD)")
    hand.type(page.get_by_label("Customer", exact=True), data.name)
    hand.press(page.get_by_role("button", name=re.compile(data.name)))
    page.locator("#customer-chosen").get_by_text(data.name).wait_for()
    hand.press(_button(page, "Create New Order"))
    hand.press(page.get_by_role("button", name=re.compile("1 Pike Pl")))
    page.get_by_text("Change address").wait_for()
    for sku in (data.sku, f"{data.sku}-B"):
        hand.press(_button(page, "Add line items"))
        for field, text in (("SKU", sku), ("Name", "Tea mug"), ("Placed Price", "5")):
            hand.type(page.locator("#dialog").get_by_label(re.compile(f"^{field}")).first, text)
        _dialog(hand, "Add Line Item")
        page.locator("main").get_by_role("rowheader", name=sku, exact=True).wait_for()
    hand.press(_button(page, "Create Order"))
    page.locator("main .next").wait_for()


def add_payment(hand: Hand, _: Data) -> None:
    """What is outstanding, by telephone."""
    hand.press(hand.page.get_by_role("button", name=re.compile("^Add a payment of")).first)
    _pay(hand)


def reorder(hand: Hand, _: Data) -> None:
    """The same once more."""
    hand.press(_button(hand.page, "Reorder"))
    hand.press(_button(hand.page.locator("#dialog"), "Reorder"))
    hand.press(_button(hand.page, "Create Order"))
    hand.page.locator("main .next").wait_for()


def move_line(hand: Hand, data: Data) -> None:
    """A line to a shipment of its own."""
    _menu(hand, f"Options of line {data.sku}", "Move to a new shipment")
    _dialog(hand, "Move")
    hand.page.get_by_role("heading", name=re.compile("^Shipment 2")).wait_for()


def export_week(hand: Hand, _: Data) -> None:
    """The orders of the last seven days."""
    page = hand.page
    hand.press(page.locator("#show-filters"))
    hand.choose(page.locator("#filters [name=created]"), "Last 7 days")
    page.wait_for_url("**created=last-7-days*")
    hand.press(page.locator("summary", has_text="Export"))
    with page.expect_download():
        hand.press(page.locator("a[data-exports='']"))


def print_picks(hand: Hand, data: Data) -> None:
    """The pick list of a warehouse."""
    page = hand.page
    hand.press(page.get_by_role("link", name="Warehouse", exact=True))
    hand.press(page.locator("main a[href='/warehouse/seattle']").first)
    hand.press(_button(page, "Print pick list"))
    page.locator("main").get_by_text(data.sku, exact=True).first.wait_for()
    page.locator("[data-print]").wait_for()


def release_blocked(hand: Hand, _: Data) -> None:
    """Asks why it can't be released, pays, releases."""
    page = hand.page
    _menu(hand, "Options of shipment 1", "Release")
    hand.press(page.locator("#said").get_by_role("link", name="Add Payment"))
    _pay(hand)
    hand.press(_button(page.locator(".next"), "Release shipment 1"))
    _dialog(hand, "Release")
    page.locator("main .badge.s-released").first.wait_for()


def change_address(hand: Hand, _: Data) -> None:
    """Another city, after the shipment was released."""
    page = hand.page
    _menu(hand, "Options of shipment 1", "Edit")
    hand.type(page.locator("#dialog").get_by_role("textbox", name="City"), "Tacoma")
    _dialog(hand, "Save")
    page.locator("main address").get_by_text("Tacoma").first.wait_for()


TASKS = (
    Task("find", lambda _: "/", find),
    Task("hold-three", lambda data: f"/orders?q={data.held.replace(' ', '+')}", hold_three),
    Task("phone-order", lambda _: "/create", phone_order),
    Task("add-payment", lambda data: f"/orders/{data.unpaid}", add_payment),
    Task("reorder", lambda data: f"/orders/{data.paid}", reorder),
    Task("move-line", lambda data: f"/orders/{data.paid}", move_line),
    Task("export-week", lambda _: "/orders", export_week),
    Task("print-picks", lambda _: "/", print_picks),
    Task("release-blocked", lambda data: f"/orders/{data.blocked}", release_blocked),
    Task("change-address", lambda data: f"/orders/{data.released}", change_address),
)
