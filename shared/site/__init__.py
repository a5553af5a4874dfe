"""The site's configuration: its markets and what they sell with. `docs/configuration.md`."""

from shared.site.load import SiteError, load
from shared.site.model import Market, PaymentMethod, ShippingMethod, Site

__all__ = ["Market", "PaymentMethod", "ShippingMethod", "Site", "SiteError", "load"]
