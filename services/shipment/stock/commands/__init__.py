"""What warehouses and fulfilment ask of the stock."""
