"""Rejections of commands on carts, drafts, customers and the catalog."""

from collections.abc import Mapping

from shared.contracts.error_texts.text import ErrorText

_NO_BOOK = "Choose or create a customer first."

CARTS: Mapping[str, ErrorText] = {
    "unknown-cart": ErrorText("There is no cart {cart}.", "Check the cart's id."),
    "checked-out": ErrorText(
        "The cart has become order {cart}.", "Edit the order instead of the cart."
    ),
    "convert-pending": ErrorText("The order is being placed.", "Wait for its number."),
    "no-lines": ErrorText("The cart has no lines.", "Add at least one line."),
    "shipment-not-set": ErrorText(
        "Shipment {shipment} has no address and no shipping method.", "Edit the shipment."
    ),
    "cart-full": ErrorText("An order has at most {most} lines.", "Create a second order."),
    "cart-full.shipments": ErrorText(
        "An order has at most {most} shipments.", "Use an existing shipment."
    ),
    "cart-full.coupons": ErrorText("A cart has at most {most} coupons.", "Remove a coupon first."),
    "unknown-market": ErrorText(
        "Market {market} no longer sells in {currency}.",
        "Create a draft in another market.",
    ),
    "too-much.total": ErrorText(
        "The {field} has more than 15 digits before the decimal point.",
        "Reduce quantities or prices.",
    ),
}

COUPONS: Mapping[str, ErrorText] = {
    "no-coupons": ErrorText("The cart has no coupons.", "There is none to remove."),
    "unknown-coupon": ErrorText("There is no coupon {coupon}.", "Check the spelling."),
    "coupon-applied": ErrorText("Coupon {coupon} is already applied.", "A coupon counts once."),
    "coupon-not-applied": ErrorText(
        "Coupon {coupon} isn't applied to this cart.", "There is nothing to remove."
    ),
    "coupon-not-yet-valid": ErrorText(
        "Coupon {coupon} is not valid before {moment}.", "Use it from then on."
    ),
    "coupon-expired": ErrorText("Coupon {coupon} expired at {moment}.", "Use another coupon."),
    "coupon-not-in-market": ErrorText(
        "Coupon {coupon} is not for market {market}.", "Use another coupon."
    ),
    "below-minimum": ErrorText(
        "Coupon {coupon} needs lines worth {least} {currency}; this cart's are worth "
        "{value} {currency}.",
        "Add lines, or remove the coupon.",
    ),
    "nothing-for-coupon": ErrorText(
        "Coupon {coupon} needs at least one line.", "Add a line, or remove the coupon."
    ),
    "nothing-for-coupon.skus": ErrorText(
        "Coupon {coupon} is for {skus}.", "Add one of these, or remove the coupon."
    ),
    "nothing-for-coupon.method": ErrorText(
        "Coupon {coupon} is for shipping, and no shipment has a method yet.",
        "Choose a shipping method, or remove the coupon.",
    ),
    "discount-too-big": ErrorText(
        "A discount of {amount} {currency} is more than {most} {currency}, the amount that it is "
        "taken from.",
        "Enter at most {most} {currency}.",
    ),
}

CUSTOMERS: Mapping[str, ErrorText] = {
    "unknown-customer": ErrorText(
        "There is no customer {customer}.", "Check the id, or create the customer."
    ),
    "unknown-customer.book": ErrorText(
        "There is no customer {customer}, so there is no address book.", _NO_BOOK
    ),
    "no-customer": ErrorText(
        "The order has no customer on record, so there is no address book.", _NO_BOOK
    ),
    "contact-needed": ErrorText("A customer needs a name or an email.", "Keep one of them."),
    "customer-delete-pending": ErrorText(
        "The customer is being deleted with all orders.", "Wait a moment, then try again."
    ),
    "deleted.orders-stayed": ErrorText(
        "Customer {customer} was deleted already, and the orders stayed.",
        "Delete each of the orders instead.",
    ),
    "unknown-address": ErrorText(
        "Customer {customer} has no address {address}.", "Choose an address from the address book."
    ),
    "address-book-full": ErrorText(
        "An address book has at most {most} addresses.", "Remove an address first."
    ),
}

CATALOG: Mapping[str, ErrorText] = {
    "not-in-catalog": ErrorText(
        "{sku} is not in the catalog.", "Enter the line's {missing}, or choose another product."
    ),
    "not-in-catalog.removed": ErrorText(
        "{sku} is no longer in the catalog.",
        "Enter the line's {missing}, or choose another product.",
    ),
    "discontinued": ErrorText("{sku} is discontinued.", "To sell it anyway, enter a placed price."),
    "no-price": ErrorText("{sku} has no price in {market}.", "Enter a placed price."),
    "no-price.currency": ErrorText(
        "The catalog's price of {sku} in {market}, {price}, is not an amount in {currency}.",
        "Enter a placed price, or correct the catalog.",
    ),
}
