"""The order service: wiring."""

from services.order.decider import decider
from shared.contracts.checkout import CartConverted
from shared.runtime.app import run
from shared.runtime.decider.service import Service

SERVICE = Service("order", [decider], numbered=CartConverted, number_prefix="PO")

if __name__ == "__main__":
    run(SERVICE)
