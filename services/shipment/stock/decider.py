"""The decider of a warehouse's stock: the function that handles each message.

A shipment gets all its items or none. Shipments that can't get theirs wait in a queue, first come
first served: a later shipment overtakes an earlier one only if it needs no article that the earlier
one is short of (rules: shipment state machine). If several warehouses may send a shipment, it waits
at one and is told of goods in the others (`commands/offers.py`).
"""

from services.shipment.stock.commands.allocate import allocate, reallocate, try_allocate
from services.shipment.stock.commands.deallocate import deallocate
from services.shipment.stock.commands.expect import expect
from services.shipment.stock.commands.issue import issue
from services.shipment.stock.commands.offers import offer, pass_on, with_offers
from services.shipment.stock.commands.receive import count, receive
from services.shipment.stock.commands.release_quarantine import release_quarantine
from services.shipment.stock.commands.set_safety import set_safety
from services.shipment.stock.commands.take_back import take_back
from services.shipment.stock.evolution import EVENTS, evolve
from services.shipment.stock.outgoing import PUBLISHES, outgoing
from services.shipment.stock.shortages import explain
from services.shipment.stock.snapshot import dump, restore
from services.shipment.stock.state import Inventory
from shared.contracts.stock import (
    Allocate,
    CountStock,
    Deallocate,
    Expect,
    Explain,
    Issue,
    Offer,
    PassOn,
    Reallocate,
    Receive,
    ReleaseQuarantine,
    SetSafety,
    TakeBack,
    TryAllocate,
)
from shared.runtime.decider import Decider

decider: Decider[Inventory] = Decider(
    kind="stock",
    initial=Inventory,
    handlers={
        Receive: with_offers(receive),
        CountStock: with_offers(count),
        SetSafety: with_offers(set_safety),
        Expect: expect,
        Allocate: allocate,
        Reallocate: with_offers(reallocate),
        TryAllocate: try_allocate,
        Deallocate: with_offers(deallocate),
        Issue: issue,
        TakeBack: with_offers(take_back),
        ReleaseQuarantine: with_offers(release_quarantine),
        Offer: offer,
        PassOn: pass_on,
    },
    queries={Explain: explain},
    evolve=evolve,
    events=EVENTS,
    outgoing=outgoing,
    publishes=PUBLISHES,
    dump=dump,
    restore=restore,
)
