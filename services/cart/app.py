"""The cart service: carts and the drafts of customer service, and the customers themselves."""

from services.cart.again import LEVELS
from services.cart.cart import decider as cart
from services.cart.customers import decider as customer
from services.cart.taken import ORDERS
from shared.catalog import TABLE as CATALOG
from shared.runtime.app import run
from shared.runtime.service import Service

SERVICE = Service("cart", [cart, customer], tables=[CATALOG, LEVELS, ORDERS])

if __name__ == "__main__":
    run(SERVICE)
