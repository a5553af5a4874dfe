"""The shipment service: fulfilment of orders, and each warehouse's stock."""

from services.shipment.fulfilment.decider import decider as fulfilment
from services.shipment.stock.decider import decider as stock
from shared.runtime.app import run
from shared.runtime.decider.service import Service

SERVICE = Service("shipment", [fulfilment, stock])

if __name__ == "__main__":
    run(SERVICE)
