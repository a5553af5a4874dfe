"""The decider of a warehouse's stock: the function that handles each message.

A shipment gets all its items or none. Shipments that can't get theirs wait in a queue, first come
first served: a later shipment overtakes an earlier one only if it needs no article that the earlier
one is short of (rules: shipment state machine).
"""

from services.shipment.stock.commands.allocate import allocate, reallocate
from services.shipment.stock.commands.deallocate import deallocate
from services.shipment.stock.commands.issue import issue
from services.shipment.stock.commands.receive import count, receive
from services.shipment.stock.outgoing import PUBLISHES, outgoing
from services.shipment.stock.shortages import explain
from services.shipment.stock.snapshot import dump, restore
from services.shipment.stock.state import EVENTS, Inventory, evolve
from shared.contracts.stock import (
    Allocate,
    CountStock,
    Deallocate,
    Explain,
    Issue,
    Reallocate,
    Receive,
)
from shared.runtime.decider import Decider

decider: Decider[Inventory] = Decider(
    kind="stock",
    initial=Inventory,
    handlers={
        Receive: receive,
        CountStock: count,
        Allocate: allocate,
        Reallocate: reallocate,
        Deallocate: deallocate,
        Issue: issue,
    },
    queries={Explain: explain},
    evolve=evolve,
    events=EVENTS,
    outgoing=outgoing,
    publishes=PUBLISHES,
    dump=dump,
    restore=restore,
)
