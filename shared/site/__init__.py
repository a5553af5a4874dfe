"""The site's configuration: markets, warehouses, methods, coupons. See `docs/configuration.md`."""

from shared.site.coupons import AmountOff, Coupon, PercentOff
from shared.site.holds import HoldType
from shared.site.load import SiteError, load
from shared.site.model import Market, PaymentMethod, ShippingMethod, Site

__all__ = [
    "AmountOff",
    "Coupon",
    "HoldType",
    "Market",
    "PaymentMethod",
    "PercentOff",
    "ShippingMethod",
    "Site",
    "SiteError",
    "load",
]
