"""The payment service: an order's money."""

from services.payment.payment import decider
from shared.runtime.app import run
from shared.runtime.service import Service

SERVICE = Service("payment", [decider])

if __name__ == "__main__":
    run(SERVICE)
