"""The site's configuration: markets, warehouses, methods, coupons. See `docs/configuration.md`."""

from shared.site.coupons import AmountOff, Coupon, PercentOff
from shared.site.load import SiteError, load
from shared.site.model import Market, PaymentMethod, ShippingMethod, Site

__all__ = [
    "AmountOff",
    "Coupon",
    "Market",
    "PaymentMethod",
    "PercentOff",
    "ShippingMethod",
    "Site",
    "SiteError",
    "load",
]
