"""The payment service: an order's money."""

from services.payment.gateway.companion import GatewayCompanion
from services.payment.gateway.registry import check
from services.payment.payment import decider
from shared.runtime.app import run
from shared.runtime.service import Service

SERVICE = Service("payment", [decider], check=check, companion=GatewayCompanion)

if __name__ == "__main__":
    run(SERVICE)
