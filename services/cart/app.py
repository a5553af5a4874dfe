"""The cart service: carts and the drafts of customer service."""

from services.cart.cart import decider
from shared.runtime.app import run
from shared.runtime.service import Service

SERVICE = Service("cart", [decider])

if __name__ == "__main__":
    run(SERVICE)
