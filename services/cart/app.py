"""The cart service: carts, drafts of customer service, and customers."""

from services.cart.cart.decider import decider as cart
from services.cart.cart.order_lookup import ORDERS
from services.cart.cart.reordered_line import LEVELS
from services.cart.customer.decider import decider as customer
from shared.catalog import TABLE as CATALOG
from shared.runtime.app import run
from shared.runtime.decider.service import Service

SERVICE = Service("cart", [cart, customer], tables=[CATALOG, LEVELS, ORDERS])

if __name__ == "__main__":
    run(SERVICE)
