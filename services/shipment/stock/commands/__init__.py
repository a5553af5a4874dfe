"""Commands that warehouses and fulfilment send to the stock."""
