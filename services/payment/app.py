"""The payment service: an order's money."""

from services.payment.decider import decider
from services.payment.gateway.registry import check
from services.payment.gateway.worker import GatewayWorker
from shared.runtime.app import run
from shared.runtime.decider.service import Service

SERVICE = Service("payment", [decider], check=check, worker=GatewayWorker)

if __name__ == "__main__":
    run(SERVICE)
